import { isObject } from "../json.ts";
import { maskSecrets } from "../shape/mask.ts";
import type { Egress } from "../types.ts";

/** How an API gives tokens to a client that acts for itself (RFC 6749 §4.4). */
export interface ClientCredentials {
  clientId: string;
  clientSecret: string;
  tokenUrl: string;
  scopes?: string[] | undefined;
  /** Where the API looks for the secret (RFC 6749 §2.3.1). */
  sendIn: "header" | "form";
}

export type TokenOutcome =
  | { ok: true; token: string; expiresInSeconds: number }
  /** `isFinal`: asking again will not help before somebody has changed something. */
  | { ok: false; problem: string; isFinal: boolean };

const TIMEOUT_MS = 15_000;
const BYTES_MAX = 64 * 1024;
/** Of an answer that does not say (RFC 6749 §5.1 recommends that it does). */
const EXPIRES_SECONDS = 3_600;
const EXPIRES_SECONDS_MAX = 30 * 86_400;
const WORDS_MAX = 300;

/** Asks an API's token endpoint, through the guarded way out and without following redirects. Never rejects, and never repeats the secret. */
export async function requestToken(egress: Egress, credentials: ClientCredentials): Promise<TokenOutcome> {
  const { clientId, clientSecret, tokenUrl, scopes, sendIn } = credentials;
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (scopes && scopes.length > 0) form.set("scope", scopes.join(" "));
  const headers: [string, string][] = [
    ["accept", "application/json"],
    ["content-type", "application/x-www-form-urlencoded"],
  ];
  if (sendIn === "form") {
    form.set("client_id", clientId);
    form.set("client_secret", clientSecret);
  } else headers.push(["authorization", `Basic ${basicOf(clientId, clientSecret)}`]);
  const host = URL.canParse(tokenUrl) ? new URL(tokenUrl).host : tokenUrl;
  try {
    const response = await egress.request(
      {
        method: "POST",
        url: tokenUrl,
        headers,
        body: form.toString(),
        secrets: [clientSecret],
        missingCredentials: [],
      },
      { timeoutMs: TIMEOUT_MS, bodyBytesMax: BYTES_MAX, redirectsMax: 0 },
    );
    return read(response.status, Buffer.from(response.body).toString("utf8"), host, [clientSecret]);
  } catch (error) {
    const words = maskSecrets(error instanceof Error ? error.message : String(error), [clientSecret]);
    return { ok: false, problem: `${host} could not be asked for a token: ${words}`, isFinal: false };
  }
}

function read(status: number, text: string, host: string, secrets: string[]): TokenOutcome {
  const body = parse(text);
  if (status === 200 && typeof body.access_token === "string" && body.access_token !== "") {
    if (typeof body.token_type === "string" && body.token_type.toLowerCase() !== "bearer")
      return { ok: false, problem: `${host} gave a token of a kind that is not Bearer.`, isFinal: true };
    const seconds = Number(body.expires_in);
    return {
      ok: true,
      token: body.access_token,
      expiresInSeconds: seconds > 0 ? Math.min(seconds, EXPIRES_SECONDS_MAX) : EXPIRES_SECONDS,
    };
  }
  const said = [body.error, body.error_description].filter((word) => typeof word === "string").join(": ");
  const words = maskSecrets(said.slice(0, WORDS_MAX), secrets);
  return {
    ok: false,
    problem: `${host} gave no token (${status}${words === "" ? "" : `, ${words}`}).`,
    // What is wrong with the client stays wrong; anything else may pass.
    isFinal: status >= 400 && status < 500 && status !== 408 && status !== 429,
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
