import { isObject } from "../json.ts";
import { maskSecrets } from "../shape/mask.ts";
import type { Egress } from "../types.ts";
import type { AuthorizationServerMetadata } from "./discover.ts";

/** A client that an authorization server made for us. */
export type Registered =
  | { ok: true; clientId: string; clientSecret?: string; sendIn: "header" | "form" }
  | { ok: false; problem: string };

const TIMEOUT_MS = 15_000;
const BYTES_MAX = 64 * 1024;
const WORDS_MAX = 300;

/** The ways of proving who one is that we have, the most wanted first. */
const AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"];

/**
 * Registers a client that signs people in (RFC 7591), through the guarded way out and without redirects. Never rejects; what the server
 * says in a refusal is passed on without a secret.
 */
export async function registerClient(
  egress: Pick<Egress, "request">,
  { registrationUrl, authMethods }: Pick<AuthorizationServerMetadata, "registrationUrl" | "authMethods">,
  { name, redirectUri, scopes }: { name: string; redirectUri: string; scopes: readonly string[] },
): Promise<Registered> {
  if (registrationUrl === undefined) return { ok: false, problem: "Clients cannot register themselves there." };
  const { host } = new URL(registrationUrl);
  const method = AUTH_METHODS.find((one) => authMethods.includes(one)) ?? "client_secret_basic";
  const body = JSON.stringify({
    client_name: name,
    redirect_uris: [redirectUri],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: method,
    ...(scopes.length > 0 ? { scope: scopes.join(" ") } : {}),
  });
  try {
    const response = await egress.request(
      {
        method: "POST",
        url: registrationUrl,
        headers: [
          ["accept", "application/json"],
          ["content-type", "application/json"],
        ],
        ...{ body, secrets: [], missingCredentials: [] },
      },
      { timeoutMs: TIMEOUT_MS, bodyBytesMax: BYTES_MAX, redirectsMax: 0 },
    );
    return read(response.status, Buffer.from(response.body).toString("utf8"), { host, method });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { ok: false, problem: `${host} could not be asked to register a client: ${words}` };
  }
}

function read(status: number, text: string, { host, method }: { host: string; method: string }): Registered {
  const body = parse(text);
  const { client_id: clientId, client_secret: given, token_endpoint_auth_method: granted } = body;
  const clientSecret = typeof given === "string" && given !== "" ? given : undefined;
  const isMade = (status === 200 || status === 201) && typeof clientId === "string" && clientId !== "";
  if (!isMade) {
    const said = [body.error, body.error_description].filter((word) => typeof word === "string").join(": ");
    const words = maskSecrets(said.slice(0, WORDS_MAX), clientSecret === undefined ? [] : [clientSecret]);
    return { ok: false, problem: `${host} registered no client (${status}${words === "" ? "" : `, ${words}`}).` };
  }
  // RFC 7591 §3.2.1: it may give another way than it was asked for.
  const way = typeof granted === "string" ? granted : method;
  if (!AUTH_METHODS.includes(way) || (way !== "none" && clientSecret === undefined))
    return { ok: false, problem: `${host} wants clients to prove who they are in a way that Portico does not have.` };
  return {
    ok: true,
    clientId,
    ...(way === "none" || clientSecret === undefined ? {} : { clientSecret }),
    sendIn: way === "client_secret_post" ? "form" : "header",
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
