import { randomUUID } from "node:crypto";
import { openSessionStream } from "./announce.ts";
import { extensionsOf } from "./apps/widget.ts";
import { type Cancellation, Canceller } from "./cancellation.ts";
import type { ClientIdentity, McpEndpointDeps, McpExchange, McpResponse, Question, Relay, Reply } from "./contract.ts";
import { converse, nobody, type Send } from "./conversation.ts";
import type { Emit } from "./emit.ts";
import { headerValue, takesEventStream } from "./headers.ts";
import { identifyClient } from "./identity.ts";
import {
  errorBody,
  invalidParams,
  invalidRequest,
  isObject,
  type Json,
  joined,
  type Message,
  messageBody,
  parseMessage,
  type RequestId,
  type RequestMessage,
  type RpcError,
  resultBody,
  SESSION_NOT_FOUND,
  TRANSPORT_ERROR,
  UNSUPPORTED_PROTOCOL_VERSION,
} from "./json-rpc.ts";
import { isAtLeast, logBody } from "./log.ts";
import { type Answer, capabilitiesOf, dispatch, legacyMethods, mayTalk, silent, type Talk } from "./methods.ts";
import { canAnswer, missingCapability } from "./replies.ts";
import { accepted, methodNotAllowed, refuse, reply, tooManyStreams } from "./responses.ts";
import {
  BATCH_VERSION,
  hasIcons,
  LEGACY_VERSIONS,
  MODERN_VERSIONS,
  negotiateLegacyVersion,
  VERSION_WITHOUT_HEADER,
} from "./revisions.ts";
import type { OpenSession, Session, SessionOwner } from "./sessions.ts";

type Deps = Pick<McpEndpointDeps, "sessions" | "isTombstoned" | "tombstone" | "changes" | "relay" | "subscriptions">;

/** A batch runs its messages at once, so this is also how many calls one request can start. */
const BATCH_MESSAGES_MAX = 20;

/** Answers one message of the eras with a handshake. A request without a session is served all the same. */
export function answerLegacy(
  message: Message,
  exchange: McpExchange,
  deps: Deps,
  emit: Emit,
): McpResponse | Promise<McpResponse> {
  if (message.kind === "request" && message.method === "initialize") return initialize(message, exchange, deps, emit);
  const id = message.kind === "request" ? message.id : null;
  const context = openContext(id, exchange, deps);
  const go = (opened: Opened) => answerIn(opened, message, exchange, deps, emit);
  return context instanceof Promise ? context.then(go) : go(context);
}

function answerIn(
  context: Opened,
  message: Message,
  exchange: McpExchange,
  deps: Deps,
  emit: Emit,
): McpResponse | Promise<McpResponse> {
  if ("refusal" in context) return context.refusal;
  if (message.kind !== "request") return hear(message, context, deps.relay).then(accepted);
  const answer = async (send: Send) => {
    const body = await answerMessage(message, exchange, context, deps, emit, send);
    return body === undefined ? accepted() : reply(exchange.request, body);
  };
  return mayTalk(message.method) ? converse(exchange.request, answer) : answer(nobody);
}

/** What a client says unasked or answers: it may concern a call that runs in another process. */
async function hear(message: Message, { open }: Context, relay: Relay | undefined): Promise<void> {
  if (!open || !relay) return;
  if (message.kind === "response" && message.id !== null) {
    await relay.send(replyKey(open, message.id), JSON.stringify(message.result ?? null));
  } else if (message.kind === "notification" && message.method === "notifications/cancelled") {
    const id = message.params?.requestId;
    if (typeof id === "string" || typeof id === "number") await relay.send(cancelKey(open, id), "");
  }
}

function replyKey({ key }: OpenSession, id: RequestId): string {
  return `${key}/reply/${JSON.stringify(id)}`;
}

function cancelKey({ key }: OpenSession, id: RequestId): string {
  return `${key}/cancel/${JSON.stringify(id)}`;
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
  const answers = messages.map((value) => answerBatched(value, exchange, context, deps, emit));
  const bodies = (await Promise.all(answers)).filter((body) => body !== undefined);
  return bodies.length === 0
    ? accepted()
    : reply(exchange.request, joined("[", ...bodies.flatMap((body, i) => (i === 0 ? [body] : [",", body])), "]"));
}

