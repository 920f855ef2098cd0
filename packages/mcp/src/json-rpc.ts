export type RequestId = string | number;
export type JsonObject = Record<string, unknown>;

/** JSON as text, or as its UTF-8 bytes where they are at hand. */
export type JsonText = string | Buffer;

/** JSON in one piece or in several: a long list is encoded once, and sent to each who asks without being copied. */
export type Json = JsonText | JsonPieces;

/** JSON, or an event, as what it is made of. As a string it is all of it. */
export class JsonPieces {
  readonly pieces: readonly JsonText[];

  constructor(pieces: readonly JsonText[]) {
    this.pieces = pieces;
  }

  toString(): string {
    return this.pieces.join("");
  }
}

/** Several parts as one: text where all of it is text. */
export function joined(...parts: Json[]): Json {
  const pieces: JsonText[] = [];
  let text = "";
  for (const part of parts)
    for (const piece of part instanceof JsonPieces ? part.pieces : [part]) {
      if (typeof piece === "string") text += piece;
      else {
        if (text !== "") pieces.push(text);
        pieces.push(piece);
        text = "";
      }
    }
  if (pieces.length === 0) return text;
  if (text !== "") pieces.push(text);
  return new JsonPieces(pieces);
}

export interface RequestMessage {
  kind: "request";
  id: RequestId;
  method: string;
  params: JsonObject | undefined;
}

export interface NotificationMessage {
  kind: "notification";
  method: string;
  params: JsonObject | undefined;
}

/** One JSON-RPC message; what is not one keeps its id, so that the error can echo it. */
export type Message =
  | RequestMessage
  | NotificationMessage
  | { kind: "response"; id: RequestId | null; result: JsonObject | undefined }
  | { kind: "invalid"; id: RequestId | null; reason: string };

export interface RpcError {
  code: number;
  message: string;
  data?: JsonObject;
}

export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;
/** HTTP-level refusals that the protocol gives no code of their own. The SDKs use this one. */
export const TRANSPORT_ERROR = -32000;
/** Legacy SDKs know an unknown session by this code beside the 404. */
export const SESSION_NOT_FOUND = -32001;
/** The legacy eras' code; the modern one is INVALID_PARAMS. */
export const LEGACY_RESOURCE_NOT_FOUND = -32002;
export const HEADER_MISMATCH = -32020;
export const MISSING_CAPABILITY = -32021;
export const UNSUPPORTED_PROTOCOL_VERSION = -32022;

/** Our own bug: the details go to `onEvent`, never to the client. */
export const INTERNAL: RpcError = { code: INTERNAL_ERROR, message: "Internal error" };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads one message. Never throws; `params: null` counts as absent because clients send it. */
export function parseMessage(value: unknown): Message {
  if (!isObject(value)) return { kind: "invalid", id: null, reason: "the message is not an object" };
  const id = echoableId(value);
  if (value.jsonrpc !== "2.0") return { kind: "invalid", id, reason: 'jsonrpc must be "2.0"' };
  const { method } = value;
  if (method === undefined) return parseResponse(value, id);
  if (typeof method !== "string") return { kind: "invalid", id, reason: "method must be a string" };
  const params = value.params ?? undefined;
  if (params !== undefined && !isObject(params)) return { kind: "invalid", id, reason: "params must be an object" };
  if (!Object.hasOwn(value, "id")) return { kind: "notification", method, params };
  if (!isRequestId(value.id)) return { kind: "invalid", id, reason: "id must be a string or an integer" };
  return { kind: "request", id: value.id, method, params };
}

/** The id an error about this body should carry: what was sent, if JSON-RPC can carry it at all. */
export function echoableId(body: unknown): RequestId | null {
  if (!isObject(body)) return null;
  const { id } = body;
  return typeof id === "string" || (typeof id === "number" && Number.isFinite(id)) ? id : null;
}

/** A request or a notification of ours. */
export function messageBody(method: string, params: JsonObject | undefined, id?: RequestId): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}

/** A response around an already serialized result, in as many pieces as it is in. */
export function resultBody(id: RequestId, ...result: Json[]): Json {
  const head = `{"jsonrpc":"2.0","id":${typeof id === "number" ? id : JSON.stringify(id)},"result":`;
  return joined(head, ...result, "}");
}

export function errorBody(id: RequestId | null, error: RpcError): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error });
}

export function invalidRequest(reason: string): RpcError {
  return { code: INVALID_REQUEST, message: `Invalid request: ${reason}` };
}

export function invalidParams(reason: string, data?: JsonObject): RpcError {
  return { code: INVALID_PARAMS, message: `Invalid params: ${reason}`, data };
}

function parseResponse(value: JsonObject, id: RequestId | null): Message {
  if (Object.hasOwn(value, "result") || isObject(value.error))
    return { kind: "response", id, result: isObject(value.result) ? value.result : undefined };
  return { kind: "invalid", id, reason: "method is missing" };
}

function isRequestId(id: unknown): id is RequestId {
  return typeof id === "string" ? id.length <= REQUEST_ID_CHARS_MAX : Number.isSafeInteger(id);
}

const REQUEST_ID_CHARS_MAX = 1024;
