import type { ClientIdentity, McpEndpointDeps, McpExchange, McpResponse } from "./contract.ts";
import type { Emit } from "./emit.ts";
import { headerValue } from "./headers.ts";
import { identifyClient } from "./identity.ts";
import {
  errorBody,
  invalidParams,
  invalidRequest,
  isObject,
  type Message,
  parseMessage,
  type RequestId,
  type RequestMessage,
  type RpcError,
  resultBody,
  SESSION_NOT_FOUND,
  TRANSPORT_ERROR,
  UNSUPPORTED_PROTOCOL_VERSION,
} from "./json-rpc.ts";
import { CAPABILITIES, dispatch, legacyMethods } from "./methods.ts";
import { accepted, methodNotAllowed, refuse, reply } from "./responses.ts";
import {
  BATCH_VERSION,
  LEGACY_VERSIONS,
  MODERN_VERSIONS,
  negotiateLegacyVersion,
  VERSION_WITHOUT_HEADER,
} from "./revisions.ts";
import type { Session, SessionOwner } from "./sessions.ts";

type Deps = Pick<McpEndpointDeps, "sessions" | "isTombstoned" | "tombstone">;

/** A batch runs its messages at once, so this is also how many calls one request can start. */
const BATCH_MESSAGES_MAX = 20;

/** Answers one message of the eras with a handshake. A request without a session is served all the same. */
export async function answerLegacy(
  message: Message,
  exchange: McpExchange,
  deps: Deps,
  emit: Emit,
): Promise<McpResponse> {
  if (message.kind === "request" && message.method === "initialize") return initialize(message, exchange, deps, emit);
  const id = message.kind === "request" ? message.id : null;
  const context = await openContext(id, exchange, deps);
  if ("refusal" in context) return context.refusal;
  const body = await answerMessage(message, exchange, context.client, emit);
  return body === undefined ? accepted() : reply(exchange.request, body);
}

/** Answers a batch, which only one revision has. Each message succeeds or fails on its own. */
export async function answerLegacyBatch(
  messages: unknown[],
  exchange: McpExchange,
  deps: Deps,
  emit: Emit,
): Promise<McpResponse> {
  const context = await openContext(null, exchange, deps);
  if ("refusal" in context) return context.refusal;
  if (context.client.protocolVersion !== BATCH_VERSION) {
    return refuse(400, null, invalidRequest("this protocol version has no batches"));
  }
  if (messages.length > BATCH_MESSAGES_MAX) {
    return refuse(400, null, invalidRequest(`a batch holds at most ${BATCH_MESSAGES_MAX} messages`));
  }
  const answers = messages.map((value) => answerBatched(value, exchange, context.client, emit));
  const bodies = (await Promise.all(answers)).filter((body) => body !== undefined);
  return bodies.length === 0 ? accepted() : reply(exchange.request, `[${bodies.join(",")}]`);
}

/** GET opens no stream here, and DELETE ends the session for every process. */
export async function answerLegacySession(exchange: McpExchange, deps: Deps): Promise<McpResponse> {
  const { method } = exchange.request;
  if (method !== "GET" && method !== "DELETE") return methodNotAllowed(unsupportedMethod);
  const session = await findSession(exchange, deps);
  if (session.state === "unknown") return refuse(404, null, sessionNotFound);
  if (method === "GET") return methodNotAllowed(unsupportedMethod);
  if (session.state !== "open") return refuse(400, null, sessionRequired);
  await deps.tombstone(session.sid);
  return { status: 200, headers: {} };
}

