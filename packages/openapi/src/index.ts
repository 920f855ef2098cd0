export { type AnswerPath, EACH, formatAnswerPath, parseAnswerPath } from "./answer-path.ts";
export { formFieldOf, shownInput } from "./ask-for.ts";
export {
  assembleDocuments,
  assembledKey,
  assembledName,
  assembleNames,
  type DocumentPart,
  isMistakenFor,
  prefixedName,
  prefixesOf,
  splitKey,
} from "./assemble.ts";
export { compile, compileToJson } from "./compile.ts";
export { toDialect } from "./dialect.ts";
export { type DialectChange, type DialectChangeKind, dialectChanges } from "./dialect-changes.ts";
export { type ExampleAnswer, exampleAnswer } from "./example.ts";
export type { ClientLimit, Finding, LintCode, LintOptions, OfferedItem } from "./lint/finding.ts";
export { mergePatch } from "./lint/fix.ts";
export { type Grade, type Graded, gradeTools } from "./lint/grade.ts";
export { lintTools } from "./lint/lint.ts";
export { lintOffers } from "./lint/offers.ts";
export { lintTexts } from "./lint/suspicious.ts";
export { LOAD_LIMITS, load } from "./load/load.ts";
export { findPositions, locate, positionText, withPositions } from "./load/position.ts";
export type { Change } from "./merge/compare-schema.ts";
export { type Held, holdOperations, successorsOf } from "./merge/hold.ts";
export type { Rename } from "./merge/match.ts";
export {
  type ChangedOperation,
  type Conflict,
  compareTools,
  type Edits,
  type Merged,
  type MergeReport,
  mergeDocuments,
} from "./merge/merge.ts";
export { applyOverrides, sentAs } from "./override.ts";
export { type CompiledJson, openCompiled, type PackedTools, packTools, unpackTools } from "./pack.ts";
export { detectPaging, withShape } from "./paging.ts";
export { argumentOf, isFlattened } from "./parameters/apply.ts";
export { checkParameters, type Fits, type ParameterProblem } from "./parameters/check.ts";
export { listParameters, type Parameter } from "./parameters/list.ts";
export { PERSON_WORDS, type Preset, presetTool, presettableArguments } from "./preset.ts";
export { explainSuggestion, type Suggestion, type SuggestionRule } from "./suggest.ts";
export { estimateTokens } from "./tokens.ts";
export { isAskedAgain, isRepeatable, methodKind, saysMore, toolKind, withHints } from "./tool-kind.ts";
export { DESCRIPTION_CHARS_MAX as TOOL_DESCRIPTION_CHARS_MAX } from "./transform/description.ts";
export { cleanText } from "./transform/text.ts";
export type {
  AllowedValues,
  AnswerFormat,
  AnswerShape,
  BaseUrl,
  BaseUrlVariable,
  BodyPlan,
  BodyProperty,
  BodyVariant,
  BoundStep,
  CallPlan,
  Compiled,
  CompileOptions,
  ConvertedFrom,
  Diagnostic,
  Dialect,
  Document,
  EncodingPlan,
  Excerpt,
  FetchLike,
  FormField,
  Given,
  GivenArgument,
  JsonObject,
  JsonSchema,
  LoadLimits,
  Operation,
  Override,
  Pages,
  Paging,
  ParameterEdit,
  ParameterPlan,
  ParameterStyle,
  PathPart,
  PersonFact,
  Position,
  PromisedAnswer,
  ResponsePlan,
  SecurityRequirement,
  SecurityScheme,
  Source,
  SourceText,
  StepArgument,
  Tool,
  ToolAnnotations,
  ToolHints,
  ToolKind,
  ToolStep,
  XmlPlan,
} from "./types.ts";
