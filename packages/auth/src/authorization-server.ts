import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Db, Vault } from "@portico/db";
import type { State } from "@portico/state";
import Provider, { errors, interactionPolicy, type KoaContextWithOIDC } from "oidc-provider";
import { networkOf } from "./network-of.ts";
import { onBody, readBody, sendJson, withBody } from "./node-request.ts";
import { createOidcAdapter, keepClient } from "./oidc-adapter.ts";
import { type PendingRequest, readPendingRequest } from "./pending-request.ts";
import { createRefreshReplay } from "./refresh-replay.ts";
import { normalizeRegistration } from "./registration-policy.ts";
import { readSigningKeys } from "./signing-keys.ts";

/** The one scope that clients need: to list and call a server's tools. */
export const TOOLS_SCOPE = "tools";

export interface AuthorizationServerOptions {
  db: Db;
  vault: Vault;
  state: State;
  /** Bare origin; the OAuth issuer. */
  issuer: string;
  /** Whether a resource that a client names is one of ours: the MCP URL of a server that exists. */
  isResource: (resource: string) => Promise<boolean>;
  /** Who is signed in by this browser. */
  currentPerson: (headers: IncomingMessage["headers"]) => Promise<{ id: string } | null>;
  findPerson: (id: string) => Promise<{ email: string; name: string } | null>;
  /** A grant has ended by itself: its client gave a token back, or a code or refresh token was used a second time. */
  onGrantEnded: (grantId: string) => Promise<void>;
  onError: (error: unknown) => void;
}

