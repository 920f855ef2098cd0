import { isObject } from "../json.ts";
import { maskSecrets } from "../shape/mask.ts";
import type { Egress } from "../types.ts";

/** A client of an API's authorization server. */
export interface TokenClient {
  clientId: string;
  /** Absent for one that can keep none. */
  clientSecret?: string | undefined;
  tokenUrl: string;
  /** Where the API looks for the secret (RFC 6749 §2.3.1). */
  sendIn: "header" | "form";
}

/** What a token is asked for with. */
export type TokenGrant =
  /** A client that acts for itself (RFC 6749 §4.4). */
  | { type: "client_credentials"; scopes?: string[] | undefined }
  /** A person has just signed in there (RFC 6749 §4.1.3, RFC 7636). */
  | { type: "authorization_code"; code: string; redirectUri: string; verifier: string }
  | { type: "refresh_token"; refreshToken: string };

export type TokenOutcome =
  /** `refreshToken`: only when the API gave one, which then replaces the one before. */
  | { ok: true; token: string; expiresInSeconds: number; refreshToken?: string }
  /** `isFinal`: asking again will not help before somebody has changed something. `error`: what, in the words of RFC 6749 §5.2. */
  | { ok: false; problem: string; isFinal: boolean; error?: TokenError };

const TOKEN_ERRORS = [
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
] as const;
export type TokenError = (typeof TOKEN_ERRORS)[number];

const TIMEOUT_MS = 15_000;
const BYTES_MAX = 64 * 1024;
/** Of an answer that does not say (RFC 6749 §5.1 recommends that it does). */
const EXPIRES_SECONDS = 3_600;
const EXPIRES_SECONDS_MAX = 30 * 86_400;
/** Where nothing can be got anew without a person: until the API refuses it. */
const UNTIL_REFUSED_SECONDS = 10 * 365 * 86_400;
const WORDS_MAX = 300;

/** Asks an API's token endpoint, through the guarded way out and without following redirects. Never rejects, and never repeats a secret. */
export async function requestToken(egress: Egress, client: TokenClient, grant: TokenGrant): Promise<TokenOutcome> {
  const { clientSecret, tokenUrl } = client;
  const form = formOf(grant);
  const secrets = [clientSecret, form.get("code"), form.get("refresh_token")].filter(
    (secret): secret is string => typeof secret === "string",
  );
  const headers = prove(client, form);
  const host = URL.canParse(tokenUrl) ? new URL(tokenUrl).host : tokenUrl;
  try {
    const response = await egress.request(
      {
        method: "POST",
        url: tokenUrl,
        headers,
        body: form.toString(),
        secrets,
        missingCredentials: [],
      },
      { timeoutMs: TIMEOUT_MS, bodyBytesMax: BYTES_MAX, redirectsMax: 0 },
    );
    return read(response.status, Buffer.from(response.body).toString("utf8"), host, { grant, secrets });
  } catch (error) {
    const words = maskSecrets(error instanceof Error ? error.message : String(error), secrets);
    return { ok: false, problem: `${host} could not be asked for a token: ${words}`, isFinal: false };
  }
}

/** The headers of a form that is posted to an authorization server, which learns from them or from the form who sends it. */
export function prove(
  { clientId, clientSecret, sendIn }: Omit<TokenClient, "tokenUrl">,
  form: URLSearchParams,
): [string, string][] {
  const headers: [string, string][] = [
    ["accept", "application/json"],
    ["content-type", "application/x-www-form-urlencoded"],
  ];
  if (clientSecret !== undefined && sendIn === "header") {
    headers.push(["authorization", `Basic ${basicOf(clientId, clientSecret)}`]);
  } else {
    form.set("client_id", clientId);
    if (clientSecret !== undefined) form.set("client_secret", clientSecret);
  }
  return headers;
}

function formOf(grant: TokenGrant): URLSearchParams {
  const form = new URLSearchParams({ grant_type: grant.type });
  if (grant.type === "client_credentials") {
    if (grant.scopes && grant.scopes.length > 0) form.set("scope", grant.scopes.join(" "));
  } else if (grant.type === "refresh_token") form.set("refresh_token", grant.refreshToken);
  else {
    form.set("code", grant.code);
    form.set("redirect_uri", grant.redirectUri);
    form.set("code_verifier", grant.verifier);
  }
  return form;
}

function read(
  status: number,
  text: string,
  host: string,
  { grant, secrets }: { grant: TokenGrant; secrets: string[] },
): TokenOutcome {
  const body = parse(text);
  if (status === 200 && typeof body.access_token === "string" && body.access_token !== "") {
    if (typeof body.token_type === "string" && body.token_type.toLowerCase() !== "bearer")
      return { ok: false, problem: `${host} gave a token of a kind that is not Bearer.`, isFinal: true };
    const refreshToken =
      typeof body.refresh_token === "string" && body.refresh_token !== "" ? body.refresh_token : undefined;
    const isRenewable = grant.type !== "authorization_code" || refreshToken !== undefined;
    const seconds = Number(body.expires_in);
    const [unsaid, most] = isRenewable
      ? [EXPIRES_SECONDS, EXPIRES_SECONDS_MAX]
      : [UNTIL_REFUSED_SECONDS, UNTIL_REFUSED_SECONDS];
    return {
      ok: true,
      token: body.access_token,
      expiresInSeconds: seconds > 0 ? Math.min(seconds, most) : unsaid,
      ...(refreshToken === undefined ? {} : { refreshToken }),
    };
  }
  const error = TOKEN_ERRORS.find((one) => one === body.error);
  const said = [body.error, body.error_description].filter((word) => typeof word === "string").join(": ");
  const words = maskSecrets(said.slice(0, WORDS_MAX), secrets);
  return {
    ok: false,
    problem: `${host} gave no token (${status}${words === "" ? "" : `, ${words}`}).`,
    // What is wrong with the client stays wrong; anything else may pass.
    isFinal: status >= 400 && status < 500 && status !== 408 && status !== 429,
    ...(error ? { error } : {}),
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Id and secret are form-encoded before they are joined (RFC 6749 §2.3.1). */
function basicOf(id: string, secret: string): string {
  const encoded = [id, secret].map((part) => new URLSearchParams({ x: part }).toString().slice(2));
  return Buffer.from(encoded.join(":"), "utf8").toString("base64");
}
