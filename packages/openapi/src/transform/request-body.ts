import type { Context } from "../context.ts";
import { asArray, asObject, asText, isObject } from "../json.ts";
import type { BodyPlan, EncodingPlan, JsonObject, JsonSchema, ParameterStyle } from "../types.ts";
import {
  bareType,
  chooseMediaType,
  isBinaryType,
  isEncodedType,
  isFormType,
  isJsonLinesType,
  isJsonType,
  isMediaType,
  isMultipartType,
  isTextType,
  isXmlType,
} from "./media-type.ts";
import { asObjectBody, type ObjectBody } from "./object-body.ts";
import { describeParameter, swagger2Schema, swagger2Style } from "./parameter.ts";
import { xmlPlan } from "./xml.ts";

/** A Request Body Object of any version, as one media type. */
export interface RequestBody {
  contentType: string;
  required: boolean;
  description?: string;
  schema: unknown;
  /** Set when the properties stand beside the parameters. */
  object?: ObjectBody;
  /** One argument holds the whole body: its schema, when it is not `schema` itself. */
  wholeSchema?: JsonSchema;
  plan: Omit<BodyPlan, "mapping">;
}

/** What to tell a model about a property whose value is bytes. */
export const BINARY_HINT =
  "The bytes as base64, a data: URI (data:image/png;base64,…), or an https:// URL to fetch them from.";

/** Every media type beside the chosen one; more are of no use to anybody. */
const ALTERNATIVES_MAX = 5;

/** A request body and the other media types that it could be sent as. */
export interface RequestBodies {
  chosen: RequestBody;
  alternatives: { contentType: string; make(): RequestBody; isSame: boolean }[];
}

/** Request Body Object (OpenAPI 3). Undefined: there is none, or it cannot be found. */
export function transformRequestBody(context: Context, raw: unknown): RequestBodies | undefined {
  const body = context.resolve(raw);
  if (!isObject(body) || !isObject(body.content)) return undefined;
  const content = body.content;
  const types = Object.keys(content).filter((type) => isMediaType(type) || type === "*");
  const mediaOf = (contentType: string) => asObject(context.resolve(content[contentType]));
  const make = (contentType: string): RequestBody => {
    const media = mediaOf(contentType);
    return finish(context, {
      contentType,
      required: body.required === true,
      ...(asText(body.description) ? { description: describeParameter(body.description as string) } : {}),
      schema: media.schema ?? (media.itemSchema === undefined ? {} : { type: "array", items: media.itemSchema }),
      encoding: encodingOf(context, media.encoding),
      isLines: media.schema === undefined && media.itemSchema !== undefined && !isMultipartType(contentType),
      items: isMultipartType(contentType) ? itemsOf(context, media) : undefined,
    });
  };
  const all = () => ({ bodies: withAlternatives(types, make, (a, b) => isSameSchema(mediaOf(a), mediaOf(b))) });
  const key = keyOf(body, types.map(mediaOf), types);
  return (key === undefined ? all() : context.memo("request bodies", key, all)).bodies;
}

/** Tells bodies apart that say no more than which schemas they have: operations often send the same one. */
function keyOf(body: JsonObject, media: readonly JsonObject[], types: readonly string[]): string | undefined {
  const refs: string[] = [];
  for (const { schema, encoding, itemSchema, itemEncoding, prefixEncoding } of media) {
    const ref = asObject(schema).$ref;
    const isPlain =
      encoding === undefined && itemSchema === undefined && itemEncoding === undefined && prefixEncoding === undefined;
    if (typeof ref !== "string" || !isPlain || Object.keys(asObject(schema)).length > 1) return undefined;
    refs.push(ref);
  }
  return `${types.join()} ${refs.join()} ${String(body.required)} ${asText(body.description) ?? ""}`;
}

function isSameSchema(a: JsonObject, b: JsonObject): boolean {
  return (
    a.itemSchema === undefined && b.itemSchema === undefined && JSON.stringify(a.schema) === JSON.stringify(b.schema)
  );
}

/** JSON by another name, and YAML, which JSON is, are sent the same way; anything else is made when it is asked for. */
function withAlternatives(
  types: readonly string[],
  make: (contentType: string) => RequestBody,
  hasSameSchema: (a: string, b: string) => boolean,
): RequestBodies | undefined {
  const contentType = chooseMediaType(types);
  if (contentType === undefined) return undefined;
  const isPlainJson = (type: string) =>
    (isJsonType(type) && !isJsonLinesType(type)) || /[+/]yaml$/.test(bareType(type));
  const others = types
    .filter((type) => type !== contentType && !type.includes("*") && !isEncodedType(type))
    .slice(0, ALTERNATIVES_MAX);
  return {
    chosen: make(contentType),
    alternatives: others.map((other) => ({
      contentType: other,
      make: () => make(other),
      isSame: isPlainJson(contentType) && isPlainJson(other) && hasSameSchema(contentType, other),
    })),
  };
}

