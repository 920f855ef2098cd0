import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Vault } from "@portico/db";
import type { State } from "@portico/state";
import type Provider from "oidc-provider";
import { onBody, readBody, sendJson, withBody } from "./node-request.ts";
import { hashOidcId } from "./oidc-adapter.ts";
import { TOOLS_SCOPE } from "./provider.ts";
import { createRefreshReplay } from "./refresh-replay.ts";

const BODY_BYTES_MAX = 56 * 1024;
const CODE_TRIES_MAX = 11;
/** As long as a code can be redeemed, and a while. */
const CODE_SECONDS = 120;
const FORM = "application/x-www-form-urlencoded";

/** POST /oauth/token: in front of the provider, so that no code or refresh token is spent in vain and parallel refreshes agree. */
export function createTokenEndpoint({
  provider,
  state,
  vault,
  next,
}: {
  /** The one that answers now. */
  provider: () => Provider;
  state: State;
  vault: Vault;
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
      default:
        return undefined;
    }
  }

  /** A code can be tried with a few verifiers, not with any number. */
  async function mayTry(code: string): Promise<boolean> {
    return (await state.increment(`code:${hashOidcId(code)}`, CODE_SECONDS * 1_000)) <= CODE_TRIES_MAX;
  }

  /**
   * A secret may come in a header or in the form (RFC 6749 §2.3.1), and clients do not ask which one they registered: it is put where the
   * provider looks for it. True when something was moved.
   */
  async function moveSecret(form: URLSearchParams, headers: IncomingHttpHeaders): Promise<boolean> {
    const basic = readBasic(headers.authorization);
    const clientId = basic?.id ?? form.get("client_id");
    const secret = basic?.secret ?? form.get("client_secret");
    if (!clientId || !secret || (basic && form.has("client_secret"))) return false;
    const method = (
      await provider()
        .Client.find(clientId)
        .catch(() => undefined)
    )?.clientAuthMethod;
    if (method === "client_secret_post" && basic) {
      form.set("client_id", clientId);
      form.set("client_secret", secret);
      delete headers.authorization;
      return true;
    }
    if (method !== "client_secret_basic" || basic) return false;
    form.delete("client_secret");
    headers.authorization = `Basic ${Buffer.from([clientId, secret].map(encodeURIComponent).join(":")).toString("base64")}`;
    return true;
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request, BODY_BYTES_MAX);
    if (!body)
      return sendJson(response, 413, { error: "invalid_request", error_description: "The request is too large." });
    let forwarded = withBody(request, body, request.headers["content-type"] ?? "");
    const form = new URLSearchParams(body.toString("utf8"));
    if (!request.headers["content-type"]?.startsWith(FORM)) return void (await next(forwarded, response));
    // There is one; without it, or with another, the provider would give a token that is good for nothing.
    const isOwn = form.get("grant_type") === "client_credentials";
    if (isOwn) form.set("scope", TOOLS_SCOPE);
    if ((await moveSecret(form, request.headers)) || isOwn)
      forwarded = withBody(request, Buffer.from(form.toString()), FORM);
    if (form.get("grant_type") === "authorization_code" && !(await mayTry(form.get("code") ?? "")))
      return sendJson(
        response,
        429,
        { error: "slow_down", error_description: "This code was tried too often. Start the sign-in again." },
        { "retry-after": String(CODE_SECONDS) },
      );
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
    let answer: string | undefined;
    onBody(response, (text) => {
      answer = text;
    });
    await next(forwarded, response);
    if (response.statusCode === 200 && answer) await replay.remember(turn.key, answer);
    else await replay.release(turn.key);
  };
}

/** Id and secret of `Authorization: Basic`, each form-encoded (RFC 6749 §2.3.1); undefined when it is not that. */
function readBasic(authorization: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? "")?.[1];
  const text = encoded && Buffer.from(encoded, "base64").toString("utf8");
  const at = text ? text.indexOf(":") : -1;
  if (!text || at < 1) return undefined;
  try {
    return { id: decodeURIComponent(text.slice(0, at)), secret: decodeURIComponent(text.slice(at + 1)) };
  } catch {
    return undefined;
  }
}
