import type { Body, Pair, Sample, Scheme } from "./sample.ts";

/** Words that make a name the name of a credential, wherever they stand in it. */
const CREDENTIAL_NAME =
  /(?:^|-)(?:api-?key|app-?key|appid|app-?token|access-?key|access-?token|secret(?:-?key)?|client-?secret|subscription-?key|functions-key|token|jwt|auth|authorization|authentication|credentials?|signature|sig|session|session-?id|sess-?id|sid|password|passwd|pwd|private-?key|bearer|hmac|license-?key|auth-?key)(?:-|$)/;
/** The same words where they mean something else. */
const NO_CREDENTIAL =
  /(?:page|paging|next|prev|previous|continuation|cursor|sync|idempotency|pagination|resume|skip|device|push)-?(?:token|key)|token-?(?:type|count|limit|symbol|address)|auth-?(?:type|method)|signature-?(?:type|version|algorithm|method)|^(?:session|token)-?(?:name|title|type)/;
const PRIVATE_NAME =
  /(?:^|-)(?:pass-?phrase|pass-?code|otp|totp|mfa-?code|pin|cvv|cvc|csrf|xsrf|nonce|ssn|card-?number|iban|security-?code|verification-?code|refresh-?token|id-?token|code-?verifier|assertion|tokens|secrets|passwords|cookies?)(?:-|$)/;

/** Headers that belong to the browser, the connection or one single request, never to the API. */
const NOISE_HEADER =
  /^(?:sec-.*|:.*|accept|accept-(?:charset|encoding|language|datetime)|content-(?:type|length|encoding|md5)|host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade.*|via|forwarded|x-forwarded-.*|x-real-ip|origin|referer|user-agent|dnt|priority|pragma|cache-control|if-(?:none-match|modified-since|range)|range|expect|date|save-data|dpr|viewport-width|rtt|downlink|ect|device-memory|purpose|x-requested-with|x-purpose|x-client-data|x-chrome.*|x-firefox.*|x-(?:request|correlation|trace|amzn-trace)-id|traceparent|tracestate|baggage|sentry-trace|newrelic|x-datadog-.*|x-b3-.*|b3|x-newrelic-.*|x-amz-(?:date|content-sha256)|x-csrf.*|x-xsrf.*|csrf-token|xsrf-token|postman-token|cf-.*|x-postman-.*|alt-used|im|a-im|http2-settings|rsc|next-(?:url|action|router-.*)|x-nextjs-.*|turbo-.*)$/;

const TOKEN_PREFIX =
  /^(?:eyJ[\w-]{6,}\.|(?:sk|pk|rk|whsec)_|sk-|gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|A[KS]IA[0-9A-Z]{12}|AIza[\w-]{20}|ya29\.|shp(?:at|ca|pa|ss)_|SG\.|hf_|npm_|ptk_|pat-|dop_v1_|Bearer\s|Basic\s)/;
const SECRET_CHARS_MIN = 20;

/** "X-ApiKey", "accessToken" and "access_token" read alike. */
function words(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

/** Whether a header, query pair or cookie of this name says who sends the request. */
export function isCredentialName(name: string): boolean {
  const spelled = words(name);
  return (CREDENTIAL_NAME.test(spelled) || /api-?key$|apikey/.test(spelled)) && !NO_CREDENTIAL.test(spelled);
}

/** Whether values of this name are nobody's business: no example is kept of them. */
export function isPrivateName(name: string): boolean {
  const spelled = words(name);
  return CREDENTIAL_NAME.test(spelled) || PRIVATE_NAME.test(spelled) || /api-?key|apikey|password|secret/.test(spelled);
}

/** Whether a value has the looks of a key or token: known prefixes, or long and random. */
export function looksSecret(value: string): boolean {
  if (TOKEN_PREFIX.test(value)) return true;
  if (value.length < SECRET_CHARS_MIN || !/^[\w.~+/=:-]+$/.test(value) || isUuid(value)) return false;
  if (/^\d{4}-\d{2}-\d{2}/.test(value) || /^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return false;
  if (/^[0-9a-f]{32,}$/i.test(value)) return /[a-f]/i.test(value) && /\d/.test(value);
  // Words joined by separators are text; a token has digits between letters in one long run.
  return value.split(/[./:]/).some((run) => run.length >= SECRET_CHARS_MIN && isRandom(run));
}

function isRandom(run: string): boolean {
  if (!/\d/.test(run) || !/[a-z]/i.test(run)) return false;
  const parts = run.split(/[-_+=]/).filter(Boolean);
  const wordy = parts.filter((part) => /^(?:[a-z]{2,}|[A-Z][a-z]+|[A-Z]{2,}|\d{1,4})$/.test(part)).length;
  return wordy < parts.length / 2 || parts.some((part) => part.length >= 16 && /\d/.test(part) && /[a-z]/i.test(part));
}

export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value);
}