/** Swagger 2.0 `in: body` or `in: formData` parameters. */
export function transformSwagger2Body(
  context: Context,
  body: JsonObject | undefined,
  form: JsonObject[],
  consumes: string[],
): RequestBodies | undefined {
  if (body) {
    const make = (contentType: string) =>
      finish(context, {
        contentType,
        required: body.required === true,
        ...(asText(body.description) ? { description: describeParameter(body.description as string) } : {}),
        schema: body.schema ?? {},
        encoding: {},
        ...(typeof body.name === "string" ? { bodyName: body.name } : {}),
      });
    const types = consumes.length > 0 ? consumes : ["application/json"];
    // Generated documents repeat a body parameter word for word.
    return context.once(`body as ${types.join()}`, body, () => ({
      bodies: withAlternatives(types, make, () => true),
    })).bodies;
  }
  if (form.length === 0) return undefined;
  const properties: JsonObject = {};
  const encoding: Record<string, EncodingPlan> = {};
  for (const field of form) {
    const name = field.name as string;
    properties[name] = {
      ...swagger2Schema(field),
      ...(asText(field.description) ? { description: field.description } : {}),
    };
    if (field.type === "array") encoding[name] = swagger2Style(field, "query");
  }
  const required = form.filter((field) => field.required === true).map((field) => field.name as string);
  const hasFile = form.some((field) => field.type === "file");
  const usable = consumes.filter((type) => isMultipartType(type) || (isFormType(type) && !hasFile));
  const schema = { type: "object", properties, ...(required.length > 0 ? { required } : {}) };
  const make = (contentType: string) =>
    finish(context, { contentType, required: required.length > 0, schema, encoding });
  const [first = hasFile ? "multipart/form-data" : "application/x-www-form-urlencoded", ...others] = usable;
  return {
    chosen: make(first),
    alternatives: others.map((contentType) => ({ contentType, make: () => make(contentType), isSame: false })),
  };
}

interface Draft {
  contentType: string;
  required: boolean;
  description?: string;
  schema: unknown;
  encoding: Record<string, EncodingPlan>;
  isLines?: boolean;
  items?: BodyPlan["items"];
  /** Name of the Swagger 2.0 body parameter. */
  bodyName?: string;
}

function finish(context: Context, draft: Draft): RequestBody {
  const { contentType, encoding, schema } = draft;
  const isParts = isMultipartType(contentType);
  const object = asObjectBody(context, schema, draft.bodyName);
  const isBytes = !object && !isParts && isBinaryBody(context, contentType, schema);
  const isRawText = isTextType(contentType) && !isObject(context.resolve(schema));
  const binaryProperties = isParts || isFormType(contentType) ? binaryNames(context, schema, object, encoding) : [];
  return {
    contentType,
    required: draft.required,
    ...(draft.description === undefined ? {} : { description: draft.description }),
    schema,
    ...(object && !isTextType(contentType) ? { object } : {}),
    ...(isBytes ? { wholeSchema: { type: "string", contentEncoding: "base64", description: BINARY_HINT } } : {}),
    ...(isRawText ? { wholeSchema: { type: "string" } } : {}),
    ...(draft.isLines || isJsonLinesType(contentType) ? linesSchema(context, schema) : {}),
    plan: {
      contentType,
      required: draft.required,
      ...(isBytes ? { binary: true } : {}),
      ...(binaryProperties.length > 0 ? { binaryProperties } : {}),
      ...(Object.keys(encoding).length > 0 ? { encoding } : {}),
      ...(draft.items ? { items: draft.items } : {}),
      ...(isXmlType(contentType) ? xmlPlan(context, schema) : {}),
    },
  };
}

/** One JSON value per line: a list of them, or the lines as they are. */
function linesSchema(context: Context, schema: unknown): { wholeSchema?: JsonSchema } {
  const resolved = context.resolve(schema);
  if (!isObject(resolved) || resolved.type !== "array") return {};
  const { schema: converted } = context.schemas.draft(resolved);
  return typeof converted === "boolean" ? {} : { wholeSchema: { ...converted, type: ["array", "string"] } };
}

