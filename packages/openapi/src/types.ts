/** Input-schema dialects that clients understand; `full` is JSON Schema 2020-12 as compiled. */
export type Dialect = "full" | "safe" | "openai-strict" | "gemini";

/** A JSON Schema as plain data. */
export type JsonSchema = { [keyword: string]: unknown };

/** A JSON object as plain data. */
export type JsonObject = { [key: string]: unknown };

/** Something worth telling the person who imports a document; the message needs no developer to understand it. */
export interface Diagnostic {
  code: string;
  severity: "info" | "warning" | "error";
  /** JSON pointer into the document; empty for the whole document. */
  pointer: string;
  /** Key of the operation concerned. */
  operation?: string;
  message: string;
  /** Where that stands in the text that was imported. */
  position?: Position;
  /** The address that whoever imports may allow, where that is what a refused reference needs. */
  origin?: string;
  /** Files of an archive to choose from, where it holds several documents. */
  candidates?: string[];
}

/** A place in a text, both counted from 1. */
export interface Position {
  line: number;
  /** In UTF-16 units, as editors count. */
  column: number;
  /** Which of several files. */
  file?: string;
  /** What stands there; not of all where there are many. */
  excerpt?: Excerpt;
}

/** Lines around a place, as they can be shown. */
export interface Excerpt {
  firstLine: number;
  lines: string[];
  /** How many characters stand before the place in its line, as shown. */
  mark: number;
}

/** The text of a document as it was imported; `file` is its name where it is one of several. */
export interface SourceText {
  text: string;
  file?: string;
}

/** What a document was before it became an OpenAPI document. */
export type ConvertedFrom = "postman" | "har" | "curl";

/** A parsed API description. References are kept, not inlined. */
export interface Document {
  title: string;
  version: string;
  description?: string;
  /** Address of its logo (`info.x-logo`), https only. */
  logo?: string;
  format: "openapi-3.0" | "openapi-3.1" | "openapi-3.2" | "swagger-2.0";
  syntax: "json" | "yaml";
  convertedFrom?: ConvertedFrom;
  url?: string;
  /** What `root` was read from. Absent for what was converted: that may hold credentials. */
  source?: SourceText;
  root: JsonObject;
  /** External documents by absolute URL, loaded ones only; their references are absolute. */
  files: Record<string, unknown>;
  diagnostics: Diagnostic[];
}

/** `entry` is the path of the document in an archive, where it holds several. */
export type Source = ({ url: string } | { content: string | Uint8Array; url?: string }) & { entry?: string };

/** The part of `fetch` that loading needs. */
export type FetchLike = (
  url: string,
  init?: { signal?: AbortSignal; headers?: Record<string, string> },
) => Promise<Response>;

export interface LoadLimits {
  /** Bytes of one document. */
  documentBytesMax: number;
  /** Bytes of all external documents together. */
  externalBytesMax: number;
  externalFilesMax: number;
  /** Bytes of all files of an archive together, once inflated. */
  archiveBytesMax: number;
  archiveFilesMax: number;
  /** Nesting of objects and arrays. */
  depthMax: number;
  /** Values after YAML aliases are expanded. */
  nodesMax: number;
  yamlAliasesMax: number;
  /** Other origins that `$ref` may point to. */
  externalOrigins: string[];
}

export interface Operation {
  /** `GET /pets/{petId}`, never the operationId. */
  key: string;
  method: string;
  path: string;
  operationId?: string;
  summary?: string;
  tags: string[];
  deprecated: boolean;
  status: "ok" | "degraded" | "skipped";
  reasons: string[];
  toolName?: string;
  /** Estimated tokens of the tool's list entry. */
  tokens?: number;
  /** Part of a sensible first selection. */
  suggested: boolean;
  /** The key of its document, where several were assembled. */
  document?: string;
}

export interface ToolAnnotations {
  title?: string;
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
}

/** What clients are told of a call. MCP 2026-07-28, ToolAnnotations. */
export type ToolHints = Omit<ToolAnnotations, "title">;

