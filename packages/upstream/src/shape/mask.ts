/** Shorter secrets are words that answers are full of; hiding them would garble every answer. */
const SECRET_CHARS_MIN = 6;
const MASK = "[hidden]";

/** Replaces every occurrence of a secret. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) {
    if (secret.length < SECRET_CHARS_MIN) continue;
    masked = masked.replaceAll(secret, MASK);
    // As it stands inside JSON text.
    const escaped = JSON.stringify(secret).slice(1, -1);
    if (escaped !== secret) masked = masked.replaceAll(escaped, MASK);
  }
  return masked;
}
