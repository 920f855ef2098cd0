import type { IncomingMessage, ServerResponse } from "node:http";
import type { State } from "@portico/state";
import { errors } from "oidc-provider";
import { AWAY, isStoreAway } from "./away.ts";
import { type CodeProblem, createDeviceFlow } from "./device-flow.ts";
import { networkOf } from "./network-of.ts";
import { sendJson } from "./node-request.ts";
import { keepClient } from "./oidc-adapter.ts";
import { type PendingRequest, readPendingRequest } from "./pending-request.ts";
import { createProvider, DESTROY_SCOPE, DEVICE_PATH, type ProviderOptions, TOOLS_SCOPE } from "./provider.ts";
import { createRegistrationEndpoint } from "./registration-endpoint.ts";
import { SIGNING_KEYS_CHANGED } from "./signing-keys.ts";
import { createTokenEndpoint } from "./token-endpoint.ts";

export interface AuthorizationServerOptions extends Omit<ProviderOptions, "mayFetchDocument"> {
  state: State;
}

/** Documents of clients that are read for one network in an hour: each is read once and kept, so that nobody needs many. */
const DOCUMENTS_PER_HOUR = 60;

export interface AuthorizationServer {
  /** Answers /oauth/* and the discovery documents. Never throws. `ip`: who asks, as far as the proxies in front are believed. */
  handle(request: IncomingMessage, response: ServerResponse, from: { ip: string }): Promise<void>;
  /**
   * Takes the code that a signed-in person has typed from a terminal, and sends the browser on to where it is decided; otherwise says why
   * not and answers nothing. Tries are the caller's to count.
   */
  enterCode(request: IncomingMessage, response: ServerResponse, typed: string): Promise<CodeProblem | null>;
  /** The request that this browser's interaction cookie stands for; null when there is none or it has expired. */
  readRequest(request: IncomingMessage, response: ServerResponse): Promise<PendingRequest | null>;
  /**
   * Ends the interaction with a yes: makes the grant, hands its id to `record`, and sends the browser back to the client. Nothing is
   * refreshed after `endsAt`.
   */
  approve(
    request: IncomingMessage,
    response: ServerResponse,
    decision: { personId: string; record: (grantId: string) => Promise<void>; endsAt?: Date | undefined },
  ): Promise<void>;
  /** Ends the interaction with a no. */
  deny(request: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): Promise<void>;
}

