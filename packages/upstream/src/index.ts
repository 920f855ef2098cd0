export { callTool } from "./call-tool.ts";
export {
  EACH_MAX,
  runSteps,
  STEP_BUDGET,
  type StepOutcome,
  type StepsResult,
  type StepTrace,
} from "./compose/run-steps.ts";
export { writeStepsResult } from "./compose/write-result.ts";
export { createEgress, TIMEOUT_MS_DEFAULT, TIMEOUT_SECONDS_MAX } from "./egress/egress.ts";
export { UpstreamError } from "./egress/error.ts";
export { guardedFetch, guardedStreamingFetch, type StreamLimits } from "./egress/guarded-fetch.ts";
export { RETRIES_DEFAULT, RETRIES_MAX } from "./egress/retry.ts";
export { fixedArguments, withDefaults, withoutFact } from "./given.ts";
export {
  type AuthorizationServerMetadata,
  type Discovered,
  type DiscoveryHints,
  discoverAuthorizationServer,
} from "./oauth/discover.ts";
export { missingScopesOf } from "./oauth/missing-scopes.ts";
export { type Registered, registerClient } from "./oauth/register-client.ts";
export { requestToken, type TokenClient, type TokenGrant, type TokenOutcome } from "./oauth/request-token.ts";
export { type Revocation, revokeToken } from "./oauth/revoke-token.ts";
export { baseUrlOf, originOf } from "./request/base-url.ts";
export { buildRequest } from "./request/build-request.ts";
export { firstPage } from "./request/page.ts";
export { type ShownRequest, showRequest } from "./request/to-curl.ts";
export { type AnswerField, answerTree } from "./shape/answer-tree.ts";
export { expressionProblem, runExpression } from "./shape/expression.ts";
export { maskSecrets } from "./shape/mask.ts";
export { OUTPUT_BUDGET, shapeResponse } from "./shape/shape-response.ts";
export { suggestShape } from "./shape/suggest-shape.ts";
export type {
  ArgumentProblem,
  BoundCredential,
  BuildResult,
  CallInput,
  CallLimits,
  CallObserver,
  CallOutcome,
  ContentBlock,
  Credential,
  Egress,
  EgressOptions,
  KeptFile,
  KeptLink,
  OutputBudget,
  Person,
  RequestOptions,
  StreamedResponse,
  StreamOptions,
  Target,
  ToolResult,
  UpstreamErrorCode,
  UpstreamRequest,
  UpstreamResponse,
  Validate,
  ValidateResult,
} from "./types.ts";
export { createValidator } from "./validate/validator.ts";
