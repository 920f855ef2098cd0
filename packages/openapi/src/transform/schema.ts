import type { Context } from "../context.ts";
import { asObject, isObject } from "../json.ts";
import type { JsonObject, JsonSchema } from "../types.ts";
import { clip, oneLine } from "./text.ts";

interface Sink {
  refs: Set<string>;
  counter: { nodes: number };
}

const TYPES = new Set(["string", "number", "integer", "boolean", "array", "object", "null"]);
const TYPE_ALIASES: Record<string, string> = {
  file: "string",
  int: "integer",
  long: "integer",
  float: "number",
  double: "number",
};
const INLINE_DEPTH_MAX = 90;
const DESCRIPTION_CHARS_MAX = 320;
const ENUM_MAX = 1_000;
const INLINE_ENUM_MAX = 16;
const EXAMPLE_CHARS_MAX = 80;

/** Keywords that a small scalar does not have. */
const COMPOSITE = new Set([
  "properties",
  "patternProperties",
  "items",
  "prefixItems",
  "allOf",
  "oneOf",
  "anyOf",
  "not",
  "$ref",
  "$dynamicRef",
  "if",
  "then",
  "else",
  "additionalProperties",
  "contains",
  "dependentSchemas",
  "propertyNames",
]);

const NOTHING_HIDDEN: ReadonlySet<string> = new Set();

/**
 * OpenAPI Schema Object (Swagger 2.0 to OpenAPI 3.2) to JSON Schema 2020-12 as it applies to a request:
 * read-only properties removed, `nullable` and boolean limits translated, references kept as local `$defs`.
 * Keywords with values that no validator would accept are left out.
 */
export function convertSchema(context: Context, schema: unknown, sink: Sink): JsonSchema | boolean {
  return convert(context, schema, sink, 0, NOTHING_HIDDEN);
}

function convert(
  context: Context,
  schema: unknown,
  sink: Sink,
  depth: number,
  hiddenAbove: ReadonlySet<string>,
): JsonSchema | boolean {
  sink.counter.nodes++;
  if (schema === false) return false;
  if (!isObject(schema)) return {};
  if (depth > INLINE_DEPTH_MAX) return {};
  const reference = typeof schema.$ref === "string" ? schema.$ref : schema.$dynamicRef;
  if (typeof reference === "string") return convertReference(context, schema, reference, sink, depth);

  const plain = convertPlain(schema);
  if (plain) return plain;
  const out: JsonSchema = {};
  const isNullable = schema.nullable === true || (context.isLegacy && schema["x-nullable"] === true);
  const types = typesOf(schema);
  if (types.length > 0 && isNullable && !types.includes("null")) types.push("null");
  if (types.length > 0) out.type = types.length === 1 ? types[0] : types;
  describe(schema, out, context);

  const hidden = union(hiddenAbove, readOnlyNames(context, schema));
  const below = (value: unknown, names = NOTHING_HIDDEN) => convert(context, value, sink, depth + 1, names);
  for (const keyword of Object.keys(schema)) {
    const value = schema[keyword];
    if (keyword === "enum") {
      if (Array.isArray(value) && value.length > 0) constrainEnum(value, out, types, isNullable);
    } else if (isConstraint(keyword, value)) out[keyword] = value;
    else convertApplicator(keyword, value, out, hidden, below);
  }
  settleLimits(schema, out);
  if (isNullable && types.length === 0 && (out.allOf || out.oneOf || out.anyOf)) {
    const { description, ...rest } = out;
    return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: "null" }] };
  }
  return out;
}

/** A scalar with a description and a format at most, as most properties are, the short way; undefined for others. */
function convertPlain(schema: JsonObject): JsonSchema | undefined {
  for (const keyword in schema) {
    switch (keyword) {
      case "type":
        if (!PLAIN_TYPES.has(schema.type)) return undefined;
        break;
      case "description":
      case "format":
        if (typeof schema[keyword] !== "string") return undefined;
        break;
      case "title":
      case "readOnly":
        break;
      default:
        return undefined;
    }
  }
  const { type, description, format } = schema;
  const out: JsonSchema = {};
  if (type !== undefined) out.type = type;
  const text = description === undefined ? "" : describeText(description as string);
  if (text !== "") out.description = text;
  if (format !== undefined) out.format = format;
  return out;
}

const PLAIN_TYPES = new Set<unknown>(["string", "number", "integer", "boolean"]);

function union(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  if (a.size === 0) return b;
  return b.size === 0 ? a : new Set([...a, ...b]);
}

