export type { Dialect } from "@portico/openapi";
export { withWidgets } from "./apps/widget.ts";
export { type Cancellation, Canceller } from "./cancellation.ts";
export { KNOWN_CLIENTS, type KnownClient, recognizeClient, selectDialect } from "./clients.ts";
export type {
  CallTool,
  ChangeListener,
  Changes,
  ClientIdentity,
  Era,
  Icon,
  McpEndpointDeps,
  McpEvent,
  McpExchange,
  McpRequest,
  McpResponse,
  McpStream,
  NeedsReplies,
  Principal,
  Prompt,
  PromptArgument,
  Question,
  ReadResource,
  Relay,
  Reply,
  Resource,
  ResourceContents,
  ResourceSubscriptions,
  ResourceTemplate,
  ServedVersion,
  StandIns,
  ToolResult,
} from "./contract.ts";
export { createMcpEndpoint } from "./endpoint.ts";
export { type InstallLink, installLinks } from "./install-links.ts";
export { echoableId, JsonPieces } from "./json-rpc.ts";
export { type PersonReply, parseModelReply, parsePersonReply } from "./replies.ts";
export { createRequestStateCodec } from "./request-state.ts";
export { event, STREAM_HEADERS } from "./responses.ts";
export { hasToolOutput } from "./revisions.ts";
export { answerDescribe, answerSearch, unknownTool } from "./search/answers.ts";
export {
  CALL_TOOL,
  DESCRIBE_TOOLS,
  listSearchMode,
  SEARCH_MODE_NAMES,
  SEARCH_TOOLS,
  type SearchModeTool,
  searchModeTools,
} from "./search/definitions.ts";
export { buildSearchIndex, countTags, type SearchIndex } from "./search/search-index.ts";
export {
  createSessionCodec,
  type Session,
  type SessionCodec,
  type SessionCodecOptions,
  type SessionOwner,
} from "./sessions.ts";
export { answerStandIn } from "./stand-ins/answers.ts";
export { createStandIns, lacksOf, type StandIn, standInNames } from "./stand-ins/stand-ins.ts";
export { matchUriTemplate } from "./uri-template.ts";
