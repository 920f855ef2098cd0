import type { McpExchange, McpRequest, McpResponse } from "./contract.ts";
import type { Emit } from "./emit.ts";
import { decodeMirroredValue, headerValue } from "./headers.ts";
import { identifyClient } from "./identity.ts";
import {
  errorBody,
  HEADER_MISMATCH,
  METHOD_NOT_FOUND,
  type NotificationMessage,
  type RequestMessage,
  type RpcError,
  resultBody,
  UNSUPPORTED_PROTOCOL_VERSION,
} from "./json-rpc.ts";
import { type Answer, dispatch, modernMethods } from "./methods.ts";
import { META_KEYS, metaOf } from "./modern-envelope.ts";
import { accepted, methodNotAllowed, refuse, reply } from "./responses.ts";
import { MODERN_VERSIONS } from "./revisions.ts";

/** How long a client may keep a list or the discovery. It bounds how late a publish is seen without a push. */
const CACHE_TTL_MS = 60_000;

/** Answers one message of MCP 2026-07-28: no session, no handshake, every request carries all it needs. */
export async function answerModern(
  message: RequestMessage | NotificationMessage,
  protocolVersion: string,
  exchange: McpExchange,
  emit: Emit,
): Promise<McpResponse> {
  const id = message.kind === "request" ? message.id : null;
  if (!MODERN_VERSIONS.includes(protocolVersion)) return refuse(400, id, unsupported(protocolVersion));
  if (message.kind === "notification") return accepted();
  const mismatch = checkStandardHeaders(message, exchange.request);
  if (mismatch !== undefined) return refuse(400, message.id, { code: HEADER_MISMATCH, message: mismatch });

  const clientInfo = metaOf(message.params)?.[META_KEYS.clientInfo];
  const client = identifyClient(exchange.request, "modern", protocolVersion, clientInfo);
  const answer = await dispatch(modernMethods, { exchange, message, client, emit });
  if (!("error" in answer)) return reply(exchange.request, resultBody(message.id, encodeResult(answer, exchange)));
  return answer.error.code === METHOD_NOT_FOUND
    ? refuse(404, message.id, answer.error)
    : reply(exchange.request, errorBody(message.id, answer.error));
}

/** GET and DELETE belong to the eras with sessions. */
export function refuseModernMethod(): McpResponse {
  return methodNotAllowed({ code: METHOD_NOT_FOUND, message: "This protocol version uses POST only" });
}

function encodeResult(answer: Exclude<Answer, { error: RpcError }>, { version }: McpExchange): string {
  const cache = answer.cacheScope ? `,"ttlMs":${CACHE_TTL_MS},"cacheScope":"${answer.cacheScope}"` : "";
  const meta = `"_meta":{"${META_KEYS.serverInfo}":${JSON.stringify(version.serverInfo)}}`;
  return `{"resultType":"complete",${answer.members}${cache},${meta}}`;
}

function unsupported(requested: string): RpcError {
  return {
    code: UNSUPPORTED_PROTOCOL_VERSION,
    message: "Unsupported protocol version",
    data: { supported: MODERN_VERSIONS, requested },
  };
}

/** The body field that `Mcp-Name` repeats, by method (SEP-2243; tasks by SEP-2663). */
const NAME_SOURCES: ReadonlyMap<string, string> = new Map([
  ["tools/call", "name"],
  ["prompts/get", "name"],
  ["resources/read", "uri"],
  ["tasks/get", "taskId"],
  ["tasks/update", "taskId"],
  ["tasks/cancel", "taskId"],
]);

/** The headers a proxy routes by must be there and say what the body says; what disagrees already left earlier. */
function checkStandardHeaders(message: RequestMessage, request: McpRequest): string | undefined {
  if (headerValue(request.headers, "mcp-protocol-version") === undefined) return "MCP-Protocol-Version is missing";
  if (headerValue(request.headers, "mcp-method") === undefined) return "Mcp-Method is missing";
  const source = NAME_SOURCES.get(message.method);
  if (source === undefined) return undefined;
  const name = message.params?.[source];
  const header = headerValue(request.headers, "mcp-name");
  if (header === undefined) return typeof name === "string" ? "Mcp-Name is missing" : undefined;
  const decoded = decodeMirroredValue(header);
  if (decoded === undefined) return "Mcp-Name is not valid base64 of UTF-8";
  return typeof name === "string" && decoded !== name ? `Mcp-Name differs from params.${source}` : undefined;
}
