import { extensionsOf, readWidget, takesWidgets } from "./apps/widget.ts";
import type { Cancellation } from "./cancellation.ts";
import { selectDialect } from "./clients.ts";
import type {
  ClientIdentity,
  LogLevel,
  McpExchange,
  NeedsReplies,
  Progress,
  Question,
  Reply,
  ServedVersion,
  ToolResult,
} from "./contract.ts";
import type { Emit } from "./emit.ts";
import {
  INTERNAL,
  invalidParams,
  isObject,
  type Json,
  type JsonObject,
  LEGACY_RESOURCE_NOT_FOUND,
  METHOD_NOT_FOUND,
  MISSING_CAPABILITY,
  type RequestMessage,
  type RpcError,
  TRANSPORT_ERROR,
} from "./json-rpc.ts";
import { metaOf } from "./modern-envelope.ts";
import { argumentOf, complete, fillPrompt, promptEntry } from "./prompts.ts";
import { parsePersonReply } from "./replies.ts";
import { contentsOf, resourceEntry } from "./resources.ts";
import { hasToolOutput, MODERN_VERSIONS } from "./revisions.ts";
import { withEntries } from "./stand-ins/stand-ins.ts";

/** The ways back to the client and the person while a method runs. Each era has its own. */
export interface Talk {
  /** Aborted when the client goes away or cancels. */
  signal: Cancellation;
  /** What the person replied before this request. */
  replies: Readonly<Record<string, Reply>>;
  areAsked: boolean;
  asked: readonly string[];
  notify(method: string, params: JsonObject): void;
  canAsk(method: Question["method"]): boolean;
  log(level: LogLevel, text: string): void;
  /**
   * The replies, or what to answer so that they come with a later request, or the capability that the client lacks;
   * undefined when nobody can be asked this way.
   */
  ask(
    needs: NeedsReplies,
  ): Promise<{ replies: Record<string, Reply> } | { answer: Answer } | { missing: JsonObject } | undefined>;
}

/** Of a method that says nothing but its answer. */
export function silent(signal: Cancellation): Talk {
  return {
    signal,
    replies: {},
    areAsked: true,
    asked: [],
    notify: () => {},
    log: () => {},
    canAsk: () => false,
    ask: async () => undefined,
  };
}

/** One request on its way to its method. */
export interface MethodCall {
  exchange: McpExchange;
  message: RequestMessage;
  client: ClientIdentity;
  /** What it declared, as it declared it. */
  clientCapabilities: unknown;
  talk: Talk;
  emit: Emit;
  /** Whether changes reach open streams. */
  canAnnounce: boolean;
}

/**
 * What a method answers: the members of its result, serialized but without the braces so that a codec can add its
 * own; the list that they end with, if there is a long one; and who may share a cached copy of it.
 */
export type Answer =
  | { members: string; list?: Json; cacheScope?: "public" | "private"; resultType?: "input_required" }
  | { error: RpcError };

type Method = (call: MethodCall) => Answer | Promise<Answer>;
export type MethodTable = ReadonlyMap<string, Method>;

const SHARED: Record<string, Method> = {
  "tools/list": listTools,
  "tools/call": callTool,
  "prompts/list": lister("prompts", ({ prompts = [] }) => prompts.map(promptEntry)),
  "prompts/get": getPrompt,
  "resources/list": lister("resources", ({ resources = [] }) => resources.map(resourceEntry)),
  "resources/templates/list": lister("resourceTemplates", ({ resourceTemplates = [] }) =>
    resourceTemplates.map(({ values: _values, ...entry }) => entry),
  ),
  "completion/complete": completeArgument,
};

/** Every request that MCP 2026-07-28 clients may send us. */
export const modernMethods: MethodTable = new Map<string, Method>(
  Object.entries({ ...SHARED, "server/discover": discover, "resources/read": readModernResource }),
);

/** Every request of the legacy eras after `initialize`, which the legacy codec answers itself. */
export const legacyMethods: MethodTable = new Map<string, Method>(
  Object.entries({
    ...SHARED,
    ping: acknowledge,
    "logging/setLevel": acknowledge,
    "resources/read": readLegacyResource,
  }),
);

/** What the lists above amount to, in both eras. */
export function capabilitiesOf(canAnnounce: boolean): JsonObject {
  const announced = canAnnounce ? { listChanged: true } : {};
  return {
    tools: announced,
    prompts: announced,
    resources: canAnnounce ? { subscribe: true, listChanged: true } : {},
    completions: {},
  };
}

/** Methods that may say or ask something before they answer. */
export function mayTalk(method: string): boolean {
  return method === "tools/call" || method === "prompts/get";
}

