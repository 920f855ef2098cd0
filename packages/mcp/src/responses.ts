import type { McpRequest, McpResponse } from "./contract.ts";
import { wantsEventStream } from "./headers.ts";
import { errorBody, type Json, joined, type RequestId, type RpcError, TRANSPORT_ERROR } from "./json-rpc.ts";

const JSON_HEADERS = { "content-type": "application/json" };
/** Of every event stream: a proxy that buffers one delays it until the end (MCP 2026-07-28, transports). */
export const STREAM_HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache",
  "x-accel-buffering": "no",
};
const ALLOW = "GET, POST, DELETE";

/** A JSON-RPC body with status 200: as JSON, or as the one event of a stream for a client that takes nothing else. */
export function reply(request: McpRequest, body: Json, headers?: Record<string, string>): McpResponse {
  return wantsEventStream(request.headers.accept)
    ? { status: 200, headers: { ...STREAM_HEADERS, ...headers }, body: event(body) }
    : { status: 200, headers: { ...JSON_HEADERS, ...headers }, body };
}

/** One message as a server-sent event. Its JSON is on one line. */
export function event(json: string, id?: string): string;
export function event(json: Json, id?: string): Json;
export function event(json: Json, id?: string): Json {
  return joined(`${id === undefined ? "" : `id: ${id}\n`}event: message\ndata: `, json, "\n\n");
}

/** A request that never reached a method. Always JSON, whatever the client accepts. */
export function refuse(status: number, id: RequestId | null, error: RpcError): McpResponse {
  return { status, headers: { ...JSON_HEADERS }, body: errorBody(id, error) };
}

/** A notification or a response was taken. */
export function accepted(): McpResponse {
  return { status: 202, headers: {} };
}

export function methodNotAllowed(error: RpcError): McpResponse {
  return { status: 405, headers: { ...JSON_HEADERS, allow: ALLOW }, body: errorBody(null, error) };
}

export const tooManyStreams: RpcError = {
  code: TRANSPORT_ERROR,
  message: "Too many streams are open. Close one, or try again later.",
};

/** The client is gone: nobody reads this. */
export function abandoned(): McpResponse {
  return { status: 499, headers: {} };
}
