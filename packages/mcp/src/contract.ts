import type { Dialect } from "@portico/openapi";
import type { SessionCodec } from "./sessions.ts";

/** The two shapes of the protocol: stateless since 2026-07-28, with a handshake before. */
export type Era = "modern" | "legacy";

/** What publishing computed once: immutable, cached by version id. */
export interface ServedVersion {
  versionId: string;
  serverId: string;
  organizationId: string;
  serverInfo: { name: string; title?: string; version: string; websiteUrl?: string };
  instructions?: string;
  /**
   * A serialized JSON array of MCP tool entries, on one line: it is spliced into answers as it is. With `hasOutput` the
   * entries may have an `outputSchema`.
   */
  toolsList: (dialect: Dialect, hasOutput: boolean) => string | Promise<string>;
  /** The builder's choice; "auto" picks by client, and an unknown client gets "safe". */
  dialect: "auto" | Dialect;
  toolNames: ReadonlySet<string>;
}

/** Who is calling, as the gateway verified it. */
export interface Principal {
  subject: string;
  clientId?: string;
  kind: "anonymous" | "user" | "apiKey";
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
  isError?: boolean;
}

/** Runs one tool. Bad arguments and upstream failures are results with `isError`; a throw means a bug of ours. */
export type CallTool = (input: {
  name: string;
  args: unknown;
  signal: AbortSignal;
  client: ClientIdentity;
  requestId: string | number;
}) => Promise<ToolResult>;

/** One resource as MCP carries it: text or bytes in base64. */
export type ResourceContents = { uri: string; mimeType: string } & ({ text: string } | { blob: string });

/** Reads one resource for this caller; undefined when there is none, or it is another's. */
export type ReadResource = (uri: string) => Promise<ResourceContents | undefined>;

export interface McpRequest {
  method: string;
  /** Keys in lower case. */
  headers: Record<string, string | undefined>;
  /** The parsed JSON of a POST. */
  body?: unknown;
  /** Set when the body of a POST was not JSON. */
  parseError?: string;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
}

export interface McpResponse {
  status: number;
  headers: Record<string, string>;
  body?: string;
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
  isTombstoned: (sid: string) => Promise<boolean>;
  tombstone: (sid: string) => Promise<void>;
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
