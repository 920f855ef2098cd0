import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Db, Vault } from "@portico/db";
import Provider, { errors, interactionPolicy, type KoaContextWithOIDC } from "oidc-provider";
import { AWAY, isStoreAway } from "./away.ts";
import { createClientDocuments, type FetchDocument } from "./client-documents.ts";
import { createOidcAdapter } from "./oidc-adapter.ts";
import { readSigningKeys } from "./signing-keys.ts";

/** The one scope that clients need: to list and call a server's tools. */
export const TOOLS_SCOPE = "tools";
/** To call those that delete, at servers that want to have that asked for. */
export const DESTROY_SCOPE = "tools:destroy";

/** Where a client of a terminal asks for a code, and where the typed one is taken. RFC 8628 §3.1, §3.3. */
export const DEVICE_PATH = "/oauth/device";
export const DEVICE_CODE_PATH = "/oauth/device/code";
/** How long a client waits between two looks at whether its code was answered. */
export const DEVICE_POLL_SECONDS = 5;
/** Until when a person has typed the code, signed in, and answered. */
export const DEVICE_CODE_SECONDS = 15 * 60;

export interface ProviderOptions {
  db: Db;
  vault: Vault;
  /** Bare origin; the OAuth issuer. */
  issuer: string;
  /** What a resource that a client names is: the MCP URL of a server that exists, or the one where that only reads; null: none of ours. */
  findResource: (resource: string) => Promise<{ isReadOnly: boolean } | null>;
  /** The MCP URL of the one server that there is; null when there are several, or none. */
  onlyResource: () => Promise<string | null>;
  /** Whether a client that acts for itself may call that server. */
  mayCall: (clientId: string, resource: string) => Promise<boolean>;
  /** Who is signed in by this browser. */
  currentPerson: (headers: IncomingMessage["headers"]) => Promise<{ id: string } | null>;
  findPerson: (id: string) => Promise<{ email: string; name: string } | null>;
  /** A grant has ended by itself: its client gave a token back, or a code or refresh token was used a second time. */
  onGrantEnded: (grantId: string) => Promise<void>;
  /** Reads documents of clients that are known by an address. */
  fetchDocument: FetchDocument;
  /** Whether one more document may be read for who asks from this address. */
  mayFetchDocument: (ip: string) => Promise<boolean>;
  onError: (error: unknown) => void;
}

const MINUTE = 60;
const DAY = 86_400;
/** Clients register again and again: one that nobody connects with is forgotten after a day. */
const UNUSED_CLIENT_SECONDS = DAY;