/** What a call does to the API's data: the three meanings that people choose tools by. */
export type ToolKind = "reading" | "changing" | "destroying";

/** What a model sees, and the plan of how to call. */
export interface Tool {
  name: string;
  title?: string;
  description: string;
  /** Key of the operation. */
  operation: string;
  /** The key of its document, where several were assembled. */
  document?: string;
  tags: string[];
  deprecated: boolean;
  inputSchema: JsonSchema;
  outputSchema?: JsonSchema;
  annotations: ToolAnnotations;
  /** What a person says that it does; absent where nobody said anything, see `toolKind`. */
  kind?: ToolKind;
  plan: CallPlan;
  /** Media types beside `plan.body.contentType`, in the order of the document. */
  variants?: BodyVariant[];
  /** A person agrees to each call before it is sent. */
  askFirst?: boolean;
  /** Arguments that a person is asked for when the model left them out. `inputSchema` still demands them. */
  askFor?: string[];
  /** Hosts that can show its answers as a table, a record or a chart beside the text. */
  widget?: boolean;
  /** The client's model sums up an answer that is too large, where it can be asked. Only of what reads. */
  summarize?: boolean;
  /** What of its answers reaches the model, and how it is written. */
  shape?: AnswerShape;
  /** Its pages, or the rest of a list that was shortened, are asked for with a cursor of ours. */
  paging?: Paging;
  /** It makes these calls rather than one of its own; `shape` is of `{input, <step>: …}` where it has an expression, else of the last answer. */
  steps?: BoundStep[];
  /** Names that a person's edits gave to arguments, by the argument's key: for whoever knows it by that. */
  renamed?: Record<string, string>;
  tokens: number;
}

/** What an argument of a step is: a value, or what a JMESPath expression finds in `{input, item, <step>: …}`. */
export type StepArgument = { value: unknown } | { from: string };

/** One call of a tool of several. */
export interface ToolStep {
  /** What its answer is called in the expressions of later steps. */
  id: string;
  /** Key of the operation. */
  operation: string;
  /** An expression that finds a list: the call is made for each item of it. */
  forEach?: string;
  arguments: Record<string, StepArgument>;
}

/** A step with the tool that it calls. */
export interface BoundStep extends ToolStep {
  tool: Tool;
}

/** How more of a list is asked for with one argument of ours. */
export type Paging = (Pages | ShortenedList) & {
  /** What the model fills in; of pages instead of their own argument. */
  cursor?: string;
};

/** No pages, or none that we turn: the cursor only points into a list that was shortened, and the API is asked for all of it again. */
export interface ShortenedList {
  style: "list";
}

/** How a list comes in pages: which argument says where one begins. */
export interface Pages {
  style: "page" | "offset" | "cursor";
  /** The argument, and what it is called in the request. */
  argument: string;
  parameter: string;
  /** The argument that says how long a page is, and what it is when left out. */
  size?: string;
  sizeDefault?: number;
}

/** How the answer of a tool is written. `json` is compact, `table` Markdown, `text` one "name: value" a line. */
export type AnswerFormat = "json" | "table" | "csv" | "text";

/** What of a successful answer reaches the model, in the order in which it is applied. Only of answers that are JSON, or become it. */
export interface AnswerShape {
  /** A JMESPath expression over the whole answer; the paths below are those of its result. */
  expression?: string;
  /** Paths of what stays (`data[].id`); without it everything does. */
  keep?: string[];
  /** Paths of what is left out. */
  drop?: string[];
  /** New names of fields, by path. */
  rename?: Record<string, string>;
  /** Items that are kept of each list. */
  itemsMax?: number;
  format?: AnswerFormat;
  /** Estimated tokens that the text may have. */
  tokensMax?: number;
}

/** Another media type that a tool's body can be sent as, and what is different then beside its name. */
export interface BodyVariant {
  contentType: string;
  inputSchema?: JsonSchema;
  body?: BodyPlan;
}

export type ParameterStyle =
  | "form"
  | "simple"
  | "label"
  | "matrix"
  | "spaceDelimited"
  | "pipeDelimited"
  | "tabDelimited"
  | "deepObject"
  | "cookie";

