import type { Context } from "../context.ts";
import { asArray, asObject, isObject, setOwn } from "../json.ts";
import type { Part } from "../parts.ts";
import { estimateTokens } from "../tokens.ts";
import type { JsonObject, JsonSchema, ResponsePlan } from "../types.ts";
import { isJsonType } from "./media-type.ts";
import { clip, oneLine } from "./text.ts";

export interface ResponseShape {
  /** The ResponsePlan. */
  plan: Part;
  /** The output schema. */
  output?: Part;
  /** A few words on what comes back, for the description. */
  sketch?: string;
}

/** Of a list entry; a schema that needs more is given with its outermost names only, or not at all. */
export const OUTPUT_TOKENS_MAX = 400;
const OUTPUT_DEPTH_MAX = 3;
const OUTPUT_NODES_MAX = 60;
const OUTPUT_DESCRIPTION_CHARS_MAX = 100;
/** Property names in the sentence that tells a model what comes back. */
const SKETCHED_NAMES_MAX = 6;
const REQUIRED_MAX = 20;
const CONTENT_TYPES_MAX = 6;

/** Success Response Objects of an operation. */
export function transformResponses(context: Context, operation: JsonObject): ResponseShape {
  const response = asObject(context.resolve(successResponse(asObject(operation.responses))));
  const { types, schemaOf } = context.isSwagger2
    ? swagger2Media(context, operation, response)
    : mediaOf(context, response);
  const { part, json } = context.memo("response plan", types.join(), () => {
    const plan = planOf(types);
    return { part: context.parts.of(JSON.stringify(plan)), json: plan.contentTypes.find(isJsonType) };
  });
  const schema = json === undefined ? undefined : schemaOf(json);
  return schema === undefined ? { plan: part } : { plan: part, ...outputOf(context, schema) };
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

interface Output {
  output: Part;
  sketch?: string;
}

function outputOf(context: Context, schema: unknown): Output {
  const make = (): Output => {
    const { outputSchema, ...rest } = describeOutput(context, schema);
    return { output: context.parts.of(JSON.stringify(outputSchema)), ...rest };
  };
  const resolved = context.resolve(schema);
  return isObject(resolved) ? context.once("output", resolved, make) : make();
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
function describeOutput(context: Context, schema: unknown): Output {
  const resolved = context.resolve(schema);
  const shape: Flat = isObject(resolved) ? flatten(context, resolved, 0) : { properties: {}, required: [] };
  const isList = shape.items !== undefined;
  const isPlain = Object.keys(shape.properties).length === 0;
  const isWrapped = isList || (isPlain && isScalar(resolved));
  const outputSchema = [OUTPUT_DEPTH_MAX, isWrapped ? 2 : 1]
    .map((depthMax): JsonSchema => {
      const described = describeSchema(context, schema, depthMax);
      return isWrapped ? { type: "object", properties: { result: described } } : { type: "object", ...described };
    })
    .find((candidate) => estimateTokens(candidate) <= OUTPUT_TOKENS_MAX);
  const promised = promisedOf(resolved, shape);
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
