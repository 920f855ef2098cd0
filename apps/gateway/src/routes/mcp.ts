import { TOOLS_SCOPE } from "@portico/auth";
import {
  type CallTool,
  type createMcpEndpoint,
  hasToolOutput,
  type Principal,
  type ReadResource,
  selectDialect,
} from "@portico/mcp";
import type { Tool } from "@portico/openapi";
import type { Deps } from "@portico/services";
import type { Telemetry } from "@portico/telemetry";
import { type CallOutcome, callTool, type createValidator, type Egress } from "@portico/upstream";
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { headerValues } from "../header-values.ts";
import { needsPerson } from "../serving/ask-first.ts";
import type { Callers } from "../serving/callers.ts";
import type { Files } from "../serving/files.ts";
import { parseBody } from "../serving/json.ts";
import { readBound } from "../serving/resources.ts";
import type { Servers, Serving } from "../serving/servers.ts";
import type { Streams } from "../serving/streams.ts";
import { throughSearch } from "../serving/tool-search.ts";
import type { Usage } from "../serving/usage.ts";
import { reportWaiting } from "../serving/waiting.ts";

export interface McpRouteOptions {
  deps: Deps;
  telemetry: Telemetry;
  servers: Servers;
  callers: Callers;
  usage: Usage;
  egress: Egress;
  validate: ReturnType<typeof createValidator>;
  files: Files;
  endpoint: ReturnType<typeof createMcpEndpoint>;
  streams: Streams;
  isAllowedOrigin: (origin: string) => boolean;
}

const BODY_BYTES_MAX = 4 * 1024 * 1024;
const CORS = {
  "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
  "access-control-allow-headers":
    "authorization, content-type, accept, last-event-id, mcp-session-id, mcp-protocol-version, mcp-method, mcp-name",
  "access-control-expose-headers": "mcp-session-id, www-authenticate",
  "access-control-max-age": "86400",
};

/** /mcp/{organization}/{server}: origin, server, caller, protocol, in that order. */
export function mcpRoutes(options: McpRouteOptions): FastifyPluginAsync {
  const { deps, telemetry, servers, callers, endpoint, streams, isAllowedOrigin } = options;
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: BODY_BYTES_MAX }, (_request, body, done) =>
      done(null, body),
    );
    app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
      if (error.statusCode === 413) {
        return reply.code(413).send(rpcError(-32_600, `The body is larger than ${BODY_BYTES_MAX / 1024 / 1024} MB.`));
      }
      // What HTTP itself refuses: a media type that is none, a length that is wrong.
      if (error.statusCode && error.statusCode < 500)
        return reply.code(error.statusCode).send(rpcError(-32_600, "This is not a request that HTTP allows."));
      telemetry.reportError(error, { requestId: request.id });
      return reply.code(500).send(rpcError(-32_603, "Internal error"));
    });

    app.addHook("onRequest", async (request, reply) => {
      const { origin } = request.headers;
      if (origin === undefined) return;
      if (!isAllowedOrigin(origin))
        return reply.code(403).send(rpcError(-32_600, "Pages of this origin may not call this server."));
      reply.headers({ "access-control-allow-origin": origin, vary: "origin", ...CORS });
      if (request.method === "OPTIONS") return reply.code(204).send();
    });

    app.route<{ Params: { organization: string; server: string } }>({
      method: ["GET", "POST", "DELETE", "OPTIONS"],
      url: "/mcp/:organization/:server",
      handler: async (request, reply) => {
        const { organization, server: slug } = request.params;
        if (request.method === "GET" && request.headers.accept?.includes("text/html"))
          return reply.redirect(`/s/${encodeURIComponent(organization)}/${encodeURIComponent(slug)}`, 302);
        const serving = await servers.resolve(organization, slug);
        if (!serving)
          return reply.code(404).send(rpcError(-32_001, "There is no server at this address, or it is not published."));
        const resource = `${deps.publicUrl}/mcp/${organization}/${slug}`;
        const authorization = headerValues(request.raw, "authorization");
        const authentication = await callers.authenticate(authorization, serving.server, resource);
        if (!authentication.ok)
          return challenge(reply, deps.publicUrl, `/mcp/${organization}/${slug}`, authentication.reason);

        const gone = abortWhenGone(reply);
        const { version, server } = serving;
        const attributes = { "portico.server": server.id, "portico.version": version.versionId, requestId: request.id };
        const answer = await telemetry.span("mcp", attributes, () =>
          endpoint({
            version,
            principal: authentication.principal,
            request: toMcpRequest(request, gone),
            callTool: throughSearch(
              serving,
              options.validate,
              toolCaller(options, serving, authentication.principal, request.id),
            ),
            readResource: resourceReader(options, serving, authentication.principal, request.id, gone),
          }),
        );
        if (gone.aborted) return reply.hijack();
        if (answer.stream) {
          reply.hijack();
          reply.raw.writeHead(answer.status, { ...(reply.getHeaders() as Record<string, string>), ...answer.headers });
          // The head goes out now: a client that opened a stream waits for it, not for an event.
          reply.raw.flushHeaders();
          const isAllowed = async () => {
            const now = await servers.resolve(organization, slug);
            return now !== null && (await callers.authenticate(authorization, now.server, resource)).ok;
          };
          await streams.run(reply.raw, answer.stream, isAllowed);
          return reply;
        }
        return reply.code(answer.status).headers(answer.headers).send(answer.body);
      },
    });
  };
}

