import type { IncomingMessage, ServerResponse } from "node:http";
import type { Vault } from "@portico/db";
import type { State } from "@portico/state";
import type Provider from "oidc-provider";
import { moveSecret, readBasic } from "./client-secret.ts";
import { networkOf } from "./network-of.ts";
import { onBody, readBody, sendJson, withBody } from "./node-request.ts";
import { hashOidcId } from "./oidc-adapter.ts";
import { TOOLS_SCOPE } from "./provider.ts";
import { createRefreshReplay } from "./refresh-replay.ts";
import { DEVICE_GRANT } from "./registration-policy.ts";

const BODY_BYTES_MAX = 56 * 1024;
const CODE_TRIES_MAX = 11;
/**
 * Requests that one client sends from one network in a minute. A client that is known by an address is the same for everybody who uses
 * it, and anybody can write its id: counted without the network, one sender would shut out all others.
 */
const CLIENT_REQUESTS_MAX = 60_000;
const CLIENT_SECONDS = 60;
/** As long as a code can be redeemed, and a while. */
const CODE_SECONDS = 120;
const FORM = "application/x-www-form-urlencoded";

/** POST /oauth/token: in front of the provider, so that no code or refresh token is spent in vain and parallel refreshes agree. */
export function createTokenEndpoint({
  provider,
  state,
  vault,
  mayPoll,
  next,
}: {
  /** The one that answers now. */
  provider: () => Provider;
  state: State;
  vault: Vault;
  /** Whether a client has waited before it asks again for what its device code has become. */
  mayPoll: (deviceCode: string) => Promise<boolean>;
  next: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}) {
  const replay = createRefreshReplay({ state, vault });

  async function grantSourceOf(
    form: URLSearchParams,
  ): Promise<{ resource?: string | string[] | undefined } | undefined> {
    switch (form.get("grant_type")) {
      case "refresh_token":
        return provider().RefreshToken.find(form.get("refresh_token") ?? "");
      case "authorization_code":
        return provider().AuthorizationCode.find(form.get("code") ?? "");
      // What it is for was said when the code was asked for, and stands on it only once a person has answered.
      case DEVICE_GRANT:
        return (await provider().DeviceCode.find(form.get("device_code") ?? ""))?.params as
          | { resource?: string }
          | undefined;
      default:
        return undefined;
    }
  }

  /** A code can be tried with a few verifiers, not with any number. */
  async function mayTry(code: string): Promise<boolean> {
    return (await state.increment(`code:${hashOidcId(code)}`, CODE_SECONDS * 1_000)) <= CODE_TRIES_MAX;
  }

  /** Where the shared state is away, nobody is counted: clients would be signed out by it. */
  async function mayAsk(clientId: string, ip: string): Promise<boolean> {
    const key = `token:${hashOidcId(JSON.stringify([clientId, networkOf(ip)]))}`;
    return (await state.increment(key, CLIENT_SECONDS * 1_000).catch(() => 0)) <= CLIENT_REQUESTS_MAX;
  }

  return async (request: IncomingMessage, response: ServerResponse, ip: string): Promise<void> => {
    const body = await readBody(request, BODY_BYTES_MAX);
    if (!body)
      return sendJson(response, 413, { error: "invalid_request", error_description: "The request is too large." });
    let forwarded = withBody(request, body, request.headers["content-type"] ?? "");
    const form = new URLSearchParams(body.toString("utf8"));
    if (!request.headers["content-type"]?.startsWith(FORM)) return void (await next(forwarded, response));
    const clientId = readBasic(request.headers.authorization)?.id ?? form.get("client_id") ?? "";
    if (!(await mayAsk(clientId, ip)))
      return sendJson(
        response,
        429,
        { error: "temporarily_unavailable", error_description: "This client asks too often. Try again in a minute." },
        { "retry-after": String(CLIENT_SECONDS) },
      );
    // There is one; without it, or with another, the provider would give a token that is good for nothing.
    const isOwn = form.get("grant_type") === "client_credentials";
    if (isOwn) form.set("scope", TOOLS_SCOPE);
    if ((await moveSecret(provider(), form, request.headers)) || isOwn)
      forwarded = withBody(request, Buffer.from(form.toString()), FORM);
    if (form.get("grant_type") === "authorization_code" && !(await mayTry(form.get("code") ?? "")))
      return sendJson(
        response,
        429,
        { error: "slow_down", error_description: "This code was tried too often. Start the sign-in again." },
        { "retry-after": String(CODE_SECONDS) },
      );
    // RFC 8628 §3.5
    if (form.get("grant_type") === DEVICE_GRANT && !(await mayPoll(form.get("device_code") ?? "")))
      return sendJson(response, 400, {
        error: "slow_down",
        error_description: "Wait for the interval that was named with the code before each look.",
      });
    // The provider spends the code or token before it looks at the resource: a wrong one must not cost the sign-in.
    const resources = form.getAll("resource");
    const known = resources.length > 0 ? await grantSourceOf(form) : undefined;
    if (known && !resources.every((resource) => [known.resource ?? []].flat().includes(resource))) {
      return sendJson(response, 400, {
        error: "invalid_target",
        error_description: "The sign-in was for another resource.",
      });
    }
    if (form.get("grant_type") !== "refresh_token") return void (await next(forwarded, response));
    const turn = await replay.begin(form, request.headers.authorization);
    if (turn.outcome === "replay") return sendJson(response, 200, turn.body);
    if (turn.outcome === "busy")
      return sendJson(
        response,
        503,
        { error: "temporarily_unavailable", error_description: "The token is being refreshed. Try again in a moment." },
        { "retry-after": "2" },
      );
    let answer: string | undefined;
    onBody(response, (text) => {
      answer = text;
    });
    try {
      await next(forwarded, response);
    } finally {
      if (response.statusCode === 200 && answer) await replay.remember(turn.key, answer);
      else await replay.release(turn.key);
    }
  };
}
