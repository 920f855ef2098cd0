import type { IncomingMessage, ServerResponse } from "node:http";
import type { Vault } from "@portico/db";
import type { State } from "@portico/state";
import type Provider from "oidc-provider";
import { onBody, readBody, sendJson, withBody } from "./node-request.ts";
import { createRefreshReplay } from "./refresh-replay.ts";

const BODY_BYTES_MAX = 56 * 1024;

/** POST /oauth/token: in front of the provider, so that no code or refresh token is spent in vain and parallel refreshes agree. */
export function createTokenEndpoint({
  provider,
  state,
  vault,
  next,
}: {
  provider: Provider;
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
        return provider.RefreshToken.find(form.get("refresh_token") ?? "");
      case "authorization_code":
        return provider.AuthorizationCode.find(form.get("code") ?? "");
      default:
        return undefined;
    }
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request, BODY_BYTES_MAX);
    if (!body)
      return sendJson(response, 413, { error: "invalid_request", error_description: "The request is too large." });
    const forwarded = withBody(request, body, request.headers["content-type"] ?? "");
    const form = new URLSearchParams(body.toString("utf8"));
    if (!request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded"))
      return void (await next(forwarded, response));
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
