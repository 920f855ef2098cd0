import { randomBytes } from "node:crypto";
import { createAuthorizationServer, createPeople, type FetchDocument, readPerson } from "@portico/auth";
import { createMcpEndpoint, createRequestStateCodec, createSessionCodec } from "@portico/mcp";
import {
  AppError,
  createUpstreamTokens,
  type Deps,
  endGrant,
  mayClientCall,
  onlyServerUrl,
  serverOf,
} from "@portico/services";
import type { Telemetry } from "@portico/telemetry";
import { createEgress, createValidator, requestToken } from "@portico/upstream";
import Fastify, { type FastifyInstance } from "fastify";
import { createDocumentFetch } from "./document-fetch.ts";
import { errorHandler } from "./errors.ts";
import { requestGuards } from "./guards.ts";
import { requestLog } from "./request-log.ts";
import { filesRoutes } from "./routes/files.ts";
import { healthRoutes } from "./routes/health.ts";
import { iconRoutes } from "./routes/icons.ts";
import { mcpRoutes } from "./routes/mcp.ts";
import { oauthRoutes } from "./routes/oauth.ts";
import { upstreamSignInRoutes } from "./routes/upstream-sign-in.ts";
import { webProxy } from "./routes/web-proxy.ts";
import { wellKnownRoutes } from "./routes/well-known.ts";
import { createCallers } from "./serving/callers.ts";
import { createChanges } from "./serving/changes.ts";
import { createEndedSessions } from "./serving/ended-sessions.ts";
import { createFiles } from "./serving/files.ts";
import { createOriginCheck } from "./serving/origins.ts";
import { createQuotas } from "./serving/quotas.ts";
import { createRateLimits } from "./serving/rate-limits.ts";
import { createRelay } from "./serving/relay.ts";
import { createResourceSubscriptions } from "./serving/resource-subscriptions.ts";
import { createServers } from "./serving/servers.ts";
import { createStreams } from "./serving/streams.ts";
import { createUsage } from "./serving/usage.ts";

export interface AppOptions {
  deps: Deps;
  telemetry: Telemetry;
  egressAllow: string[];
  egressAllowHosts: string[];
  webUrl?: string | undefined;
  isDevelopment?: boolean;
  allowedOrigins: string[];
  trustedProxies: string[];
  /** Also serve the transport of 2024-11-05, with its two addresses. */
  hasTwoAddresses?: boolean;
  /** In place of the network, where documents about clients are read. */
  fetchDocument?: FetchDocument;
}

/** Ids that no other process gives: calls are many, and randomness for each is dear. Nothing is guarded by them. */
function createRequestIds(): () => string {
  const process = randomBytes(12).toString("base64url");
  let count = 0;
  return () => `${process}-${(++count).toString(36)}`;
}

const SESSION_TTL_SECONDS = 30 * 86_400;
/** How long a person may take to reply to a question. */
const QUESTION_TTL_SECONDS = 600;

