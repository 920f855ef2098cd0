import type { Context } from "../context.ts";
import { asObject, isObject } from "../json.ts";
import type { JsonObject, ParameterPlan, ParameterStyle } from "../types.ts";
import { clip, oneLine } from "./text.ts";

/** A Parameter Object of any version, before it has an argument name. */
export interface Parameter extends Omit<ParameterPlan, "argument"> {
  schema: unknown;
  description?: string;
  example?: unknown;
  deprecated: boolean;
}

/** Swagger 2.0 keeps the body among the parameters. */
export interface Parameters {
  parameters: Parameter[];
  body?: JsonObject;
  form: JsonObject[];
  /** What could not be kept: a sentence, and which one of which list it is. */
  dropped: { message: string; list: number; index: number }[];
}

/**
 * Headers that belong to the connection, to routing or to authentication: a document may not let a model set
 * them (the first three by OpenAPI's own rule).
 */
const RESERVED_HEADERS = new Set([
  "accept",
  "content-type",
  "authorization",
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "upgrade",
  "te",
  "trailer",
  "expect",
  "cookie",
  "forwarded",
  "via",
  "proxy-authorization",
  "proxy-connection",
  "x-http-method-override",
  "x-http-method",
  "x-method-override",
  "x-original-url",
  "x-rewrite-url",
]);
const OPENAPI_IGNORED_HEADERS = new Set(["accept", "content-type", "authorization"]);

export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return RESERVED_HEADERS.has(lower) || lower.startsWith("x-forwarded-");
}

const LOCATIONS = new Set(["path", "query", "header", "cookie", "querystring"]);
const STYLES = new Set<string>([
  "form",
  "simple",
  "label",
  "matrix",
  "spaceDelimited",
  "pipeDelimited",
  "tabDelimited",
  "deepObject",
  "cookie",
]);
const DESCRIPTION_CHARS_MAX = 400;

/** What one Parameter Object turns out to be. */
type Entry =
  | { kind: "parameter"; key: string; parameter: Parameter }
  | { kind: "body" }
  | { kind: "form" }
  | { kind: "dropped"; message?: string };

const NO_OBJECT: Entry = {
  kind: "dropped",
  message: "A parameter is not an object with a name, so it is left out. Give it a name, in and schema.",
};

/** What has no name, or does not say where it belongs. */
function nameless({ name }: JsonObject): Entry {
  const message =
    typeof name === "string"
      ? `The parameter ${label(name)} does not say where it is sent, so it is left out. Give it an in: path, query, header or cookie.`
      : "A parameter has no name, so it is left out. Give it one.";
  return { kind: "dropped", message };
}

function notThere(reference: string): Entry {
  return {
    kind: "dropped",
    message: `A parameter refers to ${oneLine(reference.slice(0, 200))}, which cannot be found or may not be loaded, so it is left out. Correct the reference, or describe the parameter there.`,
  };
}

/** Parameters of a path item and of its operation; the operation's replace those of the same name and place. */
export function transformParameters(context: Context, lists: unknown[]): Parameters {
  const found = new Map<string, Parameter>();
  const form = new Map<string, JsonObject>();
  const out: Parameters = { parameters: [], form: [], dropped: [] };
  for (const [number, list] of lists.entries()) {
    if (!Array.isArray(list)) continue;
    for (const [index, given] of list.entries()) {
      const resolved = context.resolve(given);
      const raw = isObject(resolved) ? context.intern(resolved) : undefined;
      const entry = raw === undefined ? missing(given) : context.once("parameter", raw, () => read(context, raw));
      if (entry.kind === "parameter") found.set(entry.key, entry.parameter);
      else if (entry.kind === "body") out.body = raw as JsonObject;
      else if (entry.kind === "form") form.set(raw?.name as string, raw as JsonObject);
      else if (entry.message !== undefined) out.dropped.push({ message: entry.message, list: number, index });
    }
  }
  out.parameters = [...found.values()];
  out.form = [...form.values()];
  return out;
}

function missing(given: unknown): Entry {
  return isObject(given) && typeof given.$ref === "string" ? notThere(given.$ref) : NO_OBJECT;
}