/** oidc-provider, configured: authorization codes with PKCE for one server each, JWT access tokens, rotating refresh tokens. */
export async function createProvider(options: ProviderOptions): Promise<Provider> {
  const { db, vault, issuer, findResource, currentPerson, findPerson, onGrantEnded, onError } = options;
  const readDocument = createClientDocuments({ db, vault, fetch: options.fetchDocument });
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  // The browser's sign-in may have changed since this OAuth session began: then it is another person who is asked.
  policy.get("login")?.checks.add(
    new Check("person_changed", "another person is signed in", async (ctx) => {
      const person = await currentPerson(ctx.req.headers);
      return person?.id !== ctx.oidc.session?.accountId;
    }),
  );
  // Whatever kind of client asks: what the person may use, and what their profile asks of them, may be another by now. They see it, and change it.
  policy
    .get("consent")
    ?.checks.add(
      new Check("always", "the person is asked each time", "interaction_required", (ctx) =>
        ctx.oidc.result?.consent ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
      ),
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
      device_authorization: DEVICE_PATH,
      code_verification: DEVICE_CODE_PATH,
    },
    // The scope of servers belongs to the resource, not to OpenID Connect: named here, it would be asked for twice.
    scopes: ["openid", "offline_access"],
    claims: { openid: ["sub"], profile: ["name"], email: ["email"] },
    responseTypes: ["code"],
    pkce: { required: () => true },
    enabledJWA: { idTokenSigningAlgValues: ["ES256"] },
    clientAuthMethods: ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"],
    fetch: (url) => readDocument(String(url)),
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
      DeviceCode: DEVICE_CODE_SECONDS,
      IdToken: 10 * MINUTE,
      Interaction: 60 * MINUTE,
      ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 10 * MINUTE,
      RefreshToken: 90 * DAY,
      Grant: 400 * DAY,
      Session: 30 * DAY,
    },
    features: {
      devInteractions: { enabled: false },
      clientIdMetadataDocument: {
        enabled: true,
        ack: "draft-02",
        // Without a path a site would be a client, and everybody who can put a file at its root.
        allowFetch: async (ctx, id) => new URL(id).pathname !== "/" && (await options.mayFetchDocument(ctx.ip)),
        cacheDuration: { min: 30, max: DAY },
      },
      // Nobody manages a registration: a token for that would be one more secret that is of no use.
      registration: { enabled: true, idFactory: () => randomUUID(), issueRegistrationAccessToken: false },
      registrationManagement: { enabled: false },
      deviceFlow: {
        enabled: true,
        // Pages of ours ask for the code and tell how it ended: what the provider has to say is where to go.
        userCodeInputSource: async (ctx, _form, out, error) => {
          // It would be stored with what the provider notes on it, and one that never was cannot be.
          if (ctx.oidc.session && ctx.oidc.session.exp === undefined)
            Object.assign(ctx.oidc.session, { touched: false });
          seeOther(ctx, error ? deviceProblem(error.name, out?.error) : "/device");
        },
        userCodeConfirmSource: async (ctx) => seeOther(ctx, "/device"),
        successSource: async (ctx) => seeOther(ctx, "/device/done"),
      },
      // Only clients that an organization made have the grant: those that register themselves are given others.
      clientCredentials: { enabled: true },
      // RFC 7009 §2.1: a token is revoked by the client that it was issued to, and by nobody else.
      revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: { enabled: false },
      // On by default, and announced at addresses that we do not have.
      pushedAuthorizationRequests: { enabled: false },
      dPoP: { enabled: false },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: async () => true,
        // A client that names no server means the only one; where there are several, it has to say which.
        defaultResource: async () => {
          const only = await options.onlyResource();
          if (!only) throw new errors.InvalidTarget("name the server with the resource parameter (RFC 8707)");
          return only;
        },
        getResourceServerInfo: async (ctx, resource, client) => {
          const isOwn = ctx.oidc.params?.grant_type === "client_credentials";
          const found = await findResource(resource);
          if (!found || (isOwn && !(await options.mayCall(client.clientId, resource))))
            throw new errors.InvalidTarget("there is no such server");
          return {
            // Nothing is deleted where nothing but reading is served.
            scope: found.isReadOnly ? TOOLS_SCOPE : `${TOOLS_SCOPE} ${DESTROY_SCOPE}`,
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
  provider.on("server_error", (ctx, error) => {
    onError(error);
    // A browser was sent to a page by now, which says the same.
    if (!isStoreAway(error) || ctx.status !== 500) return;
    ctx.status = AWAY.status;
    ctx.set(AWAY.headers);
    ctx.body = AWAY.body;
  });
  provider.on("grant.revoked", (_ctx, grantId) => void onGrantEnded(grantId).catch(onError));
  provider.use(withKnownScope);
  provider.use(withQueryModeOnly);
  provider.use(withDevicePage(issuer));
  return provider;
}

const KEPT_SCOPES = new Set(["openid", "offline_access", DESTROY_SCOPE]);

/** Clients may leave the scope out or ask for ones we do not have; oidc-provider would grant them nothing. */
async function withKnownScope(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  if (ctx.path === "/oauth/authorize" && ctx.method === "GET") {
    // Two of them are the provider's to refuse.
    if (Array.isArray(ctx.query.scope)) return next();
    ctx.query = { ...ctx.query, scope: knownScope(ctx.query.scope) };
  }
  await next();
}

/** What a client that asks for this scope is taken to ask for. */
export function knownScope(asked: string | null | undefined): string {
  const kept = (asked?.split(" ") ?? []).filter((scope) => KEPT_SCOPES.has(scope));
  return [...kept, TOOLS_SCOPE].join(" ");
}

/**
 * A person is sent to a page of ours, and a client is told how often to ask. The provider's own page would take a code from its address
 * and hand out what it checks the answer by: without that, a code is typed nowhere but where tries are counted.
 */
function withDevicePage(issuer: string) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    if (ctx.method !== "POST" && "user_code" in ctx.query) ctx.query = {};
    await next();
    if (ctx.path !== DEVICE_PATH || !isObject(ctx.body) || typeof ctx.body.user_code !== "string") return;
    Object.assign(ctx.body, {
      verification_uri: `${issuer}/device`,
      verification_uri_complete: `${issuer}/device?${new URLSearchParams({ user_code: ctx.body.user_code })}`,
      interval: DEVICE_POLL_SECONDS,
    });
  };
}

/** What the provider calls what is wrong with a code, as the page that says so. */
function deviceProblem(name: string, error: string | undefined): string {
  switch (name) {
    case "AbortedError":
      return "/device/done?answer=no";
    case "NotFoundError":
    case "NoCodeError":
      return "/device?problem=unknown";
    case "ExpiredError":
      return "/device?problem=expired";
    case "AlreadyUsedError":
      return "/device?problem=used";
    case "SessionNotFound":
      return "/device?problem=over";
    default:
      return `/connect/error?reason=${encodeURIComponent(error ?? "server_error")}`;
  }
}

function seeOther(ctx: KoaContextWithOIDC, location: string): void {
  ctx.status = 303;
  ctx.redirect(location);
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
