import { memoized } from "../memoized.ts";

/** Secrets whose spellings are remembered: as many as are in use at a time. */
const SECRETS_MAX = 1_000;

/** Shorter secrets are words that answers are full of; hiding them would garble every answer. */
const SECRET_CHARS_MIN = 6;
const MASK = "[hidden]";

/** Replaces every occurrence of a secret, also where it stands escaped, percent-encoded or in base64. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) {
    if (secret.length < SECRET_CHARS_MIN) continue;
    for (const form of formsOf(secret)) if (masked.includes(form)) masked = masked.replaceAll(form, MASK);
  }
  return masked;
}

/** As `maskSecrets`, in bytes that are no text; the same bytes when there is nothing to hide. */
export function maskBytes(bytes: Uint8Array, secrets: readonly string[]): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isHeld = secrets.some(
    (secret) => secret.length >= SECRET_CHARS_MIN && formsOf(secret).some((form) => buffer.includes(form)),
  );
  return isHeld ? Buffer.from(maskSecrets(buffer.toString("latin1"), secrets.map(asLatin1)), "latin1") : bytes;
}

function asLatin1(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** The spellings under which an API echoes a secret. */
const formsOf = memoized(SECRETS_MAX, (secret): readonly string[] => {
  const base64 = Buffer.from(secret, "utf8").toString("base64").replace(/=+$/, "");
  const forms = new Set([secret, base64]);
  if (/[+/]/.test(base64)) forms.add(base64.replaceAll("+", "-").replaceAll("/", "_"));
  // Letters, digits, "-" and "_" are spelled alike everywhere.
  if (/[^\w-]/.test(secret)) {
    const percent = encodeURIComponent(secret.toWellFormed());
    const strict = percent.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
    const inJson = JSON.stringify(secret).slice(1, -1);
    const inHtml = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    for (const form of [percent, strict, strict.replaceAll("%20", "+")]) {
      forms.add(form);
      forms.add(form.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()));
    }
    for (const form of [inJson, inJson.replaceAll("/", "\\/"), inHtml, inHtml.replaceAll('"', "&quot;")])
      forms.add(form);
  }
  return [...forms];
});