export interface AuthorizationServer {
  /** Answers /oauth/* and the discovery documents. Never throws. `ip`: who asks, as far as the proxies in front are believed. */
  handle(request: IncomingMessage, response: ServerResponse, from: { ip: string }): Promise<void>;
  /** The request that this browser's interaction cookie stands for; null when there is none or it has expired. */
  readRequest(request: IncomingMessage, response: ServerResponse): Promise<PendingRequest | null>;
  /** Ends the interaction with a yes: makes the grant, hands its id to `record`, and sends the browser back to the client. */
  approve(
    request: IncomingMessage,
    response: ServerResponse,
    decision: { personId: string; record: (grantId: string) => Promise<void> },
  ): Promise<void>;
  /** Ends the interaction with a no. */
  deny(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

const MINUTE = 60;
const DAY = 86_400;
const BODY_BYTES_MAX = 56 * 1024;
const REGISTRATIONS_PER_HOUR = 60;
/** Clients register again and again: one that nobody connects with is forgotten after a day. */
const UNUSED_CLIENT_SECONDS = DAY;

export async function createAuthorizationServer(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const { db, vault, state, issuer, isResource, currentPerson, findPerson, onGrantEnded, onError } = options;
  const issuerUrl = new URL(issuer);
  const replay = createRefreshReplay({ state, vault });

  const policy = interactionPolicy.base();
  // The browser's sign-in may have changed since this OAuth session began: then it is another person who is asked.
  policy.get("login")?.checks.add(
    new interactionPolicy.Check("person_changed", "another person is signed in", async (ctx) => {
      const person = await currentPerson(ctx.req.headers);
      return person?.id !== ctx.oidc.session?.accountId;
    }),
  );

  const provider = new Provider(issuer, {
    adapter: createOidcAdapter(db, vault, { unusedClientSeconds: UNUSED_CLIENT_SECONDS }),
    jwks: { keys: (await readSigningKeys(db, vault)) as never },
    cookies: {
      keys: vault.deriveAll("oidc-cookies").map((key) => Buffer.from(key).toString("base64url")),
      names: { session: "portico_oauth", interaction: "portico_interaction", resume: "portico_resume" },
      short: { httpOnly: true, sameSite: "lax", signed: true },
      long: { httpOnly: true, sameSite: "lax", signed: true },
    },
    routes: {
      authorization: "/oauth/authorize",
      token: "/oauth/token",
      registration: "/oauth/register",
      revocation: "/oauth/revoke",
      jwks: "/oauth/jwks",
      userinfo: "/oauth/userinfo",
    },
    // The scope of servers belongs to the resource, not to OpenID Connect: named here, it would be asked for twice.
    scopes: ["openid", "offline_access"],
    claims: { openid: ["sub"], profile: ["name"], email: ["email"] },
    responseTypes: ["code"],
    pkce: { required: () => true },
    enabledJWA: { idTokenSigningAlgValues: ["ES256"] },
    clientAuthMethods: ["none", "client_secret_basic", "client_secret_post"],
    clientDefaults: {
      application_type: "native",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      id_token_signed_response_alg: "ES256",
    },
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some((uri) => URL.canParse(uri) && new URL(uri).origin === origin),
    findAccount: async (_ctx, sub) => {
      const person = await findPerson(sub);
      return person
        ? { accountId: sub, claims: async () => ({ sub, name: person.name, email: person.email }) }
        : undefined;
    },
    interactions: { policy, url: (_ctx, interaction) => `/oauth/interaction/${interaction.uid}` },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed("refresh_token"),
    expiresWithSession: async () => false,
    rotateRefreshToken: true,
    ttl: {
      // A number here would override the resource's own lifetime.
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 10 * MINUTE,
      AuthorizationCode: MINUTE,
      IdToken: 10 * MINUTE,
      Interaction: 60 * MINUTE,
      RefreshToken: 90 * DAY,
      Grant: 400 * DAY,
      Session: 30 * DAY,
    },
    features: {
      devInteractions: { enabled: false },
      // Nobody manages a registration: a token for that would be one more secret that is of no use.
      registration: { enabled: true, idFactory: () => randomUUID(), issueRegistrationAccessToken: false },
      registrationManagement: { enabled: false },
      // RFC 7009 §2.1: a token is revoked by the client that it was issued to, and by nobody else.
      revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: async () => true,
        defaultResource: async () => {
          throw new errors.InvalidTarget("name the server with the resource parameter (RFC 8707)");
        },
        getResourceServerInfo: async (_ctx, resource) => {
          if (!(await isResource(resource))) throw new errors.InvalidTarget("there is no such server");
          return {
            scope: TOOLS_SCOPE,
            audience: resource,
            accessTokenFormat: "jwt",
            accessTokenTTL: 60 * MINUTE,
            jwt: { sign: { alg: "ES256" } },
          };
        },
      },
    },
    renderError: async (ctx, out) => {
      if (ctx.accepts("json", "html") !== "html") {
        ctx.body = out;
        return;
      }
      // A page of ours explains it; only the code travels, never what a client wrote.
      ctx.redirect(`/connect/error?reason=${encodeURIComponent(out.error)}`);
    },
  });
  provider.proxy = true;
  provider.on("server_error", (_ctx, error) => onError(error));
  provider.on("grant.revoked", (_ctx, grantId) => void onGrantEnded(grantId).catch(onError));
  provider.use(withKnownScope);
  provider.use(withQueryModeOnly);
  const callback = provider.callback();

  /** What the provider derives URLs from is the configured origin, never a Host header. */
  function pinOrigin(request: IncomingMessage): void {
    request.headers.host = issuerUrl.host;
    request.headers["x-forwarded-host"] = issuerUrl.host;
    request.headers["x-forwarded-proto"] = issuerUrl.protocol.slice(0, -1);
  }

  async function register(request: IncomingMessage, response: ServerResponse, ip: string): Promise<void> {
    const body = await readBody(request, BODY_BYTES_MAX);
    if (!body)
      return sendJson(response, 413, {
        error: "invalid_client_metadata",
        error_description: "The registration is too large.",
      });
    if ((await state.increment(`register:${networkOf(ip)}`, 3_600_000)) > REGISTRATIONS_PER_HOUR) {
      return sendJson(
        response,
        429,
        { error: "temporarily_unavailable", error_description: "Too many registrations; try again in an hour." },
        { "retry-after": "3600" },
      );
    }
    const outcome = normalizeRegistration(parseJson(body));
    if (!outcome.ok) return sendJson(response, 400, { error: outcome.error, error_description: outcome.description });
    await callback(withBody(request, Buffer.from(JSON.stringify(outcome.registration)), "application/json"), response);
  }

  async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, BODY_BYTES_MAX);
    if (!body)
      return sendJson(response, 413, { error: "invalid_request", error_description: "The request is too large." });
    const forwarded = withBody(request, body, request.headers["content-type"] ?? "");
    const form = new URLSearchParams(body.toString("utf8"));
    if (!request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded"))
      return void (await callback(forwarded, response));
    // The provider spends the code or token before it looks at the resource: a wrong one must not cost the sign-in.
    const resources = form.getAll("resource");
    const known = resources.length > 0 ? await grantSourceOf(form) : undefined;
    if (known && !resources.every((resource) => [known.resource ?? []].flat().includes(resource))) {
      return sendJson(response, 400, {
        error: "invalid_target",
        error_description: "The sign-in was for another resource.",
      });
    }
    if (form.get("grant_type") !== "refresh_token") return void (await callback(forwarded, response));
    const turn = await replay.begin(form, request.headers.authorization);
    if (turn.outcome === "replay") return sendJson(response, 200, turn.body);
    let answer: string | undefined;
    onBody(response, (text) => {
      answer = text;
    });
    await callback(forwarded, response);
    if (response.statusCode === 200 && answer) await replay.remember(turn.key, answer);
    else await replay.release(turn.key);
  }

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
    if (request.method === "POST" && path === "/oauth/token") return token(request, response);
    // What we do for a request to authorize is done with its query; nobody needs the other way.
    if (request.method === "POST" && path === "/oauth/authorize")
      return sendJson(response, 405, { error: "invalid_request" }, { allow: "GET" });
    await callback(request, response);
  }

  return {
    async handle(request, response, { ip }) {
      pinOrigin(request);
      try {
        await route(request, response, ip);
      } catch (error) {
        onError(error);
        if (response.headersSent) response.destroy();
        else sendJson(response, 500, { error: "server_error", error_description: "Something went wrong on our side." });
      }
    },
    async readRequest(request, response) {
      pinOrigin(request);
      try {
        const { uid } = await provider.interactionDetails(request, response);
        return await readPendingRequest({ db, vault }, uid);
      } catch (error) {
        if (error instanceof errors.SessionNotFound) return null;
        throw error;
      }
    },
    async approve(request, response, { personId, record }) {
      pinOrigin(request);
      const { prompt, params, session, grantId: earlier } = await provider.interactionDetails(request, response);
      const found = earlier ? await provider.Grant.find(earlier) : undefined;
      const isSame = found?.accountId === personId && found.getResourceScope(String(params.resource)) !== "";
      // One grant for one server, so that ending it ends nothing else.
      const grant = isSame ? found : new provider.Grant({ accountId: personId, clientId: String(params.client_id) });
      const scopes = new Set(String(params.scope ?? "").split(" "));
      const oidcScopes = ["openid", "offline_access"].filter((scope) => scopes.has(scope));
      if (oidcScopes.length > 0) grant.addOIDCScope(oidcScopes.join(" "));
      grant.addResourceScope(String(params.resource), TOOLS_SCOPE);
      const missing = prompt.details.missingOIDCClaims;
      if (Array.isArray(missing)) grant.addOIDCClaims(missing as string[]);
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
      pinOrigin(request);
      await provider.interactionFinished(
        request,
        response,
        { error: "access_denied", error_description: "The person said no." },
        { mergeWithLastSubmission: false },
      );
    },
  };
}

/** Clients may leave the scope out or ask for ones we do not have; oidc-provider would grant them nothing. */
async function withKnownScope(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  if (ctx.path === "/oauth/authorize" && ctx.method === "GET") {
    // Two of them are the provider's to refuse.
    if (Array.isArray(ctx.query.scope)) return next();
    const asked = ctx.query.scope?.split(" ") ?? [];
    const kept = asked.filter((scope) => scope === "openid" || scope === "offline_access");
    ctx.query = { ...ctx.query, scope: [...kept, TOOLS_SCOPE].join(" ") };
  }
  await next();
}

/** Codes come back in the query and in no other way: no page of ours posts one, and none ends up in a fragment. */
async function withQueryModeOnly(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  const mode = ctx.query.response_mode;
  if (ctx.path === "/oauth/authorize" && typeof mode === "string" && mode !== "query")
    ctx.query = { ...ctx.query, response_mode: "unsupported" };
  await next();
  if (ctx.path.startsWith("/.well-known/") && isObject(ctx.body) && "response_modes_supported" in ctx.body)
    ctx.body.response_modes_supported = ["query"];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
