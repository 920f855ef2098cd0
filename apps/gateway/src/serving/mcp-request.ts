import { DESTROY_SCOPE, networkOf, TOOLS_SCOPE } from "@portico/auth";
import {
  type Cancellation,
  type createMcpEndpoint,
  echoableId,
  type McpRequest,
  type McpResponse,
  type Principal,
  type ReadResource,
} from "@portico/mcp";
import { type Deps, READ_ONLY_PATH, READING } from "@portico/services";
import type { FastifyReply, FastifyRequest } from "fastify";
import { headerValues } from "../header-values.ts";
import { type CallOptions, NO_API } from "./api-call.ts";
import type { Callers } from "./callers.ts";
import { recordCall, resourceReader, toolCaller } from "./calls.ts";
import { parseBody } from "./json.ts";
import { limitText, type RateLimits } from "./rate-limits.ts";
import type { Serving } from "./servers.ts";
import { throughStandIns } from "./stand-ins.ts";
import { callsDestroying } from "./step-up.ts";
import type { Streams } from "./streams.ts";
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
  /** The path of the URL, which its metadata is found by. */
  path: string;
  /** Whether it takes another scope to call what deletes here. */
  needsStepUp: boolean;
  /** The same question again, for as long as a stream is open. */
  isAllowed: () => Promise<boolean>;
}

/**
 * The server and the caller of a request; undefined when it was answered already, with 404 or 401. At the URL that only reads, what does more
 * is not there, whoever calls.
 */
