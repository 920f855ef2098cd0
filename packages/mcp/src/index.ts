export type { Dialect } from "@portico/openapi";
export type {
  CallTool,
  Changes,
  ClientIdentity,
  Era,
  McpEndpointDeps,
  McpEvent,
  McpExchange,
  McpRequest,
  McpResponse,
  McpStream,
  NeedsReplies,
  PersonReply,
  Principal,
  ReadResource,
  Relay,
  ResourceContents,
  ServedVersion,
  ToolResult,
} from "./contract.ts";
export { selectDialect } from "./dialects.ts";
export { createMcpEndpoint } from "./endpoint.ts";
export { type InstallLink, installLinks } from "./install-links.ts";
export { createRequestStateCodec } from "./request-state.ts";
export { hasToolOutput } from "./revisions.ts";
export {
  createSessionCodec,
  type Session,
  type SessionCodec,
  type SessionCodecOptions,
  type SessionOwner,
} from "./sessions.ts";
