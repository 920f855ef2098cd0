import type { Dialect } from "@portico/openapi";
import type { Cancellation } from "./cancellation.ts";
import type { Json, JsonObject, JsonText } from "./json-rpc.ts";
import type { RequestStateCodec } from "./request-state.ts";
import type { SessionCodec } from "./sessions.ts";

/** The two shapes of the protocol: stateless since 2026-07-28, with a handshake before. */
export type Era = "modern" | "legacy";

/** What publishing computed once: immutable, cached by version id. */
export interface ServedVersion {
  versionId: string;
  serverId: string;
  organizationId: string;
  serverInfo: { name: string; title?: string; version: string; websiteUrl?: string };
  /** Pictures of the server, for revisions that have them (2025-11-25 and later). */
  icons?: readonly Icon[];
  instructions?: string;
  /**
   * A serialized JSON array of MCP tool entries, on one line: it is spliced into answers as it is. With `hasOutput` the
   * entries may have an `outputSchema`, with `hasWidgets` those of tools with a widget name it.
   */
  toolsList: (dialect: Dialect, hasOutput: boolean, hasWidgets: boolean) => JsonText | Promise<JsonText>;
  /** Other callers see something else of this version: no answer that is kept may reach them. */
  isPersonal?: boolean;
  /** Some of its tools have a widget, for hosts that show one (MCP Apps). */
  hasWidgets?: boolean;
  /** The builder's choice; "auto" picks by client, and an unknown client gets "safe". */
  dialect: "auto" | Dialect;
  toolNames: ReadonlySet<string>;
  prompts?: readonly Prompt[];
  resources?: readonly Resource[];
  resourceTemplates?: readonly ResourceTemplate[];
  /** Tools for clients that have no prompts or no resources; calling them is the caller's, and `toolNames` has them. */
  standIns?: StandIns;
}

/** Tools in place of methods that a client does not know. */
export interface StandIns {
  /** The entries of tools/list for this client, serialized once, with commas between; empty when it lacks nothing. */
  entries(client: Pick<ClientIdentity, "name" | "userAgent">, dialect: Dialect): string;
}

/** A picture for people (MCP 2025-11-25, icons): an https address, or the picture itself as a `data:` URI. */
export interface Icon {
  src: string;
  mimeType?: string;
  sizes?: string[];
}

/** A prompt that a person picks (MCP, prompts). `{{name}}` in its texts stands for the value of an argument. */
export interface Prompt {
  name: string;
  title?: string;
  description?: string;
  arguments?: PromptArgument[];
  messages: { role: "user" | "assistant"; content: JsonObject }[];
}

export interface PromptArgument {
  name: string;
  title?: string;
  description?: string;
  required?: boolean;
  /** Offered while somebody types; others are allowed. */
  values?: string[];
}

/** Something to read (MCP, resources). Without contents of its own it is read through `ReadResource`. */
export interface Resource {
  uri: string;
  name: string;
  title?: string;
  description?: string;
  mimeType?: string;
  text?: string;
  /** Base64. */
  blob?: string;
}

/** Resources with a place for values in their URI; they are read through `ReadResource`. */
export interface ResourceTemplate {
  /** RFC 6570, with simple expressions. */
  uriTemplate: string;
  name: string;
  title?: string;
  description?: string;
  mimeType?: string;
  /** Values to offer, by variable. */
  values?: Record<string, string[]>;
}

/** Who is calling, as the gateway verified it. */
export interface Principal {
  subject: string;
  clientId?: string;
  kind: "anonymous" | "user" | "apiKey" | "client";
  connectionId?: string;
}

/** What the client says about itself: for display, analytics and the dialect, never for a permission. */
export interface ClientIdentity {
  name?: string;
  version?: string;
  userAgent?: string;
  protocolVersion: string;
  era: Era;
}

export interface ToolResult {
  content: unknown[];
  structuredContent?: Record<string, unknown>;
  /** `structuredContent` as JSON on one line, where it is known: it is spliced into the answer as it is. */
  structuredText?: string;
  isError?: boolean;
}

/** How far a call has come. It grows with every step (MCP 2025-11-25, progress). */
export interface Progress {
  progress: number;
  total?: number;
  message?: string;
}

/** What only the client's side can answer: a person who fills in a form, its model, or its list of folders. */
export interface Question {
  method: "elicitation/create" | "sampling/createMessage" | "roots/list";
  params: JsonObject;
  /** How long the call stays open for the reply, where it does (legacy eras); as long as a person may take when absent. */
  waitMs?: number;
}

/** What a client sent back, as it sent it: it is checked like arguments. `parsePersonReply` and `parseModelReply` read it. */
export type Reply = JsonObject;

/** A call that cannot go on without replies. Nothing has been sent; it is run again with all replies so far. */
export interface NeedsReplies {
  questions: Record<string, Question>;
  /** What a client is told that cannot be asked; without it, which capability is missing. */
  otherwise?: ToolResult;
}

