import { networkOf, TOOLS_SCOPE } from "@portico/auth";
import type { createMcpEndpoint, McpRequest, McpResponse, Principal } from "@portico/mcp";
import type { Deps } from "@portico/services";
import type { FastifyReply, FastifyRequest } from "fastify";
import { headerValues } from "../header-values.ts";
import type { Callers } from "./callers.ts";
import { type CallOptions, NO_API, recordCall, resourceReader, toolCaller } from "./calls.ts";
import { parseBody } from "./json.ts";
import { limitText, type RateLimits } from "./rate-limits.ts";
import type { Serving } from "./servers.ts";
import { throughStandIns } from "./stand-ins.ts";
import { throughSearch } from "./tool-search.ts";

/** What a request to /mcp needs of the process. */
export interface McpRequestOptions extends CallOptions {
  deps: Deps;
  callers: Callers;
  rateLimits: RateLimits;
  endpoint: ReturnType<typeof createMcpEndpoint>;
}

/** Who asks which server, when they may. */
export interface Admitted {
  serving: Serving;
  principal: Principal;
  /** The same question again, for as long as a stream is open. */
  isAllowed: () => Promise<boolean>;
}

/** The server and the caller of a request; undefined when it was answered already, with 404 or 401. */
export async function admit(
  { deps, servers, callers }: McpRequestOptions,
  request: FastifyRequest<{ Params: { organization: string; server: string } }>,
  reply: FastifyReply,
): Promise<Admitted | undefined> {
  const { organization, server: slug } = request.params;
  const serving = await servers.resolve(organization, slug);
  if (!serving) {
    reply.code(404).send(rpcError(-32_001, "There is no server at this address, or it is not published."));
    return undefined;
  }
  const path = `/mcp/${organization}/${slug}`;
  const authorization = headerValues(request.raw, "authorization");
  const ask = ({ server }: Serving) => callers.authenticate(authorization, server, deps.publicUrl + path);
  const authentication = await ask(serving);
  if (!authentication.ok) {
    challenge(reply, deps.publicUrl, path, authentication.reason);
    return undefined;
  }
  return {
    serving,
    principal: authentication.principal,
    async isAllowed() {
      const now = await servers.resolve(organization, slug);
      return now !== null && (await ask(now)).ok;
    },
  };
}

/**
 * Counts the request against the limits of its organization; true when one was reached and it has been answered with 429. Without a sign-in,
 * callers are told apart by their network.
 */
export function refuseOverLimit(
  { rateLimits }: Pick<McpRequestOptions, "rateLimits">,
  { serving: { server }, principal }: Pick<Admitted, "serving" | "principal">,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string | number | null,
): boolean {
  const caller = principal.kind === "anonymous" ? networkOf(request.ip) : `${principal.kind}/${principal.subject}`;
  const reached = rateLimits.take(
    { caller, serverId: server.id, organizationId: server.organizationId },
    server.limits,
  );
  if (!reached) return false;
  reply
    .code(429)
    .header("retry-after", String(reached.retryAfterSeconds))
    .send({ ...rpcError(-32_000, limitText(reached)), id });
  return true;
}

/** One MCP request through the endpoint, with the server's tools and resources behind it. */
export function answerOne(
  options: McpRequestOptions,
  { serving, principal }: Admitted,
  request: McpRequest,
  requestId: string,
): Promise<McpResponse> {
  const { version, server } = serving;
  const { validate, usage } = options;
  const readResource = resourceReader(options, serving, principal, requestId, request.signal);
  const callTool = throughSearch(serving, validate, toolCaller(options, serving, principal, requestId));
  const attributes = { "portico.server": server.id, "portico.version": version.versionId, requestId };
  return options.telemetry.span("mcp", attributes, () =>
    options.endpoint({
      version,
      principal,
      request,
      callTool: throughStandIns(
        {
          ...{ serving, validate, readResource },
          record: ({ name, client }, durationMs, outcome) =>
            recordCall(
              usage,
              { serving, principal, requestId, client },
              { tool: name, durationMs },
              { ...NO_API, outcome },
            ),
        },
        callTool,
      ),
      readResource,
    }),
  );
}

export function toMcpRequest(request: FastifyRequest, signal: AbortSignal): McpRequest {
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

export function rpcError(code: number, message: string) {
  return { jsonrpc: "2.0", id: null, error: { code, message } };
}