/** The OAuth 2.1 authorization server: oidc-provider with endpoints of ours in front of two of its own, and the end of a consent. */
export async function createAuthorizationServer(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const { db, vault, state, issuer, onError } = options;
  const issuerUrl = new URL(issuer);
  const settings = {
    ...options,
    mayFetchDocument: async (ip: string) =>
      (await state.increment(`client-document:${networkOf(ip)}`, 3_600_000)) <= DOCUMENTS_PER_HOUR,
  };
  let provider = await createProvider(settings);
  let callback = provider.callback();
  // The provider takes its keys once and for all: with other keys it is another one. Everything else that it knows is in the database.
  const readAgain = () => {
    createProvider(settings).then((renewed) => {
      provider = renewed;
      callback = renewed.callback();
    }, onError);
  };
  const unsubscribe = await state.subscribe(SIGNING_KEYS_CHANGED, readAgain, readAgain);
  const next = async (request: IncomingMessage, response: ServerResponse) => void (await callback(request, response));
  const register = createRegistrationEndpoint({ state, next });
  const device = createDeviceFlow({ provider: () => provider, state, next });
  const token = createTokenEndpoint({ provider: () => provider, state, vault, mayPoll: device.mayPoll, next });

  /** What the provider derives URLs from is the configured origin, never a Host header; and who asks is who we say. */
  function pin(request: IncomingMessage, ip = ""): void {
    request.headers["x-forwarded-for"] = ip;
    request.headers.host = issuerUrl.host;
    request.headers["x-forwarded-host"] = issuerUrl.host;
    request.headers["x-forwarded-proto"] = issuerUrl.protocol.slice(0, -1);
  }

  /** Another person signed in on this browser: the provider would ask about it on a page of its own, which we do not have. */
  async function forgetPerson(sessionUid: string): Promise<void> {
    const session = await provider.Session.findByUid(sessionUid);
    if (!session) return;
    session.accountId = undefined;
    session.authorizations = undefined;
    await session.persist();
  }

  async function route(request: IncomingMessage, response: ServerResponse, ip: string): Promise<void> {
    const path = request.url?.split("?")[0];
    if (request.method === "POST" && path === "/oauth/register") return register(request, response, ip);
    if (request.method === "POST" && path === "/oauth/token") return token(request, response, ip);
    if (request.method === "POST" && path === DEVICE_PATH) return device.askForCode(request, response, ip);
    // What we do for a request to authorize is done with its query; nobody needs the other way.
    if (request.method === "POST" && path === "/oauth/authorize")
      return sendJson(response, 405, { error: "invalid_request" }, { allow: "GET" });
    await callback(request, response);
  }

  return {
    async handle(request, response, { ip }) {
      pin(request, ip);
      try {
        await route(request, response, ip);
      } catch (error) {
        onError(error);
        if (response.headersSent) response.destroy();
        else if (isStoreAway(error)) sendJson(response, AWAY.status, AWAY.body, AWAY.headers);
        else sendJson(response, 500, { error: "server_error", error_description: "Something went wrong on our side." });
      }
    },
    async enterCode(request, response, typed) {
      pin(request);
      return device.enterCode(request, response, typed);
    },
    async readRequest(request, response) {
      pin(request);
      try {
        const { uid } = await provider.interactionDetails(request, response);
        return await readPendingRequest({ db, vault }, uid);
      } catch (error) {
        if (error instanceof errors.SessionNotFound) return null;
        throw error;
      }
    },
    async approve(request, response, { personId, record, endsAt }) {
      pin(request);
      const { prompt, params, session, grantId: earlier } = await provider.interactionDetails(request, response);
      const found = earlier ? await provider.Grant.find(earlier) : undefined;
      const isSame = found?.accountId === personId && found.getResourceScope(String(params.resource)) !== "";
      // One grant for one server, so that ending it ends nothing else.
      const grant = isSame ? found : new provider.Grant({ accountId: personId, clientId: String(params.client_id) });
      const scopes = new Set(String(params.scope ?? "").split(" "));
      const oidcScopes = ["openid", "offline_access"].filter((scope) => scopes.has(scope));
      if (oidcScopes.length > 0) grant.addOIDCScope(oidcScopes.join(" "));
      grant.addResourceScope(
        String(params.resource),
        scopes.has(DESTROY_SCOPE) ? `${TOOLS_SCOPE} ${DESTROY_SCOPE}` : TOOLS_SCOPE,
      );
      const missing = prompt.details.missingOIDCClaims;
      if (Array.isArray(missing)) grant.addOIDCClaims(missing as string[]);
      // Without an end of its own it has the usual one, anew.
      grant.exp = endsAt ? Math.floor(endsAt.getTime() / 1_000) : undefined;
      const grantId = await grant.save();
      await record(grantId);
      await keepClient(db, String(params.client_id));
      const next = await provider.interactionResult(
        request,
        response,
        { login: { accountId: personId, remember: true }, consent: { grantId } },
        { mergeWithLastSubmission: false },
      );
      if (session?.accountId && session.accountId !== personId) await forgetPerson(session.uid);
      response.writeHead(303, { location: next, "content-length": "0" }).end();
    },
    async deny(request, response) {
      pin(request);
      await provider.interactionFinished(
        request,
        response,
        { error: "access_denied", error_description: "The person said no." },
        { mergeWithLastSubmission: false },
      );
    },
    close: unsubscribe,
  };
}