function convertReference(
  context: Context,
  schema: JsonObject,
  reference: string,
  sink: Sink,
  depth: number,
): JsonSchema | boolean {
  const target = context.lookup(reference);
  const isNullable = schema.nullable === true || schema["x-nullable"] === true;
  let out: JsonSchema;
  // Also nothing: a reference that leads back to itself.
  if (target === undefined || context.resolve({ $ref: reference }) === undefined) {
    out = { description: "The document does not describe this value." };
    const message = `The document refers to ${reference.slice(0, 200)}, which cannot be found or may not be loaded.`;
    context.report({ code: "reference_not_found", pointer: "", message }, reference);
  } else if (isSmall(target)) {
    const small = convert(context, target, sink, depth + 1, NOTHING_HIDDEN);
    if (typeof small === "boolean") return small;
    out = { ...small };
  } else {
    sink.refs.add(reference);
    out = { $ref: `#/$defs/${context.schemas.nameOf(reference)}` };
  }
  if (typeof schema.description === "string" && !isNullable) out.description = describeText(schema.description);
  if (context.isLegacy) return isNullable ? { anyOf: [out, { type: "null" }] } : out;

  const { $ref: _ref, $dynamicRef: _dynamic, description: _description, summary: _summary, ...siblings } = schema;
  const constraints = Object.keys(siblings).filter((key) => !key.startsWith("x-") && !ANNOTATIONS.has(key));
  if (constraints.length === 0) return out;
  const own = convert(context, siblings, sink, depth + 1, NOTHING_HIDDEN);
  if (typeof own === "boolean") return own;
  const { description, ...rest } = out;
  const allOf = [rest, ...(Array.isArray(own.allOf) ? own.allOf : [])];
  return { ...(description === undefined ? {} : { description }), ...own, allOf };
}

const ANNOTATIONS = new Set([
  "$id",
  "$anchor",
  "$dynamicAnchor",
  "$schema",
  "$comment",
  "title",
  "example",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
  "xml",
  "externalDocs",
  "discriminator",
  "$defs",
  "definitions",
]);

/** A scalar with few choices reads better in place than behind a reference. */
function isSmall(target: unknown): boolean {
  if (typeof target === "boolean") return true;
  if (!isObject(target)) return false;
  for (const keyword of Object.keys(target)) if (COMPOSITE.has(keyword)) return false;
  return !Array.isArray(target.enum) || target.enum.length <= INLINE_ENUM_MAX;
}

function typesOf({ type }: JsonObject): string[] {
  if (typeof type === "string") {
    const name = TYPE_ALIASES[type] ?? type;
    return TYPES.has(name) ? [name] : [];
  }
  if (!Array.isArray(type)) return [];
  const types = type.map((name) => (typeof name === "string" ? (TYPE_ALIASES[name] ?? name) : ""));
  return [...new Set(types.filter((name) => TYPES.has(name)))];
}

function describeText(text: string): string {
  return clip(oneLine(text.slice(0, DESCRIPTION_CHARS_MAX * 2)), DESCRIPTION_CHARS_MAX);
}

function describe(schema: JsonObject, out: JsonSchema, context: Context): void {
  const text = typeof schema.description === "string" ? describeText(schema.description) : "";
  const note = schema.discriminator === undefined ? "" : discriminatorNote(schema, context);
  if (text !== "" || note !== "") out.description = text === "" || note === "" ? text + note : `${text} ${note}`;
  const example = schema.example ?? (Array.isArray(schema.examples) ? schema.examples[0] : undefined);
  if (
    example !== undefined &&
    example !== null &&
    typeof example !== "object" &&
    String(example).length <= EXAMPLE_CHARS_MAX
  ) {
    out.examples = [example];
  }
  if (schema.deprecated === true) out.deprecated = true;
}

function discriminatorNote(schema: JsonObject, context: Context): string {
  const property = isObject(schema.discriminator) ? schema.discriminator.propertyName : schema.discriminator;
  if (typeof property !== "string") return "";
  const mapping = asObject(asObject(schema.discriminator).mapping);
  const branches = [schema.oneOf, schema.anyOf].flatMap((list) => (Array.isArray(list) ? list : []));
  const implied = branches.flatMap((branch) => {
    const ref = asObject(branch).$ref;
    return typeof ref === "string" && context.lookup(ref) !== undefined ? [ref.split("/").pop() ?? ""] : [];
  });
  const values = Object.keys(mapping).length > 0 ? Object.keys(mapping) : implied;
  const list = values.slice(0, 12).join(", ");
  return oneLine(
    `${property} tells which kind it is${list === "" ? "" : `: ${list}`}${values.length > 12 ? ", …" : ""}.`,
  );
}

/** Whether a keyword with this value constrains a value by itself, as JSON Schema 2020-12 writes it. */
function isConstraint(keyword: string, value: unknown): boolean {
  switch (keyword) {
    case "default":
    case "const":
      return value !== undefined;
    case "maxLength":
    case "minLength":
    case "maxItems":
    case "minItems":
    case "maxProperties":
    case "minProperties":
    case "minContains":
    case "maxContains":
      return typeof value === "number" && Number.isInteger(value) && value >= 0;
    case "maximum":
    case "minimum":
    case "exclusiveMaximum":
    case "exclusiveMinimum":
      return typeof value === "number";
    case "multipleOf":
      return typeof value === "number" && value > 0;
    case "pattern":
      return typeof value === "string" && isPattern(value);
    case "uniqueItems":
      return typeof value === "boolean";
    case "format":
    case "contentEncoding":
    case "contentMediaType":
      return typeof value === "string";
    default:
      return false;
  }
}