/** Looks the method up and runs it. A throw is a bug of ours: it is reported, and the client learns no details. */
export async function dispatch(methods: MethodTable, call: MethodCall): Promise<Answer> {
  const method = methods.get(call.message.method);
  if (method === undefined) return { error: { code: METHOD_NOT_FOUND, message: "Method not found" } };
  try {
    return await method(call);
  } catch (error) {
    if (!call.talk.signal.aborted) call.emit({ type: "internal_error", error });
    return { error: INTERNAL };
  }
}

function discover({ exchange, client, emit, canAnnounce }: MethodCall): Answer {
  emit({ type: "discover", client });
  const { instructions } = exchange.version;
  const fields = {
    supportedVersions: MODERN_VERSIONS,
    capabilities: { ...capabilitiesOf(canAnnounce), extensions: extensionsOf(exchange.version) },
    instructions,
  };
  return { members: membersOf(fields), cacheScope: scopeOf(exchange) };
}

async function listTools({ exchange, message, client, clientCapabilities, emit }: MethodCall): Promise<Answer> {
  if (hasCursor(message.params)) return { error: unknownCursor };
  emit({ type: "tools/list", client });
  const { version } = exchange;
  // A list that depends on which client asks must not be shared between clients.
  const isSame = version.dialect !== "auto" && !version.hasWidgets && !version.standIns;
  const cacheScope = isSame ? scopeOf(exchange) : "private";
  const hasWidgets = version.hasWidgets === true && takesWidgets(clientCapabilities);
  const dialect = selectDialect(version, client);
  const list = await version.toolsList(dialect, hasToolOutput(client), hasWidgets);
  return { members: '"tools":', list: withEntries(list, version.standIns?.entries(client, dialect) ?? ""), cacheScope };
}

/** A person who keeps being asked is not asked a fourth time. */
const ROUNDS_MAX = 3;

async function callTool({ exchange, message, client, talk }: MethodCall): Promise<Answer> {
  const name = message.params?.name;
  if (typeof name !== "string") return { error: invalidParams("name must be a string") };
  if (!exchange.version.toolNames.has(name)) return { error: invalidParams(`unknown tool ${quote(name)}`) };
  const args = message.params?.arguments ?? {};
  const token = metaOf(message.params)?.progressToken;
  const wantsProgress = typeof token === "string" || typeof token === "number";
  const { signal } = talk;
  let { replies, areAsked, asked } = talk;
  for (let round = 1; ; round++) {
    const outcome = await exchange.callTool({
      name,
      args,
      signal,
      client,
      requestId: message.id,
      replies,
      areAsked,
      asked,
      canAsk: talk.canAsk,
      onLog: talk.log,
      ...(wantsProgress
        ? {
            onProgress: (progress: Progress) =>
              talk.notify("notifications/progress", { progressToken: token, ...progress }),
          }
        : {}),
    });
    if (!("questions" in outcome)) return toAnswer(outcome);
    const reply = round > ROUNDS_MAX ? undefined : await talk.ask(outcome);
    if (reply === undefined || "missing" in reply)
      return outcome.otherwise ? toAnswer(outcome.otherwise) : lacking(reply?.missing);
    if ("answer" in reply) return reply.answer;
    replies = { ...(areAsked ? replies : {}), ...reply.replies };
    areAsked = true;
    asked = Object.keys(outcome.questions);
  }
}

/** The client lacks what the call needs, and the tool has no other way (MCP 2026-07-28, multi-round-trip requests). */
function lacking(requiredCapabilities: JsonObject = {}): Answer {
  return {
    error: {
      code: MISSING_CAPABILITY,
      message: "This needs a client that can answer questions",
      data: { requiredCapabilities },
    },
  };
}

function toAnswer({ content, structuredContent, structuredText, isError }: ToolResult): Answer {
  if (!Array.isArray(content)) throw new TypeError("A tool result has no content array.");
  if (structuredText !== undefined && !isError)
    return { members: `"content":${JSON.stringify(content)},"structuredContent":${structuredText}` };
  return { members: membersOf({ content, structuredContent, isError: isError === true ? true : undefined }) };
}

/** A list of the version, in one page; serialized once, since versions never change. */
function lister(member: string, entriesOf: (version: ServedVersion) => unknown[]): Method {
  const serialized = new WeakMap<ServedVersion, string>();
  return ({ exchange, message }) => {
    if (hasCursor(message.params)) return { error: unknownCursor };
    const { version } = exchange;
    let list = serialized.get(version);
    if (list === undefined) {
      list = JSON.stringify(entriesOf(version));
      serialized.set(version, list);
    }
    return { members: `"${member}":${list}`, cacheScope: scopeOf(exchange) };
  };
}

