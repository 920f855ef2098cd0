import type { CallPlan, Dialect, FetchLike, JsonSchema, PersonFact, Tool } from "@portico/openapi";

export type Credential =
  | { type: "apiKey"; value: string }
  | { type: "basic"; username: string; password: string }
  | { type: "bearer"; token: string };

/** A credential with the origins that it was stored for: it is never sent to another. Without them it goes wherever the tool does. */
export type BoundCredential = Credential & {
  origins?: readonly string[];
  /** The page where it was stored, for whoever has to do it again; "Credentials" when absent. */
  storedUnder?: string;
};

/** Where a call goes and what it may use there. */
export interface Target {
  /** Replaces every base URL of the document, operation-level ones too, so that nothing escapes to another host. */
  baseUrl?: string;
  variables?: Record<string, string>;
  /** By security scheme name. */
  credentials: Record<string, BoundCredential>;
  documentUrl?: string;
  /** What is known of the person who calls; nothing of a machine. */
  person?: Person;
}

/** What arguments can be that depend on who calls. */
export type Person = { [fact in PersonFact]?: string };

export interface UpstreamRequest {
  method: string;
  url: string;
  headers: [string, string][];
  body?: string | Uint8Array;
  /** Secret values inside the request, for masking whatever is shown or logged. */
  secrets: string[];
  /** Security scheme names that the operation wants and the target has no credential for. */
  missingCredentials: string[];
}

/** One argument that cannot be used, in words a model can act on. */
export interface ArgumentProblem {
  argument: string;
  expected: string;
  got: string;
  message: string;
}

/** `isBlocked`: nothing is wrong with the arguments, but the request must not be made. */
export type BuildResult =
  | { ok: true; request: UpstreamRequest }
  | { ok: false; problems: ArgumentProblem[]; isBlocked?: true };

export type ValidateResult = { ok: true; args: Record<string, unknown> } | { ok: false; problems: ArgumentProblem[] };

/** `dialect`: the one the model was shown; `full` when absent. */
export type Validate = (toolId: string, schema: JsonSchema, args: unknown, dialect?: Dialect) => ValidateResult;

export interface UpstreamResponse {
  status: number;
  /** Lower-case names; repeated headers are joined with a comma. */
  headers: Record<string, string>;
  body: Uint8Array;
  truncated: boolean;
  /** Decoded bytes kept. */
  bytes: number;
  url: string;
  durationMs: number;
  /** Attempts after the first; none when absent. */
  retries?: number;
}

export type UpstreamErrorCode =
  | "blocked"
  | "timeout"
  | "cancelled"
  | "network"
  | "too_large"
  | "tls"
  | "bad_answer"
  | "too_many_redirects"
  | "invalid_url";

/** What ends a request before its time: as much of an `AbortSignal` as is listened to. */
export interface Cancellation {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: { handleEvent(): void }): void;
  removeEventListener(type: "abort", listener: { handleEvent(): void }): void;
}

export interface RequestOptions {
  /** Redirects that are followed; a few when absent. With 0 a redirect is the answer. */
  redirectsMax?: number;
  /** Attempts after the first, whatever the method; without it two of what only reads. */
  retriesMax?: number | undefined;
  signal?: Cancellation;
  timeoutMs?: number;
  bodyBytesMax?: number;
}

export interface StreamOptions extends Omit<RequestOptions, "redirectsMax"> {
  /** The longest silence, before the answer begins and within it. */
  idleMs?: number;
}

/** An answer whose body is read as it comes. A redirect is an answer. */
export interface StreamedResponse {
  status: number;
  /** Lower-case names; repeated headers are joined with a comma. */
  headers: Record<string, string>;
  /** Has to be read to its end or given up; throws an `UpstreamError`. */
  body: AsyncIterableIterator<Uint8Array>;
}

export interface Egress {
  /** For imports: guarded, few redirects re-validated per hop, capped decoded bytes, deadline. */
  fetch: FetchLike;
  request(request: UpstreamRequest, options?: RequestOptions): Promise<UpstreamResponse>;
  /** For answers that come bit by bit: the same guard, no redirects, nothing sent twice. */
  stream(request: UpstreamRequest, options?: StreamOptions): Promise<StreamedResponse>;
  close(): Promise<void>;
}

export interface EgressOptions {
  /** CIDRs opened for private upstreams. */
  allow?: string[];
  /** Services by "host:port" that may be at any address. */
  allowHosts?: string[];
}

export type ContentBlock =
  | { type: "text"; text: string }
  | { type: "image" | "audio"; data: string; mimeType: string }
  | { type: "resource"; resource: { uri: string; mimeType?: string; text?: string; blob?: string } }
  /** MCP 2025-06-18 and later. */
  | { type: "resource_link"; uri: string; name: string; mimeType?: string; size?: number };

export interface ToolResult {
  content: ContentBlock[];
  structuredContent?: Record<string, unknown>;
  /** `structuredContent` as JSON on one line, where it is known: nobody needs to write it again. */
  structuredText?: string;
  isError?: boolean;
}

/** How much of an answer may reach the model. */
export interface OutputBudget {
  textCharsMax: number;
  binaryBytesMax: number;
  /** Items kept of a long array; the rest is counted. */
  arrayItemsMax: number;
}

export interface CallLimits {
  timeoutMs: number;
  bodyBytesMax: number;
  output: Partial<OutputBudget>;
}

/** Bytes of an answer that do not fit into a result. They hold no credential of the request. */
export interface KeptFile {
  data: Uint8Array;
  mimeType: string;
  name: string;
}

/** Where kept bytes can be fetched and for how long, or one sentence on why they were not kept. */
export type KeptLink = { url: string; minutes: number } | { refused: string };

export interface CallOutcome {
  result: ToolResult;
  outcome: "ok" | "invalid_arguments" | "upstream_error" | "network_error" | "blocked" | "timeout" | "cancelled";
  status?: number;
  /** What the API said of the credentials that it was sent, where it refused them: its WWW-Authenticate header. */
  challenge?: string;
  requestBytes: number;
  responseBytes: number;
  upstreamMs: number;
  /** Requests made after the first for the same call. */
  retries: number;
  /** One sentence on how the answer differs from what the document promises; it holds nothing of the answer. */
  diagnostic?: string;
  /** All that was read of an answer of which the result shows only the beginning. */
  whole?: KeptFile;
  /** The value of an answer that has one, shaped; as much of it as the result shows. */
  value?: unknown;
}

export interface CallInput {
  tool: Tool;
  toolId: string;
  args: unknown;
  target: Target;
  egress: Egress;
  validate: Validate;
  /** The dialect of the input schema that the model was shown; `full` when absent. */
  dialect?: Dialect;
  /** Keeps what does not fit for a while. Without it large answers are shortened and files passed on as they are. */
  keep?: (file: KeptFile) => Promise<KeptLink>;
  /** Whether the client's revision has `resource_link` (2025-06-18 and later). */
  hasResourceLinks?: boolean;
  /** The tool that reads parts of what was kept, where there is one. */
  reader?: string | undefined;
  signal?: Cancellation;
  limits?: Partial<CallLimits>;
  /** Is told what is sent and what comes back, as it is: secrets included. */
  observer?: CallObserver;
}

export interface CallObserver {
  onRequest?(request: UpstreamRequest): void;
  onResponse?(response: UpstreamResponse): void;
}

export type RequestTool = { plan: CallPlan; inputSchema: JsonSchema; name: string };