/** Swagger 2.0 and OpenAPI 3.0 write exclusive limits as `true` beside the limit; a file is bytes. */
function settleLimits(schema: JsonObject, out: JsonSchema): void {
  if (schema.exclusiveMaximum === true && typeof out.maximum === "number") {
    out.exclusiveMaximum = out.maximum;
    delete out.maximum;
  }
  if (schema.exclusiveMinimum === true && typeof out.minimum === "number") {
    out.exclusiveMinimum = out.minimum;
    delete out.minimum;
  }
  if (schema.type === "file") out.format = "binary";
}

function constrainEnum(values: unknown[], out: JsonSchema, types: string[], isNullable: boolean): void {
  const distinct = [...new Map(values.slice(0, ENUM_MAX + 1).map((value) => [JSON.stringify(value), value])).values()];
  if (distinct.length > ENUM_MAX) {
    const sample = distinct.slice(0, 5).map((value) => JSON.stringify(value));
    const note = `One of ${values.length} values, such as ${sample.join(", ")}.`;
    out.description = clip(
      `${typeof out.description === "string" ? `${out.description} ` : ""}${note}`,
      DESCRIPTION_CHARS_MAX * 2,
    );
    return;
  }
  if (isNullable && types.length > 0 && !distinct.includes(null)) distinct.push(null);
  out.enum = distinct;
}

/** JSON Schema patterns are ECMA-262 with the `u` flag; others would make a client refuse the whole tool. */
function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, "u");
    return pattern.length <= 2_000;
  } catch {
    return false;
  }
}

type Below = (schema: unknown, hidden?: ReadonlySet<string>) => JsonSchema | boolean;

/** Keywords that hold schemas. What they hide of an object holds for branches about the same object only. */
function convertApplicator(
  keyword: string,
  value: unknown,
  out: JsonSchema,
  hidden: ReadonlySet<string>,
  below: Below,
): void {
  switch (keyword) {
    case "properties":
      if (isObject(value)) out.properties = convertEach(value, below, (name) => !hidden.has(name));
      return;
    case "required":
      if (Array.isArray(value)) {
        const required = [...new Set(value)].filter(
          (name) => typeof name === "string" && !hidden.has(name) && name !== "__proto__",
        );
        if (required.length > 0) out.required = required;
      }
      return;
    case "patternProperties":
      if (isObject(value)) out.patternProperties = convertEach(value, below, isPattern);
      return;
    case "dependentSchemas":
      if (isObject(value)) out.dependentSchemas = convertEach(value, below, () => true);
      return;
    case "dependentRequired":
      if (isObject(value)) {
        const entries = Object.entries(value).filter(
          ([, names]) => Array.isArray(names) && names.every((name) => typeof name === "string"),
        );
        if (entries.length > 0) out.dependentRequired = Object.fromEntries(entries);
      }
      return;
    case "allOf":
    case "oneOf":
    case "anyOf":
      if (Array.isArray(value) && value.length > 0) out[keyword] = value.map((branch) => below(branch, hidden));
      return;
    case "prefixItems":
      if (Array.isArray(value)) out.prefixItems = value.map((item) => below(item));
      return;
    case "items":
      // Before JSON Schema 2020-12 a list here was a tuple.
      if (Array.isArray(value)) out.prefixItems = value.map((item) => below(item));
      else if (typeof value === "boolean") out.items = value;
      else if (isObject(value)) out.items = below(value);
      return;
    case "if":
    case "then":
    case "else":
      if (typeof value === "boolean") out[keyword] = value;
      else if (isObject(value)) out[keyword] = below(value, hidden);
      return;
    case "additionalProperties":
    case "contains":
    case "propertyNames":
    case "not":
    case "unevaluatedProperties":
    case "unevaluatedItems":
      if (typeof value === "boolean") out[keyword] = value;
      else if (isObject(value)) out[keyword] = below(value);
      return;
  }
}

function convertEach(schemas: JsonObject, below: Below, isKept: (name: string) => boolean): JsonSchema {
  const out: JsonSchema = {};
  for (const name of Object.keys(schemas)) if (name !== "__proto__" && isKept(name)) out[name] = below(schemas[name]);
  return out;
}

const ALL_OF_DEPTH_MAX = 12;

/** Read-only properties of the object, `allOf` branches included: a request never carries them. */
export function readOnlyNames(context: Context, schema: JsonObject, depth = 0): ReadonlySet<string> {
  const names: string[] = [];
  const { properties, allOf } = schema;
  if (isObject(properties)) {
    for (const name of Object.keys(properties)) {
      const property = properties[name];
      if (!isObject(property)) continue;
      const isReadOnly =
        property.readOnly === true ||
        (typeof property.$ref === "string" && asObject(context.resolve(property)).readOnly === true);
      if (isReadOnly) names.push(name);
    }
  }
  if (depth < ALL_OF_DEPTH_MAX && Array.isArray(allOf)) {
    for (const branch of allOf) {
      const resolved = context.resolve(branch);
      if (isObject(resolved)) names.push(...readOnlyNames(context, resolved, depth + 1));
    }
  }
  return names.length === 0 ? NOTHING_HIDDEN : new Set(names);
}