function initialize(message: RequestMessage, exchange: McpExchange, deps: Deps, emit: Emit): McpResponse {
  const params = message.params ?? {};
  if (typeof params.protocolVersion !== "string") {
    return reply(exchange.request, errorBody(message.id, invalidParams("protocolVersion must be a string")));
  }
  const protocolVersion = negotiateLegacyVersion(params.protocolVersion);
  const client = identifyClient(exchange.request, "legacy", protocolVersion, params.clientInfo);
  const session: Session = {
    protocolVersion,
    capabilities: isObject(params.capabilities) ? params.capabilities : {},
    clientInfo: { name: client.name, version: client.version },
  };
  const sid = deps.sessions.sign(session, ownerOf(exchange));
  emit({ type: "initialize", client });
  const { serverInfo, instructions } = exchange.version;
  // Clients set a log level on connecting whether or not a server ever logs.
  const capabilities = { ...CAPABILITIES, logging: {} };
  const result = JSON.stringify({ protocolVersion, capabilities, serverInfo, instructions });
  return reply(exchange.request, resultBody(message.id, result), { "mcp-session-id": sid });
}

async function answerMessage(
  message: Message,
  exchange: McpExchange,
  client: ClientIdentity,
  emit: Emit,
): Promise<string | undefined> {
  if (message.kind !== "request") return undefined;
  const answer = await dispatch(legacyMethods, { exchange, message, client, emit });
  return "error" in answer ? errorBody(message.id, answer.error) : resultBody(message.id, `{${answer.members}}`);
}

async function answerBatched(
  value: unknown,
  exchange: McpExchange,
  client: ClientIdentity,
  emit: Emit,
): Promise<string | undefined> {
  const message = parseMessage(value);
  if (message.kind === "invalid") return errorBody(message.id, invalidRequest(message.reason));
  if (message.kind === "request" && message.method === "initialize") {
    return errorBody(message.id, invalidRequest("initialize cannot be part of a batch"));
  }
  return answerMessage(message, exchange, client, emit);
}

/** Who is speaking and in which revision: from the session if there is one, otherwise from the headers. */
async function openContext(
  id: RequestId | null,
  exchange: McpExchange,
  deps: Deps,
): Promise<{ client: ClientIdentity } | { refusal: McpResponse }> {
  const version = headerValue(exchange.request.headers, "mcp-protocol-version");
  if (version !== undefined && !LEGACY_VERSIONS.includes(version))
    return { refusal: refuse(400, id, unsupported(version)) };
  const found = await findSession(exchange, deps);
  if (found.state === "unknown") return { refusal: refuse(404, id, sessionNotFound) };
  const session = found.state === "open" ? found.session : undefined;
  const protocolVersion = session?.protocolVersion ?? version ?? VERSION_WITHOUT_HEADER;
  return { client: identifyClient(exchange.request, "legacy", protocolVersion, session?.clientInfo) };
}

async function findSession(
  exchange: McpExchange,
  { sessions, isTombstoned }: Deps,
): Promise<{ state: "none" | "unknown" } | { state: "open"; sid: string; session: Session }> {
  const sid = headerValue(exchange.request.headers, "mcp-session-id");
  if (sid === undefined) return { state: "none" };
  // The signature comes first: a made-up id never reaches the store.
  const session = sessions.verify(sid, ownerOf(exchange));
  if (session === undefined || (await isTombstoned(sid))) return { state: "unknown" };
  return { state: "open", sid, session };
}

function ownerOf({ version, principal }: McpExchange): SessionOwner {
  const { kind, subject, clientId } = principal;
  return { serverId: version.serverId, kind, subject, clientId };
}

const sessionNotFound: RpcError = { code: SESSION_NOT_FOUND, message: "Session not found" };
const sessionRequired: RpcError = { code: TRANSPORT_ERROR, message: "Mcp-Session-Id is required" };
const unsupportedMethod: RpcError = { code: TRANSPORT_ERROR, message: "Method not allowed" };

function unsupported(requested: string): RpcError {
  return {
    code: UNSUPPORTED_PROTOCOL_VERSION,
    message: "Unsupported protocol version",
    data: { supported: [...MODERN_VERSIONS, ...LEGACY_VERSIONS], requested },
  };
}
