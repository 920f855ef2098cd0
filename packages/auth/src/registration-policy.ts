/** What a client may say of itself when it registers (RFC 7591). Everything else is left out. */
export interface Registration {
  redirect_uris: string[];
  client_name: string;
  client_uri?: string;
  application_type: "native" | "web";
  token_endpoint_auth_method: "none" | "client_secret_basic" | "client_secret_post";
  grant_types: string[];
  response_types: ["code"] | [];
}

/** For programs in terminals: a person types a code elsewhere (RFC 8628 §3.4). */
export const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

export type RegistrationOutcome =
  | { ok: true; registration: Registration }
  | { ok: false; error: "invalid_redirect_uri" | "invalid_client_metadata"; description: string };

const REDIRECT_URIS_MAX = 10;
const URI_CHARS_MAX = 2_000;
const NAME_CHARS_MAX = 100;
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;
/** Schemes that a browser or a shell would act on. */
const FORBIDDEN_SCHEME =
  /^(javascript|data|vbscript|file|about|blob|ftp|ws|wss|mailto|view-source|chrome|ms-[a-z-]+|shell|search-ms):$/;
// Control, bidi, zero-width and tag characters: nothing that makes a name look like another.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}<>"]/gu;

/**
 * Turns what a client sent into what we register, or refuses. Unknown members, grants and scopes are dropped rather than refused:
 * real clients send some. Loopback and custom-scheme clients are native apps whatever they say (RFC 8252 §7, §8.4); so are those that
 * go back to nowhere, which only the device grant is for.
 */
export function normalizeRegistration(body: unknown): RegistrationOutcome {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    return refuse("invalid_client_metadata", "The body has to be a JSON object.");
  const given = body as Record<string, unknown>;
  const asksForDevice = Array.isArray(given.grant_types) && given.grant_types.includes(DEVICE_GRANT);
  const uris = given.redirect_uris ?? (asksForDevice ? [] : undefined);
  const isDeviceOnly = asksForDevice && Array.isArray(uris) && uris.length === 0;
  if (!isDeviceOnly && (!Array.isArray(uris) || uris.length === 0))
    return refuse("invalid_redirect_uri", "redirect_uris has to name at least one address.");
  if (uris.length > REDIRECT_URIS_MAX)
    return refuse("invalid_redirect_uri", `At most ${REDIRECT_URIS_MAX} redirect_uris are taken.`);
  for (const uri of uris) {
    const problem = redirectUriProblem(uri);
    if (problem) return refuse("invalid_redirect_uri", problem);
  }
  const isNative = isDeviceOnly || uris.some((uri) => !uri.startsWith("https:"));
  const method = given.token_endpoint_auth_method;
  return {
    ok: true,
    registration: {
      redirect_uris: [...new Set(uris as string[])],
      client_name: cleanName(given.client_name),
      ...(isHttpsUrl(given.client_uri) ? { client_uri: given.client_uri } : {}),
      application_type: isNative ? "native" : "web",
      token_endpoint_auth_method: method === "client_secret_basic" || method === "client_secret_post" ? method : "none",
      grant_types: [
        ...(isDeviceOnly ? [] : ["authorization_code"]),
        "refresh_token",
        // A site has a browser, and no need for a code that can be typed for somebody else.
        ...(asksForDevice && isNative ? [DEVICE_GRANT] : []),
      ],
      response_types: isDeviceOnly ? [] : ["code"],
    },
  };
}

function redirectUriProblem(uri: unknown): string | null {
  if (typeof uri !== "string" || uri.length > URI_CHARS_MAX || !URL.canParse(uri))
    return "A redirect URI has to be an absolute address.";
  if (/[\s\\*]|[^\x21-\x7e]/.test(uri))
    return "A redirect URI may not hold spaces, backslashes, wildcards or characters outside ASCII.";
  const url = new URL(uri);
  if (url.username || url.password) return "A redirect URI may not hold a user name or password.";
  if (uri.includes("#")) return "A redirect URI may not have a fragment."; // RFC 6749 §3.1.2
  if (url.protocol === "https:")
    return url.hostname.includes(".") || LOOPBACK.test(url.hostname) ? null : "A redirect URI has to name a full host.";
  if (url.protocol === "http:")
    return LOOPBACK.test(url.hostname) ? null : "A redirect URI with http:// has to be on the loopback address.";
  if (FORBIDDEN_SCHEME.test(url.protocol)) return `A redirect URI may not use ${url.protocol}`;
  return null;
}

function cleanName(name: unknown): string {
  const text = typeof name === "string" ? name.replace(INVISIBLE, "").trim().slice(0, NAME_CHARS_MAX) : "";
  return text || "Unnamed client";
}

function isHttpsUrl(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.length <= URI_CHARS_MAX &&
    URL.canParse(value) &&
    new URL(value).protocol === "https:"
  );
}

function refuse(error: "invalid_redirect_uri" | "invalid_client_metadata", description: string): RegistrationOutcome {
  return { ok: false, error, description };
}
