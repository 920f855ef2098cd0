import type { McpRequest } from "./contract.ts";
import { headerValue, isJsonContentType } from "./headers.ts";
import {
  echoableId,
  HEADER_MISMATCH,
  invalidParams,
  invalidRequest,
  isObject,
  type JsonObject,
  type Message,
  type NotificationMessage,
  PARSE_ERROR,
  parseMessage,
  type RequestId,
  type RequestMessage,
  type RpcError,
  TRANSPORT_ERROR,
} from "./json-rpc.ts";
import { META_KEYS, metaOf, missingEnvelopeKeys, validateEnvelope } from "./modern-envelope.ts";
import { isModernVersion } from "./revisions.ts";

/** What a request turned out to be. The era is decided here, once, and picks the codec. */
export type Inbound =
  | { kind: "rejected"; status: number; id: RequestId | null; error: RpcError }
  | { kind: "modern"; message: RequestMessage | NotificationMessage; protocolVersion: string }
  | { kind: "legacy"; message: Message }
  | { kind: "legacy-batch"; messages: unknown[] }
  | { kind: "legacy-session" }
  | { kind: "modern-session" };

/** Decides the era of one request by its body, with the headers as a cross-check (MCP 2026-07-28, versioning). */
export function classify(request: McpRequest): Inbound {
  const version = headerValue(request.headers, "mcp-protocol-version");
  const namesModern = version !== undefined && isModernVersion(version);
  if (request.method !== "POST") return { kind: namesModern ? "modern-session" : "legacy-session" };

  const { body } = request;
  if (!isJsonContentType(request.headers["content-type"])) {
    return rejected(415, body, { code: TRANSPORT_ERROR, message: "Content-Type must be application/json" });
  }
  if (request.parseError !== undefined || body === undefined) {
    return rejected(400, body, { code: PARSE_ERROR, message: "Parse error: the request body is not valid JSON" });
  }
  if (Array.isArray(body)) return classifyBatch(body, namesModern);

  const message = parseMessage(body);
  switch (message.kind) {
    case "invalid":
      return rejected(400, body, invalidRequest(message.reason));
    case "response":
      return namesModern
        ? rejected(400, null, invalidRequest("clients never post responses in this revision"))
        : { kind: "legacy", message };
    case "request":
      return classifyRequest(message, request, version, namesModern);
    case "notification":
      return classifyNotification(message, request, version, namesModern);
  }
}

function classifyRequest(
  message: RequestMessage,
  request: McpRequest,
  version: string | undefined,
  namesModern: boolean,
): Inbound {
  const meta = metaOf(message.params);
  const isHandshake = message.method === "initialize" && !hasValidModernClaim(meta);
  if (isHandshake) {
    return namesModern
      ? rejected(400, message, mismatch(`initialize is no method of protocol version ${version}`))
      : { kind: "legacy", message };
  }
  if (hasClaim(meta)) return classifyClaim(message, meta, request, version);
  if (namesModern) {
    const missing = meta === undefined ? ["_meta"] : missingEnvelopeKeys(meta);
    return rejected(400, message, invalidParams(`protocol version ${version} requires ${missing.join(", ")}`));
  }
  // A probe without its envelope must not look like a session error, or its sender gives up on both eras.
  if (message.method === "server/discover") {
    return rejected(400, message, invalidParams(`server/discover requires _meta["${META_KEYS.protocolVersion}"]`));
  }
  return { kind: "legacy", message };
}

function classifyNotification(
  message: NotificationMessage,
  request: McpRequest,
  version: string | undefined,
  namesModern: boolean,
): Inbound {
  const meta = metaOf(message.params);
  if (hasClaim(meta)) {
    const claimed = meta[META_KEYS.protocolVersion];
    if (typeof claimed !== "string") return rejected(400, null, invalidParams("the protocol version is not a string"));
    return crossCheck(message, claimed, request, version) ?? { kind: "modern", message, protocolVersion: claimed };
  }
  if (!namesModern || version === undefined) return { kind: "legacy", message };
  return crossCheck(message, version, request, version) ?? { kind: "modern", message, protocolVersion: version };
}

function classifyClaim(
  message: RequestMessage,
  meta: JsonObject,
  request: McpRequest,
  version: string | undefined,
): Inbound {
  const envelope = validateEnvelope(meta);
  if ("problem" in envelope) return rejected(400, message, invalidParams(envelope.problem));
  const claimed = envelope.protocolVersion;
  return crossCheck(message, claimed, request, version) ?? { kind: "modern", message, protocolVersion: claimed };
}

/** Headers that are there must agree with the body. That they are there is the modern codec's rule. */
function crossCheck(
  message: RequestMessage | NotificationMessage,
  claimed: string,
  request: McpRequest,
  version: string | undefined,
): Inbound | undefined {
  if (version !== undefined && version !== claimed) {
    return rejected(400, message, mismatch("MCP-Protocol-Version differs from the version in _meta"));
  }
  const method = headerValue(request.headers, "mcp-method");
  if (method !== undefined && method !== message.method) {
    return rejected(400, message, mismatch("Mcp-Method differs from the method in the body"));
  }
  return undefined;
}

function classifyBatch(messages: unknown[], namesModern: boolean): Inbound {
  if (messages.length === 0) return rejected(400, null, invalidRequest("the batch is empty"));
  const isModern = namesModern || messages.some((message) => isObject(message) && hasClaim(metaOf(message.params)));
  if (isModern) return rejected(400, null, invalidRequest("this protocol version has no batches"));
  return { kind: "legacy-batch", messages };
}

/**
 * A claim is the protocol version in `_meta` and nothing else: ChatGPT puts the client's capabilities there in
 * legacy requests too.
 */
function hasClaim(meta: JsonObject | undefined): meta is JsonObject {
  return meta !== undefined && Object.hasOwn(meta, META_KEYS.protocolVersion);
}

function hasValidModernClaim(meta: JsonObject | undefined): boolean {
  if (!hasClaim(meta)) return false;
  const envelope = validateEnvelope(meta);
  return !("problem" in envelope) && isModernVersion(envelope.protocolVersion);
}

function mismatch(message: string): RpcError {
  return { code: HEADER_MISMATCH, message: `Header mismatch: ${message}` };
}

function rejected(status: number, source: unknown, error: RpcError): Inbound {
  return { kind: "rejected", status, id: echoableId(source), error };
}