export async function admit(
  options: McpRequestOptions,
  request: FastifyRequest<{ Params: { organization: string; server: string } }>,
  reply: FastifyReply,
  isReadOnly = false,
): Promise<Admitted | undefined> {
  const { deps, servers, callers } = options;
  const { organization, server: slug } = request.params;
  const resolving = servers.resolve(organization, slug);
  // Known to almost every request, so that it need not wait.
  const serving = resolving instanceof Promise ? await resolving : resolving;
  if (!serving) {
    if (refuseGuess(options, request, reply, true)) return undefined;
    reply.code(404).send(rpcError(-32_001, "There is no server at this address, or it is not published."));
    return undefined;
  }
  const path = `/mcp/${organization}/${slug}${isReadOnly ? READ_ONLY_PATH : ""}`;
  const authorization = headerValues(request.raw, "authorization");
  const address = { resource: deps.publicUrl + path, isReadOnly };
  const ask = ({ server }: Serving) => callers.authenticate(authorization, server, address);
  const authenticating = ask(serving);
  const authentication = authenticating instanceof Promise ? await authenticating : authenticating;
  if (!authentication.ok) {
    if (refuseGuess(options, request, reply, authentication.reason === "invalid")) return undefined;
    challenge(reply, deps.publicUrl, path, authentication.reason);
    return undefined;
  }
  const { principal, profile, person, mayDestroy } = authentication;
  const limits = isReadOnly ? [...new Set([...authentication.limits, READING])] : authentication.limits;
  const { hasGrants, hasProfiles } = serving.server;
  const isPersonal = (hasGrants || hasProfiles) && principal.kind === "anonymous";
  const viewed = servers.viewed(serving, { limits, profile: profile?.view, isPersonal });
  return {
    serving: profile === null && person === viewed.person ? viewed : { ...viewed, profile, person },
    principal,
    path,
    needsStepUp: serving.server.stepUp && !mayDestroy,
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
  const caller = callerOf(principal, request);
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

/**
 * Counts a request that is refused anyway against what its network may guess; true when that was too much and it has been answered with 429.
 * What shows that something is there (a sign-in is wanted) is kept back then, too.
 */
export function refuseGuess(
  { rateLimits }: Pick<McpRequestOptions, "rateLimits">,
  request: FastifyRequest,
  reply: FastifyReply,
  isGuess: boolean,
): boolean {
  const reached = rateLimits.takeGuess(networkOf(request.ip), isGuess);
  if (!reached) return false;
  reply
    .code(429)
    .header("retry-after", String(reached.retryAfterSeconds))
    .send(rpcError(-32_000, limitText(reached)));
  return true;
}

/** Who is counted as one. */
function callerOf(principal: Principal, { ip }: FastifyRequest): string {
  return principal.kind === "anonymous" ? networkOf(ip) : `${principal.kind}/${principal.subject}`;
}

/**
 * Takes a place for a stream that listens for changes, and returns how to give it back; undefined when it has been answered with 429,
 * because its owner has as many as one may have.
 */
export function admitListener(
  { streams }: { streams: Streams },
  { serving: { server }, principal }: Pick<Admitted, "serving" | "principal">,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string | number | null,
): (() => void) | undefined {
  const listener = `${server.id}/${callerOf(principal, request)}`;
  const isProgram = principal.kind === "apiKey" || principal.kind === "client";
  const giveBack = streams.takePlace(listener, isProgram ? "program" : "person");
  if (giveBack) return giveBack;
  const text = "You have too many event streams open at this server. Close some, and open this one again.";
  reply
    .code(429)
    .header("retry-after", "60")
    .send({ ...rpcError(-32_000, text), id });
  return undefined;
}

/** One MCP request through the endpoint, with the server's tools and resources behind it. */
export function answerOne(
  options: McpRequestOptions,
  { serving, principal, path, needsStepUp }: Admitted,
  request: McpRequest,
  requestId: string,
): Promise<McpResponse> {
  if (needsStepUp && callsDestroying(serving, request.body))
    return Promise.resolve(askForScope(options.deps.publicUrl, path, principal, echoableId(request.body)));
  const { version, server } = serving;
  const { validate, usage } = options;
  const readResource: ReadResource = (uri, client) =>
    resourceReader(options, serving, principal, requestId, request.signal)(uri, client);
  const record: Parameters<typeof throughSearch>[0]["record"] = ({ name, client }, durationMs, outcome) =>
    recordCall(usage, { serving, principal, requestId, client }, { tool: name, durationMs }, { ...NO_API, outcome });
  const callTool = throughSearch({ serving, validate, record }, toolCaller(options, serving, principal, requestId));
  const attributes = { "portico.server": server.id, "portico.version": version.versionId, requestId };
  return options.telemetry.span("mcp", attributes, () =>
    options.endpoint({
      version,
      principal,
      request,
      callTool: throughStandIns({ serving, validate, readResource, record }, callTool),
      readResource,
    }),
  );
}

export function toMcpRequest(request: FastifyRequest, signal: Cancellation): McpRequest {
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

const STEP_UP_SCOPE = `${TOOLS_SCOPE} ${DESTROY_SCOPE}`;

/** 403 with the scope that the call needs, RFC 6750 §3.1 and MCP's "Runtime Insufficient Scope Errors"; 401 for who has not signed in. */
function askForScope(publicUrl: string, path: string, { kind }: Principal, id: string | number | null): McpResponse {
  const isSignedIn = kind !== "anonymous";
  const text = isSignedIn
    ? "This tool deletes. The app has to ask you for that once more: sign in again, and say yes to deleting."
    : "This tool deletes, and that takes a sign-in.";
  const parts = [
    ...(isSignedIn
      ? ['error="insufficient_scope"', 'error_description="This tool deletes, and that takes more."']
      : []),
    `scope="${STEP_UP_SCOPE}"`,
    `resource_metadata="${metadataUrl(publicUrl, path)}"`,
  ];
  return {
    status: isSignedIn ? 403 : 401,
    headers: { "content-type": "application/json", "www-authenticate": `Bearer ${parts.join(", ")}` },
    body: JSON.stringify({ ...rpcError(-32_001, text), id }),
  };
}

function metadataUrl(publicUrl: string, path: string): string {
  return `${publicUrl}/.well-known/oauth-protected-resource${path}`;
}

/** 401 with the way to a token. RFC 9728 §5.1; no `error` when no token was sent, RFC 6750 §3.1. */
function challenge(reply: FastifyReply, publicUrl: string, path: string, reason: "missing" | "invalid") {
  const parts = [
    ...(reason === "invalid"
      ? ['error="invalid_token"', 'error_description="The token is not valid for this server, or it has ended."']
      : []),
    `resource_metadata="${metadataUrl(publicUrl, path)}"`,
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
