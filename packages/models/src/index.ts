export { ModelError, type ModelErrorCode } from "./error.ts";
export { listModels, type Model } from "./list-models.ts";
export { BASE_URLS } from "./provider.ts";
export { runStep } from "./run-step.ts";
export {
  type Carried,
  type Message,
  type ModelFetch,
  type ModelTool,
  type Part,
  PROVIDER_KINDS,
  type Provider,
  type ProviderKind,
  type StepEvent,
  type StepInput,
  type StopReason,
  type TokenUsage,
} from "./types.ts";
