import type { Context } from "../context.ts";
import { asArray, asObject, isObject } from "../json.ts";
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
  /** Sentences about what could not be kept. */
  dropped: string[];
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

/** Parameters of a path item and of its operation; the operation's replace those of the same name and place. */
export function transformParameters(context: Context, lists: unknown[]): Parameters {
  const found = new Map<string, Parameter>();
  const form = new Map<string, JsonObject>();
  const out: Parameters = { parameters: [], form: [], dropped: [] };
  for (const entry of lists.flatMap(asArray)) {
    const raw = context.resolve(entry);
    if (!isObject(raw) || typeof raw.name !== "string" || typeof raw.in !== "string") {
      out.dropped.push("A parameter is missing or has no name, so it is left out.");
    } else if (context.isSwagger2 && raw.in === "body") out.body = raw;
    else if (context.isSwagger2 && raw.in === "formData") form.set(raw.name, raw);
    else if (!LOCATIONS.has(raw.in)) {
      out.dropped.push(
        `The parameter ${label(raw.name)} is in ${label(raw.in)}, which is not known, so it is left out.`,
      );
    } else if (raw.in === "header" && isReservedHeader(raw.name)) {
      if (!OPENAPI_IGNORED_HEADERS.has(raw.name.toLowerCase())) {
        out.dropped.push(`The header ${label(raw.name)} is set by the connection itself, so it is left out.`);
      }
    } else if ((raw.in === "header" || raw.in === "cookie") && !/^[!#$%&'*+.^_`|~0-9A-Za-z[\]-]+$/.test(raw.name)) {
      out.dropped.push(`The ${raw.in} name ${label(raw.name)} cannot be sent, so it is left out.`);
    } else {
      const key = `${raw.in} ${raw.in === "header" ? raw.name.toLowerCase() : raw.name}`;
      found.set(
        key,
        context.once("parameter", raw, () => (context.isSwagger2 ? fromSwagger2(raw) : fromOpenApi3(raw))),
      );
    }
  }
  out.parameters = [...found.values()];
  out.form = [...form.values()];
  return out;
}

function fromOpenApi3(raw: JsonObject): Parameter {
  const place = raw.in as Parameter["in"];
  const contentType = isObject(raw.content) ? Object.keys(raw.content)[0] : undefined;
  const defaultStyle = place === "query" || place === "cookie" ? "form" : "simple";
  const style = typeof raw.style === "string" && STYLES.has(raw.style) ? (raw.style as ParameterStyle) : defaultStyle;
  const media = contentType === undefined ? undefined : asObject(asObject(raw.content)[contentType]);
  return {
    ...common(raw),
    style,
    explode: typeof raw.explode === "boolean" ? raw.explode : style === "form" || style === "cookie",
    allowReserved: raw.allowReserved === true,
    ...(contentType === undefined ? {} : { contentType }),
    schema: media ? (media.schema ?? {}) : (raw.schema ?? {}),
  };
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
  return {
    ...common(raw),
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
    ...(raw.example === undefined ? {} : { example: raw.example }),
  };
}

/** A parameter's description within its budget. */
export function describeParameter(text: string): string {
  return clip(oneLine(text.slice(0, DESCRIPTION_CHARS_MAX * 4)), DESCRIPTION_CHARS_MAX);
}

function label(text: string): string {
  return JSON.stringify(oneLine(text.slice(0, 60)));
}
