import { openSubscription } from "./announce.ts";
import type {
  Asking,
  Changes,
  McpEndpointDeps,
  McpExchange,
  McpRequest,
  McpResponse,
  NeedsReplies,
  Reply,
  ServedVersion,
} from "./contract.ts";
import { converse, nobody, type Send } from "./conversation.ts";
import type { Emit } from "./emit.ts";
import { decodeMirroredValue, headerValue } from "./headers.ts";
import { identifyClient } from "./identity.ts";
import {
  errorBody,
  HEADER_MISMATCH,
  invalidParams,
  isObject,
  type Json,
  METHOD_NOT_FOUND,
  MISSING_CAPABILITY,
  messageBody,
  type NotificationMessage,
  type RequestMessage,
  type RpcError,
  resultBody,
  UNSUPPORTED_PROTOCOL_VERSION,
} from "./json-rpc.ts";
import { isAtLeast, logBody } from "./log.ts";
import { type Answer, dispatch, mayTalk, modernMethods, silent, type Talk } from "./methods.ts";
import { META_KEYS, metaOf } from "./modern-envelope.ts";
import { canAnswer, missingCapability } from "./replies.ts";
import type { QuestionOwner } from "./request-state.ts";
import { accepted, methodNotAllowed, refuse, reply, tooManyStreams } from "./responses.ts";
import { MODERN_VERSIONS } from "./revisions.ts";

/** How long a client may keep a list or the discovery. It bounds how late a publish is seen without a push. */
const CACHE_TTL_MS = 60_000;

/** Answers one message of MCP 2026-07-28: no session, no handshake, every request carries all it needs. */
export function answerModern(
  message: RequestMessage | NotificationMessage,
  protocolVersion: string,
  exchange: McpExchange,
  deps: Pick<McpEndpointDeps, "changes" | "asking">,
  emit: Emit,
): McpResponse | Promise<McpResponse> {
  const id = message.kind === "request" ? message.id : null;
  if (!MODERN_VERSIONS.includes(protocolVersion)) return refuse(400, id, unsupported(protocolVersion));
  if (message.kind === "notification") return accepted();
  const mismatch = checkStandardHeaders(message, exchange.request);
  if (mismatch !== undefined) return refuse(400, message.id, { code: HEADER_MISMATCH, message: mismatch });

  const clientInfo = metaOf(message.params)?.[META_KEYS.clientInfo];
  const client = identifyClient(exchange.request, "modern", protocolVersion, clientInfo);
  if (message.method === "subscriptions/listen") return listen(message, exchange, deps.changes);
  const call = {
    exchange,
    message,
    client,
    clientCapabilities: metaOf(message.params)?.[META_KEYS.clientCapabilities],
    emit,
    canAnnounce: deps.changes !== undefined,
  };
  if (!mayTalk(message.method))
    return dispatch(modernMethods, { ...call, talk: silent(exchange.request.signal) }).then((answer) =>
      encode(answer, call),
    );
  const answerWith = (replies: Replies, send: Send) =>
    dispatch(modernMethods, { ...call, talk: talkOf(message, exchange, replies, deps.asking, send) }).then((answer) =>
      encode(answer, call),
    );
  const talkWith = (replies: Replies) =>
    wantsMessages(message)
      ? converse(exchange.request, (send) => answerWith(replies, send))
      : answerWith(replies, nobody);
  if (!deps.asking || message.params?.requestState === undefined) return talkWith(volunteered(message));
  return takeReplies(message, exchange, deps.asking).then((taken) =>
    "error" in taken ? encode(taken, call) : talkWith(taken),
  );
}

function encode(
  answer: Answer,
  { exchange, message }: { exchange: McpExchange; message: RequestMessage },
): McpResponse {
  if (!("error" in answer))
    return reply(exchange.request, resultBody(message.id, ...encodeResult(answer, exchange, message)));
  const status = ERROR_STATUS.get(answer.error.code);
  return status === undefined
    ? reply(exchange.request, errorBody(message.id, answer.error))
    : refuse(status, message.id, answer.error);
}

function listen(message: RequestMessage, exchange: McpExchange, changes: Changes | undefined): McpResponse {
  if (!changes) return refuse(404, message.id, { code: METHOD_NOT_FOUND, message: "Method not found" });
  const wanted = message.params?.notifications;
  if (!isObject(wanted)) return refuse(400, message.id, invalidParams("notifications must be an object"));
  return openSubscription(exchange, message.id, wanted, changes) ?? refuse(429, message.id, tooManyStreams);
}

/** Whether anything may be said before the answer: a client says in each request what it wants to hear of it. */
function wantsMessages({ params }: RequestMessage): boolean {
  const meta = metaOf(params);
  return meta?.progressToken !== undefined || meta?.[META_KEYS.logLevel] !== undefined;
}

type Replies = Pick<Talk, "replies" | "areAsked" | "asked">;

/** Replies that a client may send unasked. */
const VOLUNTEERED_MAX = 16;