/** Runs one tool of a frozen version with the server's credentials, and records what came of it. */
function toolCaller(options: McpRouteOptions, serving: Serving, principal: Principal, requestId: string): CallTool {
  const { tools } = serving;
  const run = toolRunner(options, serving, principal, requestId);
  return async (input) => {
    const tool = tools.get(input.name);
    if (!tool) throw new Error(`The protocol let an unknown tool through: ${input.name}`);
    return run(tool, input);
  };
}

type RunTool = (tool: Tool, input: Omit<Parameters<CallTool>[0], "name" | "requestId">) => ReturnType<CallTool>;

function toolRunner(
  { telemetry, servers, usage, egress, validate, files }: McpRouteOptions,
  { server, version, baseUrl, documentUrl }: Serving,
  principal: Principal,
  requestId: string,
): RunTool {
  return async (tool, { args, signal, client, replies, areAsked, onProgress, onLog }) => {
    const startedAt = performance.now();
    const { name } = tool;
    const toolId = `${version.versionId}:${name}`;
    const dialect = selectDialect(version, client);
    // Nobody is asked about a call that cannot be made.
    const needs =
      tool.askFirst && validate(toolId, tool.inputSchema, args, dialect).ok
        ? needsPerson(tool, args, areAsked ? replies : {})
        : undefined;
    if (needs && "questions" in needs) return needs;
    const credentials = await servers.credentialsOf(server.id);
    const stopWaiting = reportWaiting(onProgress, () => hostOf(baseUrl, tool));
    const call = await telemetry
      .span("tools/call", { "mcp.tool": name }, async (note) => {
        if (needs) return declined(needs.declined);
        const outcome = await callTool({
          tool,
          toolId,
          args,
          target: { credentials, ...(baseUrl ? { baseUrl } : {}), ...(documentUrl ? { documentUrl } : {}) },
          egress,
          validate,
          dialect,
          keep: (file) => files.keep(file, { serverId: server.id, principal }),
          hasResourceLinks: hasToolOutput(client),
          signal,
        });
        note({
          outcome: outcome.outcome,
          "upstream.status": outcome.status,
          "upstream.ms": outcome.upstreamMs,
          "upstream.retries": outcome.retries,
        });
        return outcome;
      })
      .finally(stopWaiting);
    usage.record({
      kind: "call",
      organizationId: server.organizationId,
      serverId: server.id,
      versionId: version.versionId,
      tool: name,
      operation: tool.operation,
      outcome: call.outcome,
      status: call.status,
      durationMs: performance.now() - startedAt,
      upstreamMs: call.upstreamMs,
      requestBytes: call.requestBytes,
      responseBytes: call.responseBytes,
      clientName: client.name,
      clientVersion: client.version,
      userAgent: client.userAgent,
      era: client.era,
      protocolVersion: client.protocolVersion,
      principal: principal.kind,
      subject: principal.kind === "anonymous" ? null : principal.subject,
      connectionId: principal.connectionId,
      requestId,
      diagnostic: call.diagnostic,
    });
    // Before, clients could not say whether they want to know, and would get a stream for it.
    if (call.diagnostic && !needs && client.era === "modern") onLog("warning", call.diagnostic);
    return call.result;
  };
}