function read(context: Context, raw: JsonObject): Entry {
  const { name, in: place } = raw;
  if (typeof name !== "string" || typeof place !== "string") return nameless(raw);
  if (context.isSwagger2 && place === "body") return { kind: "body" };
  if (context.isSwagger2 && place === "formData") return { kind: "form" };
  if (!LOCATIONS.has(place)) {
    const message = `The parameter ${label(name)} is in ${label(place)}, which is not known, so it is left out.`;
    return { kind: "dropped", message };
  }
  if (place === "header" && isReservedHeader(name)) {
    if (OPENAPI_IGNORED_HEADERS.has(name.toLowerCase())) return { kind: "dropped" };
    return {
      kind: "dropped",
      message: `The header ${label(name)} is set by the connection itself, so it is left out.`,
    };
  }
  if ((place === "header" || place === "cookie") && !/^[!#$%&'*+.^_`|~0-9A-Za-z[\]-]+$/.test(name))
    return { kind: "dropped", message: `The ${place} name ${label(name)} cannot be sent, so it is left out.` };
  return {
    kind: "parameter",
    key: `${place} ${place === "header" ? name.toLowerCase() : name}`,
    parameter: context.isSwagger2 ? fromSwagger2(raw) : fromOpenApi3(context, raw),
  };
}

function fromOpenApi3(context: Context, raw: JsonObject): Parameter {
  const place = raw.in as Parameter["in"];
  const contentType = isObject(raw.content) ? Object.keys(raw.content)[0] : undefined;
  const defaultStyle = place === "query" || place === "cookie" ? "form" : "simple";
  const style = typeof raw.style === "string" && STYLES.has(raw.style) ? (raw.style as ParameterStyle) : defaultStyle;
  const media = contentType === undefined ? undefined : asObject(context.resolve(asObject(raw.content)[contentType]));
  const example = raw.example ?? media?.example ?? firstExample(context, raw.examples ?? media?.examples);
  return {
    ...common(raw),
    style,
    explode: typeof raw.explode === "boolean" ? raw.explode : style === "form" || style === "cookie",
    allowReserved: raw.allowReserved === true,
    ...(contentType === undefined ? {} : { contentType }),
    ...(example === undefined ? {} : { example }),
    schema: media ? (media.schema ?? {}) : (raw.schema ?? {}),
  };
}

/** The first of named Example Objects (`examples`), which may be references. */
function firstExample(context: Context, examples: unknown): unknown {
  const [first] = Object.values(asObject(examples));
  const { value, dataValue } = asObject(context.resolve(first));
  return value ?? dataValue;
}

const SWAGGER2_SCHEMA_KEYS = [
  "type",
  "format",
  "items",
  "enum",
  "default",
  "maximum",
  "exclusiveMaximum",
  "minimum",
  "exclusiveMinimum",
  "maxLength",
  "minLength",
  "pattern",
  "maxItems",
  "minItems",
  "uniqueItems",
  "multipleOf",
  "x-nullable",
];

/** The schema keywords that Swagger 2.0 writes into the parameter itself. */
export function swagger2Schema(raw: JsonObject): JsonObject {
  const schema: JsonObject = {};
  for (const key of SWAGGER2_SCHEMA_KEYS) if (raw[key] !== undefined) schema[key] = raw[key];
  return schema;
}

/** `collectionFormat` as a style. */
export function swagger2Style(raw: JsonObject, place: string): { style: ParameterStyle; explode: boolean } {
  const format = raw.collectionFormat ?? "csv";
  if (format === "multi" && place !== "path" && place !== "header") return { style: "form", explode: true };
  if (format === "ssv") return { style: "spaceDelimited", explode: false };
  if (format === "tsv") return { style: "tabDelimited", explode: false };
  if (format === "pipes") return { style: "pipeDelimited", explode: false };
  return { style: place === "path" || place === "header" ? "simple" : "form", explode: false };
}

function fromSwagger2(raw: JsonObject): Parameter {
  const items = asObject(raw.items);
  const example = raw.example ?? raw["x-example"];
  return {
    ...common(raw),
    ...(example === undefined ? {} : { example }),
    ...swagger2Style(raw, raw.in as string),
    allowReserved: false,
    ...(items.type === "array" && typeof items.collectionFormat === "string"
      ? { itemStyle: swagger2Style(items, "query").style }
      : {}),
    schema: swagger2Schema(raw),
  };
}

function common(raw: JsonObject) {
  const place = raw.in as Parameter["in"];
  return {
    in: place,
    name: raw.name as string,
    required: place === "path" || raw.required === true,
    deprecated: raw.deprecated === true,
    ...(typeof raw.description === "string" ? { description: describeParameter(raw.description) } : {}),
  };
}

/** A parameter's description within its budget. */
export function describeParameter(text: string): string {
  return clip(oneLine(text.slice(0, DESCRIPTION_CHARS_MAX * 4)), DESCRIPTION_CHARS_MAX);
}

function label(text: string): string {
  return JSON.stringify(oneLine(text.slice(0, 60)));
}
