import type { Context } from "../context.ts";
import { isObject } from "../json.ts";
import type { JsonObject } from "../types.ts";
import { readOnlyNames } from "./schema.ts";

/** An object body whose properties can stand beside the parameters. */
export interface ObjectBody {
  /** All schemas of one property: `allOf` branches may each say something. */
  properties: Map<string, unknown[]>;
  required: Set<string>;
}

/** Keywords that constrain the object as a whole; lifting its properties out would lose them. */
export const WHOLE_KEYWORDS = [
  "oneOf",
  "anyOf",
  "not",
  "if",
  "then",
  "else",
  "patternProperties",
  "propertyNames",
  "minProperties",
  "maxProperties",
  "dependentRequired",
  "dependentSchemas",
  "dependencies",
  "unevaluatedProperties",
  "enum",
  "const",
  "items",
  "$dynamicRef",
];
const ALL_OF_DEPTH_MAX = 12;
const PROPERTIES_MAX = 400;

/** The properties of a plain object schema, `allOf` merged; undefined when it must stay whole. */
export function asObjectBody(context: Context, schema: unknown, bodyName?: string): ObjectBody | undefined {
  const resolved = context.resolve(schema);
  if (!isObject(resolved)) return undefined;
  return context.once(`object body ${bodyName ?? ""}`, resolved, () => ({ body: make(context, resolved, bodyName) }))
    .body;
}

function make(context: Context, resolved: JsonObject, bodyName: string | undefined): ObjectBody | undefined {
  const body: ObjectBody = { properties: new Map(), required: new Set() };
  if (!merge(context, resolved, body, 0)) return undefined;
  for (const name of [...readOnlyNames(context, resolved), "__proto__"]) {
    body.properties.delete(name);
    body.required.delete(name);
  }
  if (body.properties.size === 0 || body.properties.size > PROPERTIES_MAX) return undefined;
  if (isEnvelope(context, body, bodyName)) return undefined;
  const isComplete = [...body.required].every((name) => body.properties.has(name));
  return isComplete ? body : undefined;
}

function merge(context: Context, schema: JsonObject, body: ObjectBody, depth: number): boolean {
  if (depth > ALL_OF_DEPTH_MAX) return false;
  if (WHOLE_KEYWORDS.some((keyword) => schema[keyword] !== undefined)) return false;
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  if (!types.every((type) => type === undefined || type === "object" || type === "null")) return false;
  if (schema.additionalProperties !== undefined && schema.additionalProperties !== false) return false;
  if (!context.isLegacy && typeof schema.$ref === "string") return false;
  if (isObject(schema.properties)) {
    for (const [name, property] of Object.entries(schema.properties)) {
      const known = body.properties.get(name);
      if (known === undefined) body.properties.set(name, [property]);
      else if (!known.includes(property)) known.push(property);
    }
  }
  for (const name of Array.isArray(schema.required) ? schema.required : []) {
    if (typeof name === "string") body.required.add(name);
  }
  for (const branch of Array.isArray(schema.allOf) ? schema.allOf : []) {
    const resolved = context.resolve(branch);
    const hasSiblings =
      isObject(branch) &&
      typeof branch.$ref === "string" &&
      !context.isLegacy &&
      Object.keys(branch).some((key) => !["$ref", "description", "summary", "title"].includes(key));
    if (hasSiblings || !isObject(resolved) || !merge(context, resolved, body, depth + 1)) return false;
  }
  return true;
}

const ENVELOPE_NAMES = new Set([
  "body",
  "content",
  "data",
  "form",
  "formdata",
  "httpbody",
  "input",
  "json",
  "payload",
  "request",
  "requestbody",
]);

/**
 * `{"data": {…}}`: an argument called `data` alone says less than the body that it wraps. The same holds beside
 * other properties when both levels share a name: `name` and `data.name` are easily confused.
 */
function isEnvelope(context: Context, body: ObjectBody, bodyName: string | undefined): boolean {
  return [...body.properties].some(([name, schemas]) => {
    const isGeneric = ENVELOPE_NAMES.has(name.toLowerCase().replace(/[^a-z]/g, "")) || name === bodyName;
    const schema = context.resolve(schemas[0]);
    const isObjectLike = !isObject(schema) || schema.type === undefined || [schema.type].flat().includes("object");
    if (!isGeneric || !isObjectLike) return false;
    const inner = isObject(schema) && isObject(schema.properties) ? Object.keys(schema.properties) : [];
    return body.properties.size === 1 || inner.some((key) => body.properties.has(key));
  });
}
