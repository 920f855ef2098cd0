import { asArray, asObject, atPointer, isObject, setOwn } from "./json.ts";
import { clip } from "./transform/text.ts";
import type { Dialect, JsonObject, JsonSchema } from "./types.ts";

/** Below this depth a value is free-form: conservative clients refuse recursion and long schemas. */
const DEPTH_MAX = 6;
const NODES_MAX = 1_500;
const ENUM_MAX = 100;

/**
 * The input schema as a client's model accepts it. `full` is returned as it is; the others keep an allow-list
 * of keywords, have no references, and may be looser: calls are always validated against the full schema.
 */
export function toDialect(schema: JsonSchema, dialect: Dialect): JsonSchema {
  if (dialect === "full") return schema;
  const counter = { nodes: 0 };
  const converted = simplify(schema, { root: schema, dialect, counter }, 0, new Set());
  return { ...converted, type: "object", properties: asObject(converted.properties) };
}

interface Scope {
  root: JsonSchema;
  dialect: Dialect;
  counter: { nodes: number };
}

function simplify(raw: unknown, scope: Scope, depth: number, open: ReadonlySet<string>): JsonSchema {
  if (!isObject(raw)) return freeForm({}, scope);
  const refs = new Set(open);
  const merged = flatten(raw, scope, refs, 0);
  if (merged === undefined || depth > DEPTH_MAX || ++scope.counter.nodes > NODES_MAX) {
    return freeForm(merged ?? targetOf(raw, scope), scope);
  }
  const isNullable = asArray(merged.type).includes("null") || merged.isNullable === true;
  const type = typeOf(merged);
  const out: JsonSchema = {};
  if (type !== undefined) out.type = type;
  const description = describe(merged);
  if (description !== "") out.description = description;
  const choices = choicesOf(merged, type, scope);
  if (choices) out.enum = choices;
  if (type === "object") {
    const names = Object.keys(asObject(merged.properties));
    if (names.length === 0 && depth > 0) return nullable(freeForm(merged, scope), isNullable, scope);
    const properties: JsonSchema = {};
    const required = asArray(merged.required);
    for (const name of names)
      setOwn(
        properties,
        name,
        property(asObject(merged.properties)[name], required.includes(name), scope, depth, refs),
      );
    out.properties = properties;
    const needed = scope.dialect === "openai-strict" ? names : names.filter((name) => required.includes(name));
    if (needed.length > 0 || scope.dialect === "openai-strict") out.required = needed;
    if (scope.dialect === "openai-strict") out.additionalProperties = false;
  } else if (type === "array") {
    const isTuple = asArray(merged.prefixItems).length > 0;
    const items = isObject(merged.items) && !isTuple ? merged.items : isTuple ? {} : undefined;
    out.items = simplify(items ?? { type: "string" }, scope, depth + 1, refs);
  } else if (type === undefined) return nullable(freeForm(merged, scope), isNullable, scope);
  return nullable(out, isNullable, scope);
}

function property(
  raw: unknown,
  isRequired: boolean,
  scope: Scope,
  depth: number,
  open: ReadonlySet<string>,
): JsonSchema {
  const schema = simplify(raw, scope, depth + 1, open);
  // Strict mode has no optional properties: leaving one out is sending null.
  return scope.dialect === "openai-strict" && !isRequired ? withNull(schema) : schema;
}

function nullable(schema: JsonSchema, isNullable: boolean, scope: Scope): JsonSchema {
  return isNullable && scope.dialect === "openai-strict" ? withNull(schema) : schema;
}

function withNull(schema: JsonSchema): JsonSchema {
  if (typeof schema.type !== "string") return schema;
  return {
    ...schema,
    type: [schema.type, "null"],
    ...(Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {}),
  };
}

/**
 * Free-form data: untyped for `safe`; JSON text, which the call understands, where every value needs a type and
 * every object its properties.
 */
function freeForm(schema: JsonObject, scope: Scope): JsonSchema {
  const kind = typeOf(schema);
  const text = [describe(schema), describeValues(schema, scope)].filter((part) => part !== "").join(" ");
  if (scope.dialect === "safe") {
    const shape = kind === "object" ? { type: kind } : kind === "array" ? { type: kind, items: {} } : {};
    return { ...shape, ...(text === "" ? {} : { description: text }) };
  }
  const hint =
    kind === "array"
      ? "A JSON array as text."
      : kind === "object"
        ? "A JSON object as text."
        : "Text, or any JSON value as text.";
  return { type: "string", description: [text, hint].filter((part) => part !== "").join(" ") };
}

/** What stands under the free keys of a map, which these dialects cannot state. */
function describeValues(schema: JsonObject, scope: Scope): string {
  if (!isObject(schema.additionalProperties)) return "";
  const values = targetOf(schema.additionalProperties, scope);
  const kind = typeOf(values);
  const items = isObject(values.items) ? typeOf(targetOf(values.items, scope)) : undefined;
  return kind === undefined ? "" : `(each value: ${kind}${items === undefined ? "" : ` of ${items}`})`;
}

/** What a recursive reference stands for, one hop, for its type and description. */
function targetOf(raw: JsonObject, scope: Scope): JsonObject {
  const target = typeof raw.$ref === "string" ? atPointer(scope.root, raw.$ref.slice(1)) : undefined;
  return isObject(target) ? { ...target, ...raw } : raw;
}

