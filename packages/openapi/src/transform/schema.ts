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

const LENGTHS = [
  "maxLength",
  "minLength",
  "maxItems",
  "minItems",
  "maxProperties",
  "minProperties",
  "minContains",
  "maxContains",
];
const SUBSCHEMAS = [
  "additionalProperties",
  "items",
  "contains",
  "propertyNames",
  "not",
  "if",
  "then",
  "else",
  "unevaluatedProperties",
  "unevaluatedItems",
];
const COMPOSITE = [
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
];

/**
 * OpenAPI Schema Object (Swagger 2.0 to OpenAPI 3.2) to JSON Schema 2020-12 as it applies to a request:
 * read-only properties removed, `nullable` and boolean limits translated, references kept as local `$defs`.
 * Keywords with values that no validator would accept are left out.
 */
export function convertSchema(context: Context, schema: unknown, sink: Sink): JsonSchema | boolean {
  return convert(context, schema, sink, 0, new Set());
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

  const out: JsonSchema = {};
  const isNullable = schema.nullable === true || (context.isLegacy && schema["x-nullable"] === true);
  const types = typesOf(schema);
  if (types.length > 0 && isNullable && !types.includes("null")) types.push("null");
  if (types.length > 0) out.type = types.length === 1 ? types[0] : types;
  describe(schema, out, context);
  constrain(schema, out, types, isNullable);

  const hidden = new Set([...hiddenAbove, ...readOnlyNames(context, schema)]);
  convertObjectKeywords(context, schema, out, sink, depth, hidden);
  for (const keyword of SUBSCHEMAS) {
    const value = schema[keyword];
    if (keyword === "items" && Array.isArray(value)) {
      out.prefixItems = value.map((item) => convert(context, item, sink, depth + 1, new Set()));
    } else if (typeof value === "boolean" || isObject(value)) {
      const below = keyword === "if" || keyword === "then" || keyword === "else" ? hidden : new Set<string>();
      out[keyword] = typeof value === "boolean" ? value : convert(context, value, sink, depth + 1, below);
    }
  }
  if (Array.isArray(schema.prefixItems)) {
    out.prefixItems = schema.prefixItems.map((item) => convert(context, item, sink, depth + 1, new Set()));
  }
  for (const keyword of ["allOf", "oneOf", "anyOf"]) {
    const branches = schema[keyword];
    if (Array.isArray(branches) && branches.length > 0) {
      out[keyword] = branches.map((branch) => convert(context, branch, sink, depth + 1, hidden));
    }
  }
  if (isNullable && types.length === 0 && (out.allOf || out.oneOf || out.anyOf)) {
    const { description, ...rest } = out;
    return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: "null" }] };
  }
  return out;
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
    context.report({
      code: "reference_not_found",
      pointer: "",
      message: `The document refers to ${reference.slice(0, 200)}, which cannot be found or may not be loaded.`,
    });
  } else if (isSmall(target)) {
    const small = convert(context, target, sink, depth + 1, new Set());
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
  const own = convert(context, siblings, sink, depth + 1, new Set());
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
  if (!isObject(target) || COMPOSITE.some((keyword) => target[keyword] !== undefined)) return false;
  return !Array.isArray(target.enum) || target.enum.length <= INLINE_ENUM_MAX;
}

function typesOf(schema: JsonObject): string[] {
  const given = typeof schema.type === "string" ? [schema.type] : Array.isArray(schema.type) ? schema.type : [];
  const types = given.map((type) => (typeof type === "string" ? (TYPE_ALIASES[type] ?? type) : ""));
  return [...new Set(types.filter((type) => TYPES.has(type)))];
}

function describeText(text: string): string {
  return clip(oneLine(text.slice(0, DESCRIPTION_CHARS_MAX * 4)), DESCRIPTION_CHARS_MAX);
}

