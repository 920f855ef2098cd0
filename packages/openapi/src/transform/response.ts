import type { Context } from "../context.ts";
import { asArray, asObject, isObject, setOwn } from "../json.ts";
import type { JsonObject, JsonSchema, ResponsePlan } from "../types.ts";
import { isJsonType } from "./media-type.ts";
import { clip, oneLine } from "./text.ts";

export interface ResponseShape {
  plan: ResponsePlan;
  outputSchema?: JsonSchema;
  /** A few words on what comes back, for the description. */
  sketch?: string;
}

const OUTPUT_DEPTH_MAX = 3;
const OUTPUT_NODES_MAX = 60;
const OUTPUT_DESCRIPTION_CHARS_MAX = 100;
/** Property names in the sentence that tells a model what comes back. */
const SKETCHED_NAMES_MAX = 6;
const CONTENT_TYPES_MAX = 6;

/** Success Response Objects of an operation. */
export function transformResponses(context: Context, operation: JsonObject): ResponseShape {
  const response = asObject(context.resolve(successResponse(asObject(operation.responses))));
  const { types, schemaOf } = context.isSwagger2
    ? swagger2Media(context, operation, response)
    : mediaOf(context, response);
  const plan = context.memo("response plan", types.join(), () => planOf(types));
  const json = plan.contentTypes.find(isJsonType);
  const schema = json === undefined ? undefined : schemaOf(json);
  return schema === undefined ? { plan } : { plan, ...outputOf(context, schema) };
}

function planOf(given: readonly string[]): ResponsePlan {
  const types = given.filter((type) => /^[\w.+*-]+\/[\w.+*-]+/.test(type) && !/[\r\n]/.test(type));
  const contentTypes = [...types.filter(isJsonType), ...types.filter((type) => !isJsonType(type))].slice(
    0,
    CONTENT_TYPES_MAX,
  );
  const accept = contentTypes.includes("*/*") || contentTypes.length === 0 ? ["application/json"] : contentTypes;
  return { accept: [...accept, "*/*;q=0.1"].join(", "), contentTypes };
}

interface Media {
  types: string[];
  schemaOf(type: string): unknown;
}

function mediaOf(context: Context, response: JsonObject): Media {
  const content = asObject(response.content);
  return { types: Object.keys(content), schemaOf: (type) => asObject(context.resolve(content[type])).schema };
}

function outputOf(context: Context, schema: unknown): { outputSchema: JsonSchema; sketch?: string } {
  const resolved = context.resolve(schema);
  if (!isObject(resolved)) return describeOutput(context, schema);
  return context.once("output", resolved, () => describeOutput(context, resolved));
}

const SUCCESS_CODES = ["200", "201", "202", "203", "206"];

function successResponse(responses: JsonObject): unknown {
  const code =
    SUCCESS_CODES.find((value) => Object.hasOwn(responses, value)) ??
    Object.keys(responses).find((value) => value.startsWith("2")) ??
    "default";
  return Object.hasOwn(responses, code) ? responses[code] : undefined;
}

function swagger2Media(context: Context, operation: JsonObject, response: JsonObject): Media {
  const produces = Array.isArray(operation.produces) ? operation.produces : asArray(context.document.root.produces);
  const types = produces.filter((type): type is string => typeof type === "string");
  return { types: types.length > 0 ? types : ["application/json"], schemaOf: () => response.schema };
}

/**
 * What an answer holds, as a schema that every answer fits: names and descriptions without types, because a
 * client refuses an answer that breaks the schema and APIs often do. Lists and scalars stand under `result`.
 */
function describeOutput(context: Context, schema: unknown): { outputSchema: JsonSchema; sketch?: string } {
  let nodes = 0;
  const walk = (raw: unknown, depth: number): JsonSchema => {
    const node = context.resolve(raw);
    if (!isObject(node) || depth > OUTPUT_DEPTH_MAX || ++nodes > OUTPUT_NODES_MAX) return {};
    const out: JsonSchema = {};
    if (typeof node.description === "string") {
      out.description = clip(oneLine(node.description.slice(0, 400)), OUTPUT_DESCRIPTION_CHARS_MAX);
    }
    if (depth === OUTPUT_DEPTH_MAX) return out;
    const { properties, items } = flatten(context, node);
    if (properties.size > 0) {
      const described: JsonSchema = {};
      for (const [name, property] of properties) {
        if (nodes >= OUTPUT_NODES_MAX) break;
        setOwn(described, name, walk(property, depth + 1));
      }
      out.properties = described;
    } else if (isObject(items)) {
      const inner = walk(items, depth + 1);
      if (Object.keys(inner).length > 0) out.items = inner;
    }
    return out;
  };
  const resolved = context.resolve(schema);
  const shape: Flat = isObject(resolved) ? flatten(context, resolved) : { properties: new Map() };
  const isList = shape.items !== undefined;
  const isWrapped = isList || (shape.properties.size === 0 && isScalar(resolved));
  const described = walk(schema, 0);
  const outputSchema: JsonSchema = isWrapped
    ? { type: "object", properties: { result: described } }
    : { type: "object", ...described };
  const item = isList ? context.resolve(shape.items) : resolved;
  const itemShape = item === resolved ? shape : isObject(item) ? flatten(context, item) : undefined;
  const names = [...(itemShape?.properties.keys() ?? [])].filter((name) => /^[\w.-]{1,40}$/.test(name));
  if (names.length === 0) return { outputSchema };
  const list = `${names.slice(0, SKETCHED_NAMES_MAX).join(", ")}${names.length > SKETCHED_NAMES_MAX ? ", …" : ""}`;
  return { outputSchema, sketch: `Returns ${isList ? "a list with " : ""}${list}.` };
}

function isScalar(schema: unknown): boolean {
  return isObject(schema) && typeof schema.type === "string" && schema.type !== "object" && schema.type !== "array";
}

/** What an object shows in an answer, `allOf` folded in. */
interface Flat {
  properties: Map<string, unknown>;
  items?: unknown;
}

const ALL_OF_DEPTH_MAX = 6;

function flatten(context: Context, schema: JsonObject): Flat {
  const flat: Flat = { properties: new Map() };
  gather(context, schema, flat, 0);
  return flat;
}

function gather(context: Context, schema: JsonObject, flat: Flat, depth: number): void {
  const { properties, items, allOf } = schema;
  if (isObject(properties)) {
    for (const name of Object.keys(properties)) {
      const property = properties[name];
      const isShown = name !== "__proto__" && !(isObject(property) && property.writeOnly === true);
      if (isShown && !flat.properties.has(name)) flat.properties.set(name, property);
    }
  }
  if (isObject(items)) flat.items ??= items;
  if (!Array.isArray(allOf) || depth > ALL_OF_DEPTH_MAX) return;
  for (const branch of allOf) {
    const resolved = context.resolve(branch);
    if (isObject(resolved)) gather(context, resolved, flat, depth + 1);
  }
}
