const HEADER_CHARS_MAX = 4_096;
const SCOPES_MAX = 50;
/** RFC 6749 §3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/;

/**
 * The scopes that an API wants a token to have before it does what it was asked, as its answer says (RFC 6750 §3.1, `insufficient_scope`);
 * undefined for an answer that is about something else. Without a list it says only that something is missing.
 */
export function missingScopesOf(challenge: string | undefined): string[] | undefined {
  if (challenge === undefined || challenge.length > HEADER_CHARS_MAX) return undefined;
  const bearer = /(?:^|,)\s*bearer\s+(.*)$/is.exec(challenge)?.[1] ?? "";
  if (parameter(bearer, "error") !== "insufficient_scope") return undefined;
  const scopes = (parameter(bearer, "scope") ?? "").split(/\s+/).filter((scope) => SCOPE.test(scope));
  return [...new Set(scopes)].slice(0, SCOPES_MAX);
}

/** A parameter of a challenge, as a token or a quoted string. RFC 9110 §11.2. */
function parameter(text: string, name: string): string | undefined {
  for (const [, key, quoted, token] of text.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g))
    if (key?.toLowerCase() === name) return quoted === undefined ? token : quoted.replaceAll(/\\(.)/g, "$1");
  return undefined;
}