/** A call that a person did not allow: nothing left. */
function declined(text: string): CallOutcome {
  return {
    result: { content: [{ type: "text", text }] },
    outcome: "blocked",
    requestBytes: 0,
    responseBytes: 0,
    upstreamMs: 0,
    retries: 0,
    diagnostic: "A person was asked first and did not agree.",
  };
}

function hostOf(baseUrl: string | undefined, { plan }: Tool): string {
  const url = baseUrl ?? plan.baseUrls[0]?.url ?? "";
  return URL.canParse(url) ? new URL(url).host : "the API";
}

/** A resource that an operation answers, or the file behind a link that this server gave this very caller. */
function resourceReader(
  options: McpRouteOptions,
  serving: Serving,
  principal: Principal,
  requestId: string,
  signal: AbortSignal,
): ReadResource {
  const run = toolRunner(options, serving, principal, requestId);
  return async (uri, client) => {
    const bound = await readBound(serving, uri, (tool, args) =>
      run(tool, { args, signal, client, replies: {}, areAsked: false, canAsk: () => false, onLog: () => {} }),
    );
    if (bound) return bound;
    const file = await options.files.openFor(uri, { serverId: serving.server.id, principal });
    if (!file) return undefined;
    const parts: Uint8Array[] = [];
    for await (const part of file.read(0, file.bytes)) parts.push(part);
    const bytes = Buffer.concat(parts);
    const [mimeType = ""] = file.mimeType.split(";");
    return file.mimeType.includes("charset=utf-8")
      ? { uri, mimeType, text: bytes.toString("utf8") }
      : { uri, mimeType, blob: bytes.toString("base64") };
  };
}

function toMcpRequest(request: FastifyRequest, signal: AbortSignal) {
  const headers = request.headers as Record<string, string | undefined>;
  if (request.method !== "POST") return { method: request.method, headers, signal };
  const parsed = parseBody(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
  return {
    method: request.method,
    headers,
    signal,
    ...("value" in parsed ? { body: parsed.value } : { parseError: parsed.problem }),
  };
}

/** A signal that fires when the client closes its side before it has the answer. MCP 2026-07-28, transports: that is a cancellation. */
function abortWhenGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** 401 with the way to a token. RFC 9728 §5.1; no `error` when no token was sent, RFC 6750 §3.1. */
function challenge(reply: FastifyReply, publicUrl: string, path: string, reason: "missing" | "invalid") {
  const parts = [
    ...(reason === "invalid"
      ? ['error="invalid_token"', 'error_description="The token is not valid for this server, or it has ended."']
      : []),
    `resource_metadata="${publicUrl}/.well-known/oauth-protected-resource${path}"`,
    `scope="${TOOLS_SCOPE}"`,
  ];
  return reply
    .code(401)
    .header("www-authenticate", `Bearer ${parts.join(", ")}`)
    .send(
      rpcError(
        -32_001,
        reason === "missing"
          ? "Sign in to use this server."
          : "The token is not valid for this server, or it has ended. Sign in again.",
      ),
    );
}

function rpcError(code: number, message: string) {
  return { jsonrpc: "2.0", id: null, error: { code, message } };
}