/** The levels of RFC 5424 that are used here. */
export type LogLevel = "debug" | "info" | "notice" | "warning" | "error";

/** Runs one tool. Bad arguments and upstream failures are results with `isError`; a throw means a bug of ours. */
export type CallTool = (input: {
  name: string;
  args: unknown;
  signal: Cancellation;
  client: ClientIdentity;
  requestId: string | number;
  /** What the person has replied, by the key of the question. */
  replies: Readonly<Record<string, Reply>>;
  /** The replies are to questions of ours about this very call; otherwise the client has sent them unasked. */
  areAsked: boolean;
  /** The keys of the questions that this run comes back from, replied to or not. */
  asked: readonly string[];
  /** Whether the client says that it can answer such a question: for what is better with a reply, but possible without. */
  canAsk: (method: Question["method"]) => boolean;
  /** Tells the client how far the call has come; absent when it does not want to know. */
  onProgress?: (progress: Progress) => void;
  /** Tells whoever runs the client something that the model need not know. */
  onLog: (level: LogLevel, message: string) => void;
}) => Promise<ToolResult | NeedsReplies>;

/** One resource as MCP carries it: text or bytes in base64. */
export type ResourceContents = { uri: string; mimeType: string; _meta?: JsonObject } & (
  | { text: string }
  | { blob: string }
);

/** Reads one resource for this caller; undefined when there is none, or it is another's; a problem when it cannot be read now. */
export type ReadResource = (
  uri: string,
  client: ClientIdentity,
) => Promise<ResourceContents | { problem: string } | undefined>;

export interface McpRequest {
  method: string;
  /** Keys in lower case. */
  headers: Record<string, string | undefined>;
  /** The parsed JSON of a POST. */
  body?: unknown;
  /** Set when the body of a POST was not JSON. */
  parseError?: string;
  /** Aborted when the client goes away. */
  signal: Cancellation;
}

export interface McpResponse {
  status: number;
  headers: Record<string, string>;
  body?: Json;
  /** In place of a body. */
  stream?: McpStream;
}

/**
 * A response that stays open: `write` takes whole events, and the promise ends it. When the client goes away the signal of its request
 * is aborted, and what is written afterwards is lost.
 */
export type McpStream = (write: (events: string) => void) => Promise<void>;

/** Who waits for a server to change. */
export interface ChangeListener {
  /** The connection that the stream belongs to: changes of it alone concern nobody else. */
  connectionId?: string | undefined;
  /** Another version is served now. */
  onVersion(versionId: string): void;
  /** The server is gone, or this process stops. */
  onEnd(): void;
}

/** Tells open streams when another version of their server is served, whichever process published it. */
export interface Changes {
  /** A function that stops listening; undefined when there are too many streams already. */
  listen(version: ServedVersion, listener: ChangeListener): (() => void) | undefined;
}

/** Short messages from process to process: the other half of a conversation may arrive anywhere. */
export interface Relay {
  /** Listens until the function it returns is called. */
  listen(key: string, onMessage: (text: string) => void): () => void;
  /** Keys name one conversation and cannot be guessed; a message that nobody waits for is lost. */
  send(key: string, text: string): Promise<void>;
}

/** Which resources a legacy session (its key) wants to hear of: its requests and its stream may meet different processes. */
export interface ResourceSubscriptions {
  add(session: string, uri: string): Promise<void>;
  remove(session: string, uri: string): Promise<void>;
  list(session: string): Promise<readonly string[]>;
}

/** What asking people needs: their clients carry the state of the question. */
export interface Asking {
  states: RequestStateCodec;
  /** True for the first use of a state, in whichever process. */
  useOnce(nonce: string): Promise<boolean>;
}

interface EventSource {
  version: ServedVersion;
  principal: Principal;
}

/** What the endpoint tells its owner: who connected and listed, and our own bugs with the error that caused them. */
export type McpEvent =
  | ({ type: "initialize" | "discover" | "tools/list"; client: ClientIdentity } & EventSource)
  | ({ type: "internal_error"; error: unknown } & EventSource);

export interface McpEndpointDeps {
  sessions: SessionCodec;
  /** Sessions go by their key (`OpenSession`) here, never by their id. */
  isTombstoned: (session: string) => boolean | Promise<boolean>;
  tombstone: (session: string) => Promise<void>;
  /** Without it no stream is opened, and no change is announced. */
  changes?: Changes;
  /** Without it nobody is asked in the legacy eras, and `notifications/cancelled` does nothing. */
  relay?: Relay;
  /** Without it nobody is asked in the modern era. */
  asking?: Asking;
  /** Without it no legacy session hears of changed resources. */
  subscriptions?: ResourceSubscriptions;
  onEvent?: (event: McpEvent) => void;
}

/** One HTTP request to one published version, with the function that runs its tools. */
export interface McpExchange {
  version: ServedVersion;
  principal: Principal;
  request: McpRequest;
  callTool: CallTool;
  /** Without it no resource is found. */
  readResource?: ReadResource;
}