/** GET opens the stream of a session, and DELETE ends the session for every process. */
export async function answerLegacySession(exchange: McpExchange, deps: Deps): Promise<McpResponse> {
  const { method } = exchange.request;
  if (method !== "GET" && method !== "DELETE") return methodNotAllowed(unsupportedMethod);
  const session = await findSession(exchange, deps);
  if (session.state === "unknown") return refuse(404, null, sessionNotFound);
  if (method === "GET") {
    if (session.state !== "open" || !deps.changes) return methodNotAllowed(unsupportedMethod);
    const { sid } = session;
    const { key, protocolVersion } = session.session;
    if (!takesEventStream(exchange.request.headers.accept)) return methodNotAllowed(unsupportedMethod);
    const subscribed = async () => (await deps.subscriptions?.list(key)) ?? [];
    return (
      openSessionStream(exchange, { sid, protocolVersion }, deps.changes, subscribed) ??
      refuse(429, null, tooManyStreams)
    );
  }
  if (session.state !== "open") return refuse(400, null, sessionRequired);
  await deps.tombstone(session.session.key);
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
  const { instructions, icons } = exchange.version;
  const serverInfo = { ...exchange.version.serverInfo, ...(hasIcons(protocolVersion) && icons ? { icons } : {}) };
  // Clients set a log level on connecting whether or not a server ever logs.
  const capabilities = {
    ...capabilitiesOf(deps.changes !== undefined),
    logging: {},
    ...(exchange.version.hasWidgets ? { extensions: extensionsOf(exchange.version) } : {}),
  };
  const result = JSON.stringify({ protocolVersion, capabilities, serverInfo, instructions });
  return reply(exchange.request, resultBody(message.id, result), { "mcp-session-id": sid });
}

/** Undefined when the client has cancelled: nobody waits for an answer (MCP 2025-11-25, cancellation). */
async function answerMessage(
  message: RequestMessage,
  exchange: McpExchange,
  context: Context,
  deps: Deps,
  emit: Emit,
  send: Send,
): Promise<Json | undefined> {
  const call = {
    exchange,
    message,
    client: context.client,
    clientCapabilities: context.open?.capabilities,
    emit,
    canAnnounce: deps.changes !== undefined,
  };
  const { signal } = exchange.request;
  if (message.method === "resources/subscribe" || message.method === "resources/unsubscribe")
    return encode(message, await subscribe(message, context, deps));
  if (!mayTalk(message.method))
    return encode(message, await dispatch(legacyMethods, { ...call, talk: silent(signal) }));
  const { open } = context;
  const cancelling = open && deps.relay ? listenForCancel(deps.relay, open, message.id, signal) : undefined;
  try {
    const talk = talkOf(context, deps.relay, cancelling?.signal ?? signal, send);
    const answer = await dispatch(legacyMethods, { ...call, talk });
    return cancelling?.isCancelled() ? undefined : encode(message, answer);
  } finally {
    cancelling?.stop();
  }
}

/** Remembered for the session's stream, which may be open at another process; a request without a session has none. */
async function subscribe({ method, params }: RequestMessage, { open }: Context, deps: Deps): Promise<Answer> {
  const uri = params?.uri;
  if (typeof uri !== "string" || uri.length > URI_CHARS_MAX) return { error: invalidParams("uri must be a string") };
  if (open && deps.subscriptions) {
    const session = open.key;
    await (method === "resources/subscribe"
      ? deps.subscriptions.add(session, uri)
      : deps.subscriptions.remove(session, uri));
  }
  return { members: "" };
}

const URI_CHARS_MAX = 2_048;

function encode({ id }: RequestMessage, answer: Answer): Json {
  return "error" in answer ? errorBody(id, answer.error) : resultBody(id, `{${answer.members}`, answer.list ?? "", "}");
}

/** A signal for a call that its client may leave, or cancel with a message that may arrive at any process. */
function listenForCancel(relay: Relay, session: OpenSession, id: RequestId, left: Cancellation) {
  const canceller = new Canceller();
  const leave = () => canceller.abort();
  let isCancelled = false;
  const stop = relay.listen(cancelKey(session, id), () => {
    isCancelled = true;
    leave();
  });
  left.addEventListener("abort", leave);
  if (left.aborted) leave();
  return {
    signal: canceller,
    isCancelled: () => isCancelled,
    stop() {
      stop();
      left.removeEventListener("abort", leave);
    },
  };
}

