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
const CONTENT_TYPES_MAX = 6;

/** Success Response Objects of an operation. */
export function transformResponses(context: Context, operation: JsonObject): ResponseShape {
  const response = asObject(context.resolve(successResponse(asObject(operation.responses))));
  const media = context.isSwagger2 ? swagger2Media(context, operation, response) : asObject(response.content);
  const types = Object.keys(media).filter((type) => /^[\w.+*-]+\/[\w.+*-]+/.test(type) && !/[\r\n]/.test(type));
  const contentTypes = [...types.filter(isJsonType), ...types.filter((type) => !isJsonType(type))].slice(
    0,
    CONTENT_TYPES_MAX,
  );
  const json = contentTypes.find(isJsonType);
  const schema = json === undefined ? undefined : asObject(context.resolve(media[json])).schema;
  const accept = contentTypes.includes("*/*") || contentTypes.length === 0 ? ["application/json"] : contentTypes;
  return {
    plan: { accept: [...accept, "*/*;q=0.1"].join(", "), contentTypes },
    ...(schema === undefined ? {} : outputOf(context, schema)),
  };
}

function outputOf(context: Context, schema: unknown): { outputSchema: JsonSchema; sketch?: string } {
  const resolved = context.resolve(schema);
  if (!isObject(resolved)) return describeOutput(context, schema);
  return context.once("output", resolved, () => describeOutput(context, resolved));
}

function successResponse(responses: JsonObject): unknown {
  const codes = Object.keys(responses);
  const code =
    ["200", "201", "202", "203", "206"].find((value) => codes.includes(value)) ??
    codes.find((value) => /^2/.test(value)) ??
    "default";
  return Object.hasOwn(responses, code) ? responses[code] : undefined;
}

function swagger2Media(context: Context, operation: JsonObject, response: JsonObject): JsonObject {
  const produces = Array.isArray(operation.produces) ? operation.produces : asArray(context.document.root.produces);
  const types = produces.filter((type): type is string => typeof type === "string");
  const media = response.schema === undefined ? {} : { schema: response.schema };
  return Object.fromEntries((types.length > 0 ? types : ["application/json"]).map((type) => [type, media]));
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
    const { properties, items, description } = flatten(context, node, 0);
    if (description !== undefined) out.description = clip(oneLine(description.slice(0, 400)), 100);
    const names = Object.keys(properties).filter((name) => name !== "__proto__");
    if (names.length > 0 && depth < OUTPUT_DEPTH_MAX) {
      const described: JsonSchema = {};
      for (const name of names)
        if (nodes < OUTPUT_NODES_MAX) setOwn(described, name, walk(properties[name], depth + 1));
      out.properties = described;
    } else if (isObject(items) && depth < OUTPUT_DEPTH_MAX) {
      const inner = walk(items, depth + 1);
      if (Object.keys(inner).length > 0) out.items = inner;
    }
    return out;
  };
  const resolved = context.resolve(schema);
  const shape = isObject(resolved) ? flatten(context, resolved, 0) : { properties: {} as JsonObject };
  const isList = shape.items !== undefined;
  const isPlain = Object.keys(shape.properties).length === 0;
  const described = walk(schema, 0);
  const outputSchema: JsonSchema =
    isList || (isPlain && isScalar(resolved))
      ? { type: "object", properties: { result: described } }
      : { type: "object", ...described };
  const item = isList ? context.resolve(shape.items) : resolved;
  const names = isObject(item)
    ? Object.keys(flatten(context, item, 0).properties).filter((name) => /^[\w.-]{1,40}$/.test(name))
    : [];
  const list = `${names.slice(0, 6).join(", ")}${names.length > 6 ? ", …" : ""}`;
  const sketch = names.length === 0 ? undefined : `Returns ${isList ? "a list with" : ""} ${list}.`.replace("  ", " ");
  return { outputSchema, ...(sketch ? { sketch } : {}) };
}

function isScalar(schema: unknown): boolean {
  return isObject(schema) && typeof schema.type === "string" && schema.type !== "object" && schema.type !== "array";
}

interface Flat {
  properties: JsonObject;
  items?: unknown;
  description?: string;
}

function flatten(context: Context, schema: JsonObject, depth: number): Flat {
  const out: Flat = {
    properties: Object.fromEntries(
      Object.entries(asObject(schema.properties)).filter(([, property]) => asObject(property).writeOnly !== true),
    ),
    ...(isObject(schema.items) ? { items: schema.items } : {}),
    ...(typeof schema.description === "string" ? { description: schema.description } : {}),
  };
  if (depth > 6) return out;
  for (const branch of asArray(schema.allOf)) {
    const resolved = context.resolve(branch);
    if (!isObject(resolved)) continue;
    const merged = flatten(context, resolved, depth + 1);
    out.properties = { ...merged.properties, ...out.properties };
    out.items ??= merged.items;
  }
  return out;
}