/** How one argument becomes one parameter of the request. */
export interface ParameterPlan {
  argument: string;
  in: "path" | "query" | "header" | "cookie" | "querystring";
  name: string;
  required: boolean;
  style: ParameterStyle;
  explode: boolean;
  allowReserved: boolean;
  /** Present for a parameter with `content`: the value is serialized as this media type. */
  contentType?: string;
  /** Delimiter style of inner arrays (Swagger 2.0 nested `collectionFormat`). */
  itemStyle?: ParameterStyle;
  /** The document lists the empty string among the values of this path parameter. */
  allowEmpty?: boolean;
}

export interface BaseUrlVariable {
  default: string;
  enum?: string[];
  description?: string;
}

export interface BaseUrl {
  url: string;
  description?: string;
  variables: Record<string, BaseUrlVariable>;
}

export type PathPart = { literal: string } | { parameter: string };

/** Encoding of one body property (OpenAPI Encoding Object). */
export interface EncodingPlan {
  contentType?: string;
  style?: ParameterStyle;
  explode?: boolean;
  allowReserved?: boolean;
  /** Headers of a part whose values the document fixes. */
  headers?: [name: string, value: string][];
}

export interface BodyProperty {
  argument: string;
  name: string;
  /** The property of the body that it is a property of, where a person had that one flattened. */
  within?: string;
}

/** Where XML names differ from JSON names (OpenAPI XML Object); `ref` points into `BodyPlan.xmlDefs`. */
export interface XmlPlan {
  ref?: string;
  name?: string;
  namespace?: string;
  prefix?: string;
  nodeType?: "element" | "attribute" | "text" | "cdata" | "none";
  wrapped?: boolean;
  properties?: Record<string, XmlPlan>;
  items?: XmlPlan;
}

export interface BodyPlan {
  /** Media type to send; may hold a wildcard that the value decides. */
  contentType: string;
  required: boolean;
  /** `whole`: one argument is the body. `flat`: arguments are the properties of the object. */
  mapping: { kind: "whole"; argument: string } | { kind: "flat"; properties: BodyProperty[] };
  /** Flattened properties that a body has even when nothing in them was given. */
  objects?: string[];
  /** The whole body is bytes, given as base64 or a data URI. */
  binary?: boolean;
  /** Body properties whose values (or items) are bytes. */
  binaryProperties?: string[];
  encoding?: Record<string, EncodingPlan>;
  /** A multipart body that is a list: how its first items and all others become parts (OpenAPI 3.2). */
  items?: { prefix: EncodingPlan[]; other?: EncodingPlan; binary?: boolean };
  xml?: XmlPlan;
  xmlDefs?: Record<string, XmlPlan>;
}

export interface SecurityScheme {
  name: string;
  type: "apiKey" | "basic" | "bearer" | "oauth2" | "openIdConnect" | "unsupported";
  in?: "header" | "query" | "cookie";
  parameterName?: string;
  /** HTTP authentication scheme as the document spells it, when it is neither Basic nor Bearer. */
  httpScheme?: string;
  description?: string;
  flows?: unknown;
  openIdConnectUrl?: string;
}

export interface SecurityRequirement {
  scheme: SecurityScheme;
  scopes: string[];
}

/** What a document says for certain of the JSON that comes back: never enforced, only held against an answer. */
export interface PromisedAnswer {
  kind?: "object" | "array";
  /** Documented members that every answer has. */
  required?: string[];
}

export interface ResponsePlan {
  /** Value of the Accept header. */
  accept: string;
  /** Media types of success answers, most wanted first. */
  contentTypes: string[];
  promised?: PromisedAnswer;
}