/** A schema without references: these and `allOf` folded in; of `oneOf` and `anyOf` the properties of all branches, none required. */
export function flatten(
  raw: JsonObject,
  scope: Pick<Scope, "root">,
  open: Set<string>,
  depth: number,
): JsonObject | undefined {
  if (depth > 20) return undefined;
  let schema = raw;
  if (typeof raw.$ref === "string") {
    if (open.has(raw.$ref)) return undefined;
    open.add(raw.$ref);
    const target = atPointer(scope.root, raw.$ref.slice(1));
    const { $ref: _ref, ...siblings } = raw;
    const flat = isObject(target) ? flatten(target, scope, open, depth + 1) : {};
    if (flat === undefined) return undefined;
    schema = { ...flat, ...siblings };
  }
  const { allOf, oneOf, anyOf, ...own } = schema;
  let out: JsonObject = own;
  for (const branch of asArray(allOf)) {
    const flat = isObject(branch) ? flatten(branch, scope, open, depth + 1) : {};
    if (flat !== undefined) out = union(out, flat);
  }
  const branches = [...asArray(oneOf), ...asArray(anyOf)].filter(isObject);
  const real = branches.filter((branch) => branch.type !== "null");
  if (real.length < branches.length) out = { ...out, isNullable: true };
  const flats = real.map((branch) => flatten(branch, scope, new Set(open), depth + 1) ?? {});
  const [first] = flats;
  if (first && flats.length === 1) return union(out, first);
  const types = new Set(flats.map(typeOf));
  if (types.has("integer") && types.has("number")) types.delete("integer");
  const [type] = types;
  return types.size === 1 && type !== undefined ? { ...out, ...choice(out, flats, type) } : out;
}

/** What holds in every branch of a choice of one type: properties of all, required of none, all their values. */
function choice(own: JsonObject, branches: JsonObject[], type: string): JsonObject {
  const values = branches.map((branch) => branch.enum ?? (branch.const === undefined ? undefined : [branch.const]));
  const isClosed = values.every(Array.isArray);
  const [described] = branches.filter((branch) => typeof branch.description === "string");
  const items = eitherOf(branches.map((branch) => branch.items).filter(isObject));
  return {
    ...(own.type === undefined ? { type } : {}),
    properties: { ...propertiesOfAny(branches), ...asObject(own.properties) },
    ...(isClosed && own.enum === undefined ? { enum: [...new Set(values.flat())] } : {}),
    ...(own.description === undefined && described ? { description: described.description } : {}),
    ...(items === undefined ? {} : { items }),
  };
}

/** A property that the branches describe differently is itself a choice. */
function propertiesOfAny(branches: JsonObject[]): JsonObject {
  const found = new Map<string, unknown[]>();
  for (const [name, schema] of branches.flatMap((branch) => Object.entries(asObject(branch.properties))))
    found.set(name, [...(found.get(name) ?? []), schema]);
  const properties: JsonObject = {};
  for (const [name, schemas] of found) setOwn(properties, name, eitherOf(schemas));
  return properties;
}

/** The schema that all are, or a choice of those that differ; undefined of none. */
function eitherOf(schemas: readonly unknown[]): unknown {
  const distinct = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  return distinct.length > 1 ? { anyOf: distinct } : distinct[0];
}

function union(a: JsonObject, b: JsonObject): JsonObject {
  const required = [...new Set([...asArray(a.required), ...asArray(b.required)])];
  return { ...b, ...a, required, properties: { ...asObject(b.properties), ...asObject(a.properties) } };
}

/** The one type of what a flat schema allows; undefined of several, and of anything. */
export function typeOf(schema: JsonObject): string | undefined {
  const types = asArray(Array.isArray(schema.type) ? schema.type : [schema.type]).filter(
    (type) => typeof type === "string" && type !== "null",
  );
  if (types.length === 1) return types[0] as string;
  if (types.length > 1) return undefined;
  if (Object.keys(asObject(schema.properties)).length > 0) return "object";
  if (isObject(schema.items)) return "array";
  const [choice] = asArray(schema.enum);
  const value = choice ?? schema.const;
  const kind = typeof value;
  if (Number.isInteger(value)) return "integer";
  return kind === "string" || kind === "number" || kind === "boolean" ? kind : undefined;
}

/** String choices only: several models refuse numbers in `enum`. */
function choicesOf(schema: JsonObject, type: string | undefined, scope: Scope): unknown[] | undefined {
  const values = Array.isArray(schema.enum) ? schema.enum : schema.const === undefined ? [] : [schema.const];
  const texts = values.filter((value) => typeof value === "string" && (value !== "" || scope.dialect === "safe"));
  const isWhole = values.every((value) => typeof value === "string" || value === null);
  return type === "string" && isWhole && texts.length > 0 && texts.length <= ENUM_MAX ? texts : undefined;
}

const HINTED = [
  "format",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "pattern",
];

/** Limits that the dialect cannot state move into words. */
function describe(schema: JsonObject): string {
  const text = typeof schema.description === "string" ? schema.description : "";
  const limits = HINTED.filter((keyword) => schema[keyword] !== undefined && String(schema[keyword]).length <= 60).map(
    (keyword) => `${keyword} ${String(schema[keyword])}`,
  );
  const numbers = asArray(schema.enum).filter((value) => typeof value === "number");
  if (numbers.length > 0 && numbers.length <= ENUM_MAX) limits.push(`one of ${numbers.join(", ")}`);
  const hint = limits.length === 0 ? "" : `(${limits.join(", ")})`;
  return clip([text, hint].filter((part) => part !== "").join(" "), 400);
}