function encodingOf(context: Context, raw: unknown): Record<string, EncodingPlan> {
  const out: Record<string, EncodingPlan> = {};
  for (const [name, value] of Object.entries(asObject(raw))) {
    if (name !== "__proto__") out[name] = transformEncoding(context, value);
  }
  return out;
}

/** Encoding Object. */
function transformEncoding(context: Context, raw: unknown): EncodingPlan {
  const encoding = asObject(context.resolve(raw));
  const headers = fixedHeaders(context, encoding.headers);
  return {
    ...(typeof encoding.contentType === "string" ? { contentType: encoding.contentType } : {}),
    ...(typeof encoding.style === "string" ? { style: encoding.style as ParameterStyle } : {}),
    ...(typeof encoding.explode === "boolean" ? { explode: encoding.explode } : {}),
    ...(encoding.allowReserved === true ? { allowReserved: true } : {}),
    ...(headers.length > 0 ? { headers } : {}),
  };
}

/** Headers of a part that can have one value only; Content-Type stands elsewhere (OpenAPI 3.1, Encoding Object). */
function fixedHeaders(context: Context, raw: unknown): [string, string][] {
  return Object.entries(asObject(raw)).flatMap(([name, value]): [string, string][] => {
    const schema = asObject(context.resolve(asObject(context.resolve(value)).schema));
    const only = Array.isArray(schema.enum) && schema.enum.length === 1 ? schema.enum[0] : undefined;
    const fixed = schema.const ?? only ?? schema.default;
    const isText = ["string", "number", "boolean"].includes(typeof fixed) && /^[\t -~]*$/.test(String(fixed));
    const isName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && !/^content-(type|disposition)$/i.test(name);
    return isName && isText ? [[name, String(fixed)]] : [];
  });
}

/** Positional encodings of a multipart body that is a list (OpenAPI 3.2, Media Type Object). */
function itemsOf(context: Context, media: JsonObject): BodyPlan["items"] {
  const schema = asObject(context.resolve(media.schema));
  const items = media.itemSchema ?? schema.items;
  const isList = media.itemSchema !== undefined || schema.type === "array" || isObject(schema.items);
  if (!isList) return undefined;
  const prefix = asArray(media.prefixEncoding).map((encoding) => transformEncoding(context, encoding));
  const other = media.itemEncoding === undefined ? undefined : transformEncoding(context, media.itemEncoding);
  return { prefix, ...(other ? { other } : {}), ...(isBinarySchema(context, items, other) ? { binary: true } : {}) };
}

function isBinaryBody(context: Context, contentType: string, schema: unknown): boolean {
  if (isTextType(contentType) || isXmlType(contentType) || /json/.test(bareType(contentType))) return false;
  if (isFormType(contentType)) return false;
  return isBinaryType(contentType) || isBinarySchema(context, schema);
}

/** A schema whose value is bytes where the media type can carry bytes. */
export function isBinarySchema(context: Context, schema: unknown, encoding?: EncodingPlan): boolean {
  const types = (encoding?.contentType ?? "").split(",");
  if (types.some((type) => isBinaryType(type) || /^\s*\*\/\*/.test(type))) return true;
  const resolved = context.resolve(schema);
  if (!isObject(resolved)) return false;
  if (resolved.format === "binary" || resolved.type === "file") return true;
  if (typeof resolved.contentMediaType === "string" && !/json|text|xml/.test(resolved.contentMediaType)) return true;
  return asArray(resolved.allOf).some((branch) => isBinarySchema(context, branch));
}

function binaryNames(
  context: Context,
  schema: unknown,
  object: ObjectBody | undefined,
  encoding: Record<string, EncodingPlan>,
): string[] {
  const properties =
    object?.properties ??
    new Map(Object.entries(collectProperties(context, schema, 0)).map(([name, value]) => [name, [value]]));
  return [...properties].flatMap(([name, schemas]) => {
    const isBinary = schemas.some((property) => {
      const resolved = asObject(context.resolve(property));
      return isBinarySchema(context, property, encoding[name]) || isBinarySchema(context, resolved.items);
    });
    return isBinary ? [name] : [];
  });
}

/** Properties of an object through `allOf`, `oneOf` and `anyOf`. */
function collectProperties(context: Context, schema: unknown, depth: number): JsonObject {
  const resolved = context.resolve(schema);
  if (!isObject(resolved) || depth > 6) return {};
  const branches = [resolved.allOf, resolved.oneOf, resolved.anyOf].flatMap(asArray);
  return Object.assign(
    {},
    ...branches.map((branch) => collectProperties(context, branch, depth + 1)),
    asObject(resolved.properties),
  );
}