/** A value that stands for another: `{{token}}`, `$TOKEN`, `<token>`, `YOUR_TOKEN`. It is no secret, and no example either. */
export function isPlaceholder(value: string): boolean {
  return (
    /\{\{.*\}\}/s.test(value) ||
    /\$\{?[A-Za-z_]\w*\}?|\$\(/.test(value) ||
    /^<[^<>]+>$|^\{[^{}"]+\}$|^\[[A-Za-z_ -]+\]$/.test(value) ||
    /^(?:your|my|the|insert|enter)[-_ ]/i.test(value) ||
    /^(?:x{3,}|\*{3,}|\.{3,})$/i.test(value)
  );
}

const VALUE_CHARS_MIN = 6;
const VALUES_MAX = 5_000;
const REMEMBERED_CHARS_MAX = 200;

/** Secret values met so far, to make sure that none is left anywhere. */
export interface Secrets {
  keep(value: string | undefined): void;
  /** The text with every known secret, and what has the form of one, masked. */
  hide(text: string): string;
}

/** Credentials that people typed into prose. */
const SECRET_TEXT =
  /\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?|\b(?:[sr]k_(?:live|test)_|gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|shp(?:at|ca|pa|ss)_)[\w-]{8,}|\bA[KS]IA[0-9A-Z]{16}\b|\bAIza[\w-]{30,}/g;
const HIDDEN = "•••";

export function createSecrets(): Secrets {
  const values = new Set<string>();
  let longestFirst: string[] | undefined;
  // The same path parts and names come again with every request.
  const known = new Map<string, string>();
  return {
    keep(value) {
      if (value === undefined || isPlaceholder(value) || values.size >= VALUES_MAX) return;
      for (const form of [value.trim(), decoded(value.trim())]) {
        if (form.length < VALUE_CHARS_MIN || /^(?:true|false|undefined|string)$/i.test(form)) continue;
        values.add(form);
        longestFirst = undefined;
        known.clear();
      }
    },
    hide(text) {
      const before = known.get(text);
      if (before !== undefined) return before;
      // One may hold another.
      longestFirst ??= [...values].sort((a, b) => b.length - a.length);
      let hidden = text.replace(SECRET_TEXT, HIDDEN);
      for (const value of longestFirst) if (hidden.includes(value)) hidden = hidden.replaceAll(value, HIDDEN);
      if (text.length < REMEMBERED_CHARS_MAX) known.set(text, hidden);
      return hidden;
    },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export interface Stripped extends Sample {
  /** Schemes that cannot be sent, such as signatures over the request. */
  unsupported: string[];
}

/**
 * The request without its credentials: each becomes a security scheme, and its value goes to `secrets` and nowhere else.
 * Headers of the browser and the connection go too, and cookies that are no session.
 */
export function stripCredentials(sample: Sample, secrets: Secrets): Stripped {
  const schemes: Scheme[] = [...sample.schemes];
  const unsupported: string[] = [];
  const headers = sample.headers.filter((header) => {
    const { name, value = "" } = header;
    const lower = name.trim().toLowerCase();
    if (lower === "authorization") {
      const read = readAuthorization(value, secrets);
      if (read === "signed") unsupported.push(value.trim().split(/\s/)[0] ?? "");
      else if (read) schemes.push(read);
      return false;
    }
    if (lower === "proxy-authorization" || /^(?:x-)?(?:csrf|xsrf)/.test(lower)) secrets.keep(value);
    if (NOISE_HEADER.test(lower) || lower === "cookie" || lower === "set-cookie") return false;
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return false;
    // A path or a sentence may hold an id that looks like a token.
    const isToken = looksSecret(value) && !/^\/|\s|^https?:/.test(value);
    if (!isCredentialName(name) && !(isToken && !isIdName(name))) return true;
    secrets.keep(value.replace(/^(?:bearer|token|basic)\s+/i, ""));
    secrets.keep(value);
    schemes.push({ type: "apiKey", in: "header", name });
    return false;
  });
  const query = sample.query.filter((pair) => {
    const { name, value = "" } = pair;
    if (/^x-(?:amz|goog|ms)-|^awsaccesskeyid$/i.test(name)) {
      secrets.keep(value);
      if (/signature/i.test(name)) unsupported.push("a signed address");
      return false;
    }
    const isKey = isCredentialName(name) || (/^(?:key|k|code)$/i.test(name) && looksSecret(value));
    if (!isKey) return true;
    secrets.keep(value);
    schemes.push({ type: "apiKey", in: "query", name });
    return false;
  });
  for (const { name, value } of sample.cookies) {
    secrets.keep(value);
    if (isSessionCookie(name)) schemes.push({ type: "apiKey", in: "cookie", name });
  }
  keepPrivate(sample.body, secrets);
  return { ...sample, headers, query, cookies: [], schemes: unique(withoutIdleCookies(schemes)), unsupported };
}

/** A browser sends its cookies along with everything; beside a token in a header they prove nothing more. */
function withoutIdleCookies(schemes: Scheme[]): Scheme[] {
  const isHeader = (scheme: Scheme) => scheme.type !== "apiKey" || scheme.in === "header";
  return schemes.some(isHeader)
    ? schemes.filter((scheme) => scheme.type !== "apiKey" || scheme.in !== "cookie")
    : schemes;
}

const BODY_CHARS_MAX = 256 * 1024;

/** Passwords and the like that a body sends may be quoted elsewhere. */
function keepPrivate(body: Body | undefined, secrets: Secrets): void {
  if (body?.kind === "fields") for (const { name, value } of body.fields) if (isPrivateName(name)) secrets.keep(value);
  if (body?.kind !== "text" || body.text.length > BODY_CHARS_MAX) return;
  for (const [, name = "", value = ""] of body.text.matchAll(
    /"((?:[^"\\]|\\.){1,80})"\s{0,8}:\s{0,8}"((?:[^"\\]|\\.){1,4000})"/g,
  ))
    if (isPrivateName(name)) secrets.keep(value);
}

function isSessionCookie(name: string): boolean {
  if (/csrf|xsrf|^_ga|^_g[ai]d|consent|^__cf|^_fbp/i.test(name)) return false;
  return isCredentialName(name) || /sess|sid$|^sid|auth|remember|jwt|token/i.test(name);
}

/** Long random values under such a name are ids, and the API is asked by them. */
function isIdName(name: string): boolean {
  return /(?:^|-)(?:id|uuid|guid|account|tenant|project|workspace|organi[sz]ation|org|idempotency-key|version)$/.test(
    words(name),
  );
}

function readAuthorization(value: string, secrets: Secrets): Scheme | "signed" | undefined {
  const text = value.trim();
  if (text === "") return undefined;
  const [, scheme = "", rest = ""] = /^(\S+)\s+([\s\S]+)$/.exec(text) ?? [];
  secrets.keep(text);
  if (/^(?:bearer|basic)$/i.test(text)) return { type: "http", scheme: text.toLowerCase() };
  if (scheme === "" || isPlaceholder(scheme)) return { type: "apiKey", in: "header", name: "Authorization" };
  secrets.keep(rest);
  if (/^basic$/i.test(scheme)) {
    for (const part of Buffer.from(rest, "base64").toString("utf8").split(":")) secrets.keep(part);
    return { type: "http", scheme: "basic" };
  }
  if (/^(?:aws4-|hmac|digest$|hawk$|oauth$|ntlm$|negotiate$|signature$|acs3-)/i.test(scheme)) {
    for (const [, quoted] of rest.matchAll(/="?([^",\s]+)/g)) secrets.keep(quoted);
    return "signed";
  }
  return { type: "http", scheme: /^bearer$/i.test(scheme) ? "bearer" : scheme };
}

function unique(schemes: Scheme[]): Scheme[] {
  const seen = new Map<string, Scheme>();
  for (const scheme of schemes) {
    const key = schemeKey(scheme);
    if (!seen.has(key)) seen.set(key, scheme);
  }
  return [...seen.values()];
}

/** Equal for schemes that are the same. */
export function schemeKey(scheme: Scheme): string {
  return scheme.type === "apiKey"
    ? `apiKey ${scheme.in} ${scheme.in === "header" ? scheme.name.toLowerCase() : scheme.name}`
    : JSON.stringify(scheme);
}

/** Whether a value may be kept as an example of this name. */
export function isShowable(name: string, value: string, secrets: Secrets): boolean {
  // Somebody's address is nobody else's example.
  if (/[^\s@]@[^\s@]+\.[a-z]/i.test(value)) return false;
  if (value === "" || value.length > 200 || isPrivateName(name) || isPlaceholder(value) || looksSecret(value))
    return false;
  return secrets.hide(value) === value;
}

/** Query string or form text as pairs; a plus is a space. */
export function parsePairs(text: string): Pair[] {
  return text
    .split("&")
    .filter(Boolean)
    .map((part) => {
      const at = part.indexOf("=");
      const decode = (raw: string) => decoded(raw.replaceAll("+", " "));
      return at < 0
        ? { name: decode(part), value: "" }
        : { name: decode(part.slice(0, at)), value: decode(part.slice(at + 1)) };
    });
}