/** Everything that building the request needs: plain, self-contained JSON. */
export interface CallPlan {
  method: string;
  path: PathPart[];
  /** Query pairs written into the path template. */
  fixedQuery?: [string, string][];
  /** Operation-level, else path-level, else the document's. The first one is used unless the target says otherwise. */
  baseUrls: BaseUrl[];
  documentUrl?: string;
  parameters: ParameterPlan[];
  body?: BodyPlan;
  /** Arguments that the version gives for the model; a fixed one is not in the input schema. */
  given?: GivenArgument[];
  /** Arguments that a person restricted: the API takes more, so it would refuse nothing. */
  allowed?: AllowedValues[];
  /** How long a call may take, and how often it is made again when that is safe; what the gateway does by itself when absent. */
  timeoutSeconds?: number;
  retries?: number;
  /** OR of ANDs; empty: no credentials are sent. */
  security: SecurityRequirement[][];
  response: ResponsePlan;
}

export interface Compiled {
  title: string;
  version: string;
  description?: string;
  /** Address of the API's logo, https only. */
  logo?: string;
  operations: Operation[];
  tools: Tool[];
  securitySchemes: SecurityScheme[];
  baseUrls: BaseUrl[];
  diagnostics: Diagnostic[];
  /** What it was made from, when it was no OpenAPI document. */
  convertedFrom?: ConvertedFrom;
  /** Other origins that its references were allowed to be read from. */
  allowOrigins?: string[];
}

export interface CompileOptions {
  nameMaxChars?: number;
  /** Keys of the operations to make tools of; all when absent. */
  select?: ReadonlySet<string>;
  documentUrl?: string;
  /** Only passed on, for whoever reads the document again. */
  allowOrigins?: string[];
}

/** What is known of a signed-in person. */
export type PersonFact = "email" | "name" | "id";

/** Any JSON, or a fact about the person who calls. */
export type Given = { value: unknown } | { person: PersonFact };

/** An argument that is always sent (fixed), or that is sent when the model leaves it out. */
export type GivenArgument = Given & {
  argument: string;
  isFixed: boolean;
  /** The API needs it, so that a default that cannot be had is a problem. */
  isRequired?: true;
};

/** All that an argument can be, or each item of its list. */
export interface AllowedValues {
  argument: string;
  values: (string | number | boolean)[];
}

/** A person's edit to one argument of a tool. */
export interface ParameterEdit {
  /** The model does not see it. What the API needs is hidden only with a default, which is then always sent. */
  hidden?: boolean;
  /** Always sent; the model neither sees nor changes it. */
  fixed?: Given;
  /** Sent when the model leaves it out. */
  default?: Given;
  /** What the model calls it. */
  name?: string;
  description?: string;
  /** The only values that the model may give: some of the document's, or any of a plain text or number. Of a list: of its items. */
  values?: (string | number | boolean)[];
  /** The model has to give it, though the API could do without. */
  required?: boolean;
  /** Its properties stand beside the other arguments, in its place. Only of an object in the body. */
  flatten?: boolean;
}

/** A person's edit to one tool. */
export interface Override {
  operation: string;
  name?: string;
  title?: string;
  description?: string;
  enabled?: boolean;
  /** One of the tool's variants. */
  contentType?: string;
  /** A person agrees to each call before it is sent. */
  askFirst?: boolean;
  /** Keys of arguments that a person is asked for when the model left them out. */
  askFor?: string[];
  /** Hosts that can show its answers as a table, a record or a chart beside the text. */
  widget?: boolean;
  /** The client's model sums up an answer that is too large, where it can be asked. Only of what reads. */
  summarize?: boolean;
  /** What it does, where that is not what its method says. */
  annotations?: Partial<ToolHints>;
  /** How long a call may take; what the gateway gives it when absent. */
  timeoutSeconds?: number;
  /** How often a call is made again at most. Only of one that can be repeated. */
  retries?: number;
  shape?: AnswerShape;
  /** Pages are asked for with one argument that is the same for every tool. Only where pages are found. */
  paging?: boolean;
  /** By the argument's key: its generated name; of a property of a flattened argument, `argument.property`. */
  parameters?: Record<string, ParameterEdit>;
}

/** One field of the form that a person fills in (MCP 2025-11-25, elicitation, restricted schemas). */
export interface FormField {
  field: JsonObject;
  /** What the API takes, where the form offers it as text. */
  choices?: unknown[];
}