/** What a client left out is asked of the person, where that is possible. */
async function getPrompt({ exchange, message, talk }: MethodCall): Promise<Answer> {
  const name = message.params?.name;
  if (typeof name !== "string") return { error: invalidParams("name must be a string") };
  const prompt = exchange.version.prompts?.find((one) => one.name === name);
  if (!prompt) return { error: invalidParams(`unknown prompt ${quote(name)}`) };
  const given = message.params?.arguments;
  let { replies } = talk;
  for (let round = 1; ; round++) {
    const filled = fillPrompt(prompt, given, parsePersonReply(replies[ARGUMENTS]));
    if ("messages" in filled)
      return { members: membersOf({ description: prompt.description, messages: filled.messages }) };
    if (!filled.question || round > ROUNDS_MAX) return { error: invalidParams(filled.problem) };
    const asked = await talk.ask({ questions: { [ARGUMENTS]: filled.question } });
    if (asked === undefined || "missing" in asked) return { error: invalidParams(filled.problem) };
    if ("answer" in asked) return asked.answer;
    replies = { ...replies, ...asked.replies };
  }
}

const ARGUMENTS = "arguments";

function completeArgument({ exchange, message }: MethodCall): Answer {
  const { ref, argument } = message.params ?? {};
  if (!isObject(ref) || !isObject(argument)) return { error: invalidParams("ref and argument must be objects") };
  const { name, value } = argument;
  if (typeof name !== "string" || typeof value !== "string") {
    return { error: invalidParams("argument.name and argument.value must be strings") };
  }
  const { prompts = [], resourceTemplates = [] } = exchange.version;
  if (ref.type === "ref/prompt") {
    const prompt = prompts.find((one) => one.name === ref.name);
    if (!prompt) return { error: invalidParams("unknown prompt") };
    return { members: membersOf({ completion: complete(argumentOf(prompt, name)?.values ?? [], value) }) };
  }
  if (ref.type !== "ref/resource") return { error: invalidParams("ref.type must be ref/prompt or ref/resource") };
  const template = resourceTemplates.find((one) => one.uriTemplate === ref.uri);
  const values = template?.values && Object.hasOwn(template.values, name) ? template.values[name] : undefined;
  return { members: membersOf({ completion: complete(values ?? [], value) }) };
}

function readModernResource(call: MethodCall): Promise<Answer> {
  return readResource(call, (uri) => invalidParams("resource not found", { uri }));
}

function readLegacyResource(call: MethodCall): Promise<Answer> {
  return readResource(call, (uri) => ({
    code: LEGACY_RESOURCE_NOT_FOUND,
    message: "Resource not found",
    data: { uri },
  }));
}

/** A resource of the version, or what the gateway reads: bound ones, and those whose addresses are in the answers to calls. */
async function readResource(
  { exchange, message, client }: MethodCall,
  notFound: (uri: string) => RpcError,
): Promise<Answer> {
  const uri = message.params?.uri;
  if (typeof uri !== "string") return { error: invalidParams("uri must be a string") };
  const own = exchange.version.resources?.find((one) => one.uri === uri);
  const contents = contentsOf(own) ?? readWidget(exchange.version, uri) ?? (await exchange.readResource?.(uri, client));
  if (contents && "problem" in contents) return { error: { code: TRANSPORT_ERROR, message: contents.problem } };
  return contents ? { members: membersOf({ contents: [contents] }), cacheScope: "private" } : { error: notFound(uri) };
}

function acknowledge(): Answer {
  return { members: "" };
}

const unknownCursor = invalidParams("unknown cursor: this list has one page");

/** Clients ask for the first page with no cursor, null or an empty one. We never hand out another. */
function hasCursor(params: JsonObject | undefined): boolean {
  const cursor = params?.cursor;
  return cursor !== undefined && cursor !== null && cursor !== "";
}

/** Without a sign-in every caller sees the same, unless others see something else. */
function scopeOf({ principal, version }: McpExchange): "public" | "private" {
  return principal.kind === "anonymous" && !version.isPersonal ? "public" : "private";
}

function membersOf(fields: JsonObject): string {
  return JSON.stringify(fields).slice(1, -1);
}

function quote(name: string): string {
  return JSON.stringify(name.length <= QUOTED_CHARS_MAX ? name : `${name.slice(0, QUOTED_CHARS_MAX)}…`);
}

const QUOTED_CHARS_MAX = 128;