function talkOf({ open }: Context, relay: Relay | undefined, signal: Cancellation, send: Send): Talk {
  return {
    signal,
    replies: {},
    areAsked: true,
    asked: [],
    notify: (method, params) => void send(messageBody(method, params)),
    canAsk: (method) => relay !== undefined && canAnswer(method, open?.capabilities),
    log: (level, text) => {
      if (isAtLeast(level, "info")) send(logBody(level, text));
    },
    async ask({ questions }) {
      const missing = missingCapability(questions, open?.capabilities);
      if (missing) return { missing };
      if (!open || !relay) return undefined;
      const replies: Record<string, Reply> = {};
      for (const [key, question] of Object.entries(questions)) {
        const reply = await ask(question, open, relay, send, signal);
        if (!reply) return undefined;
        replies[key] = reply;
      }
      return { replies };
    },
  };
}

/** Asks over the stream of the call and waits for the reply, which is posted to any process; undefined when there is none. */
async function ask(
  question: Question,
  session: OpenSession,
  relay: Relay,
  send: Send,
  signal: Cancellation,
): Promise<Reply | undefined> {
  const id = `ask-${randomUUID()}`;
  let stop: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let leave: (() => void) | undefined;
  try {
    return await new Promise((resolve) => {
      leave = () => resolve(undefined);
      stop = relay.listen(replyKey(session, id), (text) => {
        const result: unknown = JSON.parse(text);
        resolve(isObject(result) ? result : undefined);
      });
      signal.addEventListener("abort", leave);
      timer = setTimeout(leave, question.waitMs ?? REPLY_MS_MAX);
      if (signal.aborted || !send(messageBody(question.method, question.params, id))) leave();
    });
  } finally {
    stop?.();
    clearTimeout(timer);
    if (leave) signal.removeEventListener("abort", leave);
  }
}

/** How long a person may take. */
const REPLY_MS_MAX = 10 * 60_000;

async function answerBatched(
  value: unknown,
  exchange: McpExchange,
  context: Context,
  deps: Deps,
  emit: Emit,
): Promise<Json | undefined> {
  const message = parseMessage(value);
  if (message.kind === "invalid") return errorBody(message.id, invalidRequest(message.reason));
  if (message.kind === "request" && message.method === "initialize") {
    return errorBody(message.id, invalidRequest("initialize cannot be part of a batch"));
  }
  if (message.kind === "request") return answerMessage(message, exchange, context, deps, emit, nobody);
  await hear(message, context, deps.relay);
  return undefined;
}

interface Context {
  client: ClientIdentity;
  /** The session of the request, when it has one. */
  open?: OpenSession;
}

type Opened = Context | { refusal: McpResponse };

/** Who is speaking and in which revision: from the session if there is one, otherwise from the headers. */
function openContext(id: RequestId | null, exchange: McpExchange, deps: Deps): Opened | Promise<Opened> {
  const version = headerValue(exchange.request.headers, "mcp-protocol-version");
  if (version !== undefined && !LEGACY_VERSIONS.includes(version))
    return { refusal: refuse(400, id, unsupported(version)) };
  const found = findSession(exchange, deps);
  const go = (session: FoundSession) => contextOf(session, id, exchange, version);
  return found instanceof Promise ? found.then(go) : go(found);
}

function contextOf(
  found: FoundSession,
  id: RequestId | null,
  exchange: McpExchange,
  version: string | undefined,
): Opened {
  if (found.state === "unknown") return { refusal: refuse(404, id, sessionNotFound) };
  const open = found.state === "open" ? found.session : undefined;
  const protocolVersion = open?.protocolVersion ?? version ?? VERSION_WITHOUT_HEADER;
  const client = identifyClient(exchange.request, "legacy", protocolVersion, open?.clientInfo);
  return open ? { client, open } : { client };
}

type FoundSession = { state: "none" | "unknown" } | { state: "open"; sid: string; session: OpenSession };

/** Waits for nothing where it is known whether the session was ended: every request of a session asks. */
function findSession(exchange: McpExchange, { sessions, isTombstoned }: Deps): FoundSession | Promise<FoundSession> {
  const sid = headerValue(exchange.request.headers, "mcp-session-id");
  if (sid === undefined) return { state: "none" };
  // The signature comes first: a made-up id never reaches the store.
  const session = sessions.verify(sid, ownerOf(exchange));
  if (session === undefined) return { state: "unknown" };
  const found = (isEnded: boolean): FoundSession => (isEnded ? { state: "unknown" } : { state: "open", sid, session });
  const isEnded = isTombstoned(session.key);
  return typeof isEnded === "boolean" ? found(isEnded) : isEnded.then(found);
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
