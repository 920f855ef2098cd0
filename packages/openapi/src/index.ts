export { type AnswerPath, EACH, formatAnswerPath, parseAnswerPath } from "./answer-path.ts";
export { askableArguments, formFieldOf, shownInput } from "./ask-for.ts";
export { compile, compileToJson } from "./compile.ts";
export { toDialect } from "./dialect.ts";
export { type ExampleAnswer, exampleAnswer } from "./example.ts";
export { LOAD_LIMITS, load } from "./load/load.ts";
export type { Change } from "./merge/compare-schema.ts";
export type { Rename } from "./merge/match.ts";
export {
  type ChangedOperation,
  type Conflict,
  type Edits,
  type Merged,
  type MergeReport,
  mergeDocuments,
} from "./merge/merge.ts";
export { applyOverrides } from "./override.ts";
export { type CompiledJson, openCompiled, type PackedTools, packTools, unpackTools } from "./pack.ts";
export { type Preset, presetTool, presettableArguments } from "./preset.ts";
export { estimateTokens } from "./tokens.ts";
export { type ToolKind, toolKind } from "./tool-kind.ts";
export type {
  AnswerFormat,
  AnswerShape,
  BaseUrl,
  BaseUrlVariable,
  BodyPlan,
  BodyProperty,
  BodyVariant,
  CallPlan,
  Compiled,
  CompileOptions,
  ConvertedFrom,
  Diagnostic,
  Dialect,
  Document,
  EncodingPlan,
  FetchLike,
  FormField,
  JsonObject,
  JsonSchema,
  LoadLimits,
  Operation,
  Override,
  ParameterPlan,
  ParameterStyle,
  PathPart,
  PromisedAnswer,
  ResponsePlan,
  SecurityRequirement,
  SecurityScheme,
  Source,
  Tool,
  ToolAnnotations,
  XmlPlan,
} from "./types.ts";