/** Replies that nobody asked for. */
function volunteered({ params }: RequestMessage): Replies {
  if (!isObject(params?.inputResponses)) return { replies: {}, areAsked: true, asked: [] };
  const given = Object.entries(params.inputResponses).slice(0, VOLUNTEERED_MAX);
  const replies = Object.fromEntries(given.filter((entry): entry is [string, Reply] => isObject(entry[1])));
  return { replies, areAsked: given.length === 0, asked: [] };
}

/** What the person replied since this very request was answered with questions. */
async function takeReplies(
  message: RequestMessage,
  exchange: McpExchange,
  asking: Asking,
): Promise<Replies | { error: RpcError }> {
  const { requestState, inputResponses } = message.params ?? {};
  const given = isObject(inputResponses) ? inputResponses : {};
  const state =
    typeof requestState === "string" ? asking.states.verify(requestState, questionOwner(message, exchange)) : undefined;
  if (!state || !(await asking.useOnce(state.nonce)))
    return {
      error: invalidParams(
        "requestState is not of this request, was used before, or has expired: leave it out to start again",
      ),
    };
  const replies: Record<string, Reply> = { ...state.replies };
  for (const key of state.keys) {
    const reply = Object.hasOwn(given, key) ? given[key] : undefined;
    if (isObject(reply)) replies[key] = reply;
  }
  return { replies, areAsked: true, asked: state.keys };
}

function questionOwner({ method, params }: RequestMessage, { version, principal }: McpExchange): QuestionOwner {
  const { kind, subject, clientId } = principal;
  return {
    serverId: version.serverId,
    kind,
    subject,
    clientId,
    method,
    name: String(params?.name),
    args: params?.arguments ?? {},
  };
}

function talkOf(
  message: RequestMessage,
  exchange: McpExchange,
  { replies, areAsked, asked }: Replies,
  asking: Asking | undefined,
  send: Send,
): Talk {
  return {
    signal: exchange.request.signal,
    replies,
    areAsked,
    asked,
    notify: (method, params) => void send(messageBody(method, params)),
    canAsk: (method) =>
      asking !== undefined && canAnswer(method, metaOf(message.params)?.[META_KEYS.clientCapabilities]),
    log(level, text) {
      const least = metaOf(message.params)?.[META_KEYS.logLevel];
      if (typeof least === "string" && isAtLeast(level, least)) send(logBody(level, text));
    },
    async ask({ questions }: NeedsReplies) {
      const missing = missingCapability(questions, metaOf(message.params)?.[META_KEYS.clientCapabilities]);
      if (missing) return { missing };
      if (!asking) return undefined;
      const inputRequests = Object.fromEntries(
        Object.entries(questions).map(([key, { method, params }]) => [
          key,
          { method, params: method === "elicitation/create" ? { mode: "form", ...params } : params },
        ]),
      );
      const requestState = asking.states.sign(
        { keys: Object.keys(questions), replies: areAsked ? replies : {} },
        questionOwner(message, exchange),
      );
      const members = JSON.stringify({ inputRequests, requestState }).slice(1, -1);
      return { answer: { members, resultType: "input_required" } };
    },
  };
}

/** Errors of a method that HTTP knows too; others are answers. */
const ERROR_STATUS: ReadonlyMap<number, number> = new Map([
  [METHOD_NOT_FOUND, 404],
  [MISSING_CAPABILITY, 400],
]);

/** GET and DELETE belong to the eras with sessions. */
export function refuseModernMethod(): McpResponse {
  return methodNotAllowed({ code: METHOD_NOT_FOUND, message: "This protocol version uses POST only" });
}

function encodeResult(
  answer: Exclude<Answer, { error: RpcError }>,
  { version }: McpExchange,
  { method }: RequestMessage,
): Json[] {
  const cache = answer.cacheScope ? `,"ttlMs":${CACHE_TTL_MS},"cacheScope":"${answer.cacheScope}"` : "";
  const head = `{"resultType":"${answer.resultType ?? "complete"}",${answer.members}`;
  const tail = `${cache},${method === "server/discover" ? metaWithIcons(version) : metaOfVersion(version)}}`;
  return answer.list === undefined ? [head, tail] : [head, answer.list, tail];
}

const metas = new WeakMap<ServedVersion, string>();

/** Every result says whose it is. Versions never change. */
function metaOfVersion(version: ServedVersion): string {
  let meta = metas.get(version);
  if (meta === undefined) {
    meta = serverMeta(version.serverInfo);
    metas.set(version, meta);
  }
  return meta;
}

/** What a server looks like is said once, to whoever gets to know it. */
function metaWithIcons({ serverInfo, icons }: ServedVersion): string {
  return serverMeta(icons ? { ...serverInfo, icons } : serverInfo);
}

function serverMeta(info: object): string {
  return `"_meta":{"${META_KEYS.serverInfo}":${JSON.stringify(info)}}`;
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
