const SECRET_NAME =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|api[-_]?key|access[-_]?token|refresh[-_]?token|id[-_]?token|token|secret|client[-_]?secret|password|sealed|code|code[-_]?verifier)$/i;
const SECRET_TEXT =
  /\b(ptk_[A-Za-z0-9_-]{6})[A-Za-z0-9_-]+|\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g;
const URL_PASSWORD = /(\w+:\/\/[^:@/\s]+:)[^@/\s]+@/g;
/** Parameters of an address that are secrets, or stand for one. */
const URL_SECRET =
  /([?&#](?:access_token|refresh_token|id_token|token|code|state|api[-_]?key|key|client_secret|secret|password|sig|signature)=)[^&#\s"'<>]+/gi;
const DEPTH_MAX = 8;

/** Text without API keys, bearer tokens, JWTs, and passwords and secret parameters in URLs. */
export function redactText(text: string): string {
  return text
    .replace(SECRET_TEXT, (_match, key?: string, scheme?: string) =>
      key ? `${key}…` : scheme ? `${scheme} [redacted]` : "[redacted]",
    )
    .replace(URL_PASSWORD, "$1[redacted]@")
    .replace(URL_SECRET, "$1[redacted]");
}

/** A copy of a value in which everything that is a secret by its name or by its form is masked. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEPTH_MAX) return "[deep]";
  if (value instanceof Error)
    return {
      name: value.name,
      message: redactText(value.message),
      stack: redactText(value.stack ?? ""),
      cause: redact(value.cause, depth + 1),
    };
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      SECRET_NAME.test(name) ? "[redacted]" : redact(item, depth + 1),
    ]),
  );
}