function describe(schema: JsonObject, out: JsonSchema, context: Context): void {
  const text = typeof schema.description === "string" ? schema.description : "";
  const notes = [text === "" ? "" : describeText(text), discriminatorNote(schema, context)].filter(
    (note) => note !== "",
  );
  if (notes.length > 0) out.description = notes.join(" ");
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

function constrain(schema: JsonObject, out: JsonSchema, types: string[], isNullable: boolean): void {
  if (schema.default !== undefined) out.default = schema.default;
  if (schema.const !== undefined) out.const = schema.const;
  if (Array.isArray(schema.enum) && schema.enum.length > 0) constrainEnum(schema.enum, out, types, isNullable);
  for (const keyword of LENGTHS) {
    const value = schema[keyword];
    if (typeof value === "number" && Number.isInteger(value) && value >= 0) out[keyword] = value;
  }
  for (const keyword of ["maximum", "minimum"]) {
    if (typeof schema[keyword] === "number") out[keyword] = schema[keyword];
  }
  if (typeof schema.multipleOf === "number" && schema.multipleOf > 0) out.multipleOf = schema.multipleOf;
  for (const [exclusive, limit] of [
    ["exclusiveMaximum", "maximum"],
    ["exclusiveMinimum", "minimum"],
  ] as const) {
    if (typeof schema[exclusive] === "number") out[exclusive] = schema[exclusive];
    else if (schema[exclusive] === true && typeof out[limit] === "number") {
      out[exclusive] = out[limit];
      delete out[limit];
    }
  }
  if (typeof schema.pattern === "string" && isPattern(schema.pattern)) out.pattern = schema.pattern;
  if (typeof schema.uniqueItems === "boolean") out.uniqueItems = schema.uniqueItems;
  for (const keyword of ["format", "contentEncoding", "contentMediaType"]) {
    if (typeof schema[keyword] === "string") out[keyword] = schema[keyword];
  }
  if (schema.type === "file") out.format = "binary";
  if (isObject(schema.dependentRequired)) {
    const entries = Object.entries(schema.dependentRequired).filter(
      ([, names]) => Array.isArray(names) && names.every((name) => typeof name === "string"),
    );
    if (entries.length > 0) out.dependentRequired = Object.fromEntries(entries);
  }
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

function convertObjectKeywords(
  context: Context,
  schema: JsonObject,
  out: JsonSchema,
  sink: Sink,
  depth: number,
  hidden: ReadonlySet<string>,
): void {
  if (isObject(schema.properties)) {
    const properties: JsonSchema = {};
    for (const [name, property] of Object.entries(schema.properties)) {
      if (hidden.has(name) || name === "__proto__") continue;
      properties[name] = convert(context, property, sink, depth + 1, new Set());
    }
    out.properties = properties;
  }
  if (Array.isArray(schema.required)) {
    const required = [...new Set(schema.required)].filter(
      (name) => typeof name === "string" && !hidden.has(name) && name !== "__proto__",
    );
    if (required.length > 0) out.required = required;
  }
  if (isObject(schema.patternProperties)) {
    const patterns: JsonSchema = {};
    for (const [pattern, property] of Object.entries(schema.patternProperties)) {
      if (isPattern(pattern) && pattern !== "__proto__")
        patterns[pattern] = convert(context, property, sink, depth + 1, new Set());
    }
    out.patternProperties = patterns;
  }
  if (isObject(schema.dependentSchemas)) {
    const dependents: JsonSchema = {};
    for (const [name, dependent] of Object.entries(schema.dependentSchemas)) {
      if (name !== "__proto__") dependents[name] = convert(context, dependent, sink, depth + 1, new Set());
    }
    out.dependentSchemas = dependents;
  }
}

const ALL_OF_DEPTH_MAX = 12;

/** Read-only properties of the object, `allOf` branches included: a request never carries them. */
export function readOnlyNames(context: Context, schema: JsonObject, depth = 0): Set<string> {
  const names = new Set<string>();
  for (const [name, property] of Object.entries(asObject(schema.properties))) {
    if (!isObject(property)) continue;
    if (property.readOnly === true || asObject(context.resolve(property)).readOnly === true) names.add(name);
  }
  if (depth < ALL_OF_DEPTH_MAX && Array.isArray(schema.allOf)) {
    for (const branch of schema.allOf) {
      const resolved = context.resolve(branch);
      if (isObject(resolved)) for (const name of readOnlyNames(context, resolved, depth + 1)) names.add(name);
    }
  }
  return names;
}