/** The gateway without a port: every plugin in order. Closing it drains what is open and flushes usage. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { deps, telemetry } = options;
  const app = Fastify({
    logger: false, // One line a request is written below, through redaction.
    requestIdHeader: false,
    genReqId: createRequestIds(),
    bodyLimit: 1024 * 1024,
    requestTimeout: 30_000,
    connectionTimeout: 0,
    keepAliveTimeout: 65_000,
    trustProxy: options.trustedProxies.length > 0 ? options.trustedProxies : false,
    forceCloseConnections: "idle",
    return503OnClosing: true,
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true, maxParamLength: 256 },
    frameworkErrors: errorHandler(telemetry),
  });

  const egress = createEgress({ allow: options.egressAllow, allowHosts: options.egressAllowHosts });
  const people = createPeople({
    ...deps,
    onLog: (level, message, details) => telemetry.logger[level]({ where: "sign-in", details }, message),
  });
  const personOf = (headers: Record<string, string | string[] | undefined>) =>
    readPerson(people, new Headers({ cookie: String(headers.cookie ?? "") }));
  const authorizationServer = await createAuthorizationServer({
    ...deps,
    issuer: deps.publicUrl,
    findResource: (resource) => serverOf(deps, resource),
    onlyResource: () => onlyServerUrl(deps),
    mayCall: (clientId, resource) => mayClientCall(deps, { clientId, resource }),
    currentPerson: personOf,
    findPerson: (id) => deps.db.user.findUnique({ where: { id }, select: { email: true, name: true } }),
    fetchDocument: options.fetchDocument ?? createDocumentFetch(egress),
    onGrantEnded: (grantId) => endGrant(deps, grantId),
    onError: (error) => telemetry.reportError(error, { where: "oauth" }),
  });
  const report = (where: string) => (error: unknown) => telemetry.reportError(error, { where });
  const upstreamTokens = createUpstreamTokens(
    deps,
    (client, grant) => requestToken(egress, client, grant),
    report("upstream tokens"),
  );
  const [servers, callers, endedSessions, changes, relay, streams] = await Promise.all([
    createServers(deps, { onCredentials: () => upstreamTokens.forget() }),
    createCallers(deps, report("callers")),
    createEndedSessions(deps, SESSION_TTL_SECONDS),
    createChanges(deps, report("changes")),
    createRelay(deps, report("relay")),
    createStreams(deps, report("streams")),
  ]);
  const rateLimits = createRateLimits(deps);
  const quotas = createQuotas(deps, report("quotas"));
  const usage = createUsage(deps, (count, error) => telemetry.reportError(error, { lostUsageEvents: count }));
  const files = createFiles(deps, (error) => telemetry.reportError(error, { where: "files" }));
  const isAllowedOrigin = createOriginCheck(deps.publicUrl, options.allowedOrigins);
  const endpoint = createMcpEndpoint({
    sessions: createSessionCodec({
      keys: deps.vault.deriveAll("mcp-sessions"),
      now: Date.now,
      ttlSeconds: SESSION_TTL_SECONDS,
    }),
    isTombstoned: endedSessions.isEnded,
    tombstone: endedSessions.end,
    changes,
    relay,
    subscriptions: createResourceSubscriptions(deps),
    asking: {
      states: createRequestStateCodec({
        keys: deps.vault.deriveAll("mcp-request-state"),
        now: Date.now,
        ttlSeconds: QUESTION_TTL_SECONDS,
      }),
      useOnce: (nonce) => deps.state.setIfAbsent(`mcp-request-state:${nonce}`, "1", QUESTION_TTL_SECONDS * 1000),
    },
    onEvent: (event) => {
      if (event.type === "internal_error")
        return telemetry.reportError(event.error, { serverId: event.version.serverId });
      if (event.type === "initialize" || event.type === "discover") recordConnect(usage, event);
    },
  });

  app.setErrorHandler(errorHandler(telemetry));
  app.setNotFoundHandler(() => {
    throw new AppError("not_found", "Nothing is at this address.");
  });
  app.addHook("onRequest", requestGuards({ publicUrl: deps.publicUrl }));
  app.addHook("onResponse", requestLog(telemetry.logger));

  app.register(healthRoutes({ deps }));
  app.register(wellKnownRoutes({ publicUrl: deps.publicUrl, servers, rateLimits }));
  app.register(
    mcpRoutes({
      deps,
      publicUrl: deps.publicUrl,
      telemetry,
      servers,
      callers,
      rateLimits,
      quotas,
      usage,
      egress,
      validate: createValidator(),
      upstreamTokens,
      files,
      endpoint,
      streams,
      isAllowedOrigin,
      twoAddresses: options.hasTwoAddresses ? { relay, changes } : undefined,
    }),
  );
  app.register(filesRoutes({ files }));
  app.register(iconRoutes({ servers }));
  app.register(upstreamSignInRoutes({ deps, telemetry, personOf, egress }));
  app.register(oauthRoutes({ deps, telemetry, authorizationServer, personOf, isAllowedOrigin }));
  if (options.webUrl)
    app.register(
      webProxy({ publicUrl: deps.publicUrl, webUrl: options.webUrl, isDevelopment: options.isDevelopment ?? false }),
    );

  // Open streams would hold the closing up; their clients come back to another process.
  app.addHook("preClose", async () => changes.endAll());
  app.addHook("onClose", async () => {
    await Promise.all([usage.close(), rateLimits.close()]);
    await Promise.allSettled(
      [authorizationServer, servers, callers, endedSessions, changes, relay, streams, egress].map((part) =>
        part.close(),
      ),
    );
  });
  return app;
}

function recordConnect(
  usage: ReturnType<typeof createUsage>,
  {
    version,
    principal,
    client,
  }: Extract<Parameters<NonNullable<Parameters<typeof createMcpEndpoint>[0]["onEvent"]>>[0], { client: unknown }>,
): void {
  usage.record({
    kind: "initialize",
    outcome: "ok",
    durationMs: 0,
    organizationId: version.organizationId,
    serverId: version.serverId,
    versionId: version.versionId,
    principal: principal.kind,
    subject: principal.kind === "anonymous" ? null : principal.subject,
    connectionId: principal.connectionId,
    clientName: client.name,
    clientVersion: client.version,
    userAgent: client.userAgent,
    era: client.era,
    protocolVersion: client.protocolVersion,
  });
}
