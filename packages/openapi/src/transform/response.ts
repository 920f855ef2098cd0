import type { Context } from "../context.ts";
import { asArray, asObject, isObject, setOwn } from "../json.ts";
import type { Part } from "../parts.ts";
import { estimateTokens } from "../tokens.ts";
import type { JsonObject, JsonSchema, PromisedAnswer, ResponsePlan } from "../types.ts";
import { isJsonType, isMediaType } from "./media-type.ts";
import { clip, oneLine } from "./text.ts";

export interface ResponseShape {
  /** The ResponsePlan. */
  plan: Part;
  /** The output schema. */
  output?: Part;
  /** Estimated tokens of it. */
  outputTokens?: number;
  /** A few words on what comes back, for the description. */
  sketch?: string;
}

/** Of a list entry, some 260 tokens; a schema that needs more is given with its outermost names only, or not at all. */
const OUTPUT_CHARS_MAX = 1_000;
const DESCRIPTION_FRAME_CHARS = '"description":"",'.length;
const PROPERTY_FRAME_CHARS = '"":{},'.length;
const OUTPUT_DEPTH_MAX = 3;
const OUTPUT_DESCRIPTION_CHARS_MAX = 80;
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
  const plan = context.memo("response types", types.join(), () => planOf(types));
  const json = plan.contentTypes.find(isJsonType);
  const schema = json === undefined ? undefined : schemaOf(json);
  const { promised, ...output }: Output = schema === undefined ? {} : outputOf(context, schema);
  const { part } = context.memo("response plan", `${types.join()} ${promised ?? ""}`, () => ({
    part: context.parts.of(promised === undefined ? JSON.stringify(plan) : withPromise(plan, promised)),
  }));
  return { plan: part, ...output };
}

function withPromise(plan: ResponsePlan, promised: string): string {
  return `${JSON.stringify(plan).slice(0, -1)},"promised":${promised}}`;
}

function planOf(given: readonly string[]): ResponsePlan {
  const types = given.filter(isMediaType);
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
  output?: Part;
  outputTokens?: number;
  sketch?: string;
  /** A PromisedAnswer as JSON. */
  promised?: string;
}

function outputOf(context: Context, schema: unknown): Output {
  const resolved = context.resolve(schema);
  return isObject(resolved)
    ? context.once("output", resolved, () => describeOutput(context, resolved))
    : describeOutput(context, {});
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
function describeOutput(context: Context, schema: JsonObject): Output {
  const shape = flatten(context, schema);
  const isList = shape.items !== undefined;
  const item = isList ? context.resolve(shape.items) : schema;
  const { text, names } = isObject(item)
    ? context.once("described", item, () => describeItem(context, item))
    : { text: "{}", names: "" };
  const promised = promisedOf(schema, shape);
  const output = text === undefined ? undefined : outputSchema(text, schema, shape);
  return {
    ...(output === undefined ? {} : { output: context.parts.of(output), outputTokens: estimateTokens(output) }),
    ...(names === "" ? {} : { sketch: `Returns ${isList ? "a list with " : ""}${names}.` }),
    ...(promised ? { promised: JSON.stringify(promised) } : {}),
  };
}

/** The output schema as JSON, around what its object or its items are like. */
function outputSchema(described: string, schema: JsonObject, { properties, items }: Flat): string {
  if (items !== undefined) {
    const list = described === "{}" ? "{}" : `{"items":${described}}`;
    return `{"type":"object","properties":{"result":${list}}}`;
  }
  if (properties.size === 0 && isScalar(schema)) return `{"type":"object","properties":{"result":${described}}}`;
  return described === "{}" ? '{"type":"object"}' : `{"type":"object",${described.slice(1)}`;
}

interface DescribedItem {
  /** A schema as JSON; absent when it would be too large. */
  text?: string;
  /** Its first names, for a sentence. */
  names: string;
}

function describeItem(context: Context, item: JsonObject): DescribedItem {
  const names: string[] = [];
  for (const name of flatten(context, item).properties.keys()) {
    if (names.length > SKETCHED_NAMES_MAX) break;
    if (/^[\w.-]{1,40}$/.test(name)) names.push(name);
  }
  const described = describeSchema(context, item);
  return {
    ...(described ? { text: JSON.stringify(described) } : {}),
    names: `${names.slice(0, SKETCHED_NAMES_MAX).join(", ")}${names.length > SKETCHED_NAMES_MAX ? ", …" : ""}`,
  };
}

/**
 * Names and descriptions, the outermost first and as deep as a list entry has room for; undefined when it has none
 * for the outermost names.
 */
function describeSchema(context: Context, schema: unknown): JsonSchema | undefined {
  const described: JsonSchema = {};
  const queue: { node: JsonObject; out: JsonSchema; depth: number }[] = [];
  let room = OUTPUT_CHARS_MAX;
  const enter = (raw: unknown, out: JsonSchema, depth: number) => {
    const node = context.resolve(raw);
    if (!isObject(node) || depth > OUTPUT_DEPTH_MAX) return;
    if (typeof node.description === "string") {
      const description = clip(
        oneLine(node.description.slice(0, OUTPUT_DESCRIPTION_CHARS_MAX * 2)),
        OUTPUT_DESCRIPTION_CHARS_MAX,
      );
      const cost = description.length + DESCRIPTION_FRAME_CHARS;
      // What comes after the first that has no room has none either.
      if (cost <= room) out.description = description;
      room = cost <= room ? room - cost : 0;
    }
    if (depth < OUTPUT_DEPTH_MAX) queue.push({ node, out, depth });
  };
  enter(schema, described, 0);
  let isOutermost = true;
  for (let index = 0; index < queue.length; index++) {
    const { node, out, depth } = queue[index] as (typeof queue)[number];
    const { properties, items } = flatten(context, node);
    if (properties.size === 0) {
      if (!isObject(items)) continue;
      const inner: JsonSchema = {};
      out.items = inner;
      enter(items, inner, depth + 1);
      continue;
    }
    let cost = 0;
    for (const name of properties.keys()) cost += name.length + PROPERTY_FRAME_CHARS;
    if (cost > room) {
      if (isOutermost) return undefined;
      continue;
    }
    room -= cost;
    isOutermost = false;
    const inner: JsonSchema = {};
    for (const name of properties.keys()) setOwn(inner, name, {});
    out.properties = inner;
    for (const [name, property] of properties) enter(property, inner[name] as JsonSchema, depth + 1);
  }
  return described;
}

/** What holds for every answer by this schema, as far as it can be seen without solving alternatives. */
function promisedOf(schema: unknown, { properties, required, items }: Flat): PromisedAnswer | undefined {
  if (!isObject(schema) || schema.oneOf !== undefined || schema.anyOf !== undefined || schema.nullable === true)
    return undefined;
  const { type } = schema;
  if (type === "array" || (type === undefined && items !== undefined)) return { kind: "array" };
  if (type !== "object" && !(type === undefined && properties.size > 0)) return undefined;
  const documented = [...required].filter((name) => properties.has(name)).slice(0, REQUIRED_MAX);
  return { kind: "object", ...(documented.length > 0 ? { required: documented } : {}) };
}

function isScalar(schema: unknown): boolean {
  return isObject(schema) && typeof schema.type === "string" && schema.type !== "object" && schema.type !== "array";
}

/** What an object shows in an answer, `allOf` folded in. */
interface Flat {
  properties: Map<string, unknown>;
  required: Set<string>;
  items?: unknown;
}

const ALL_OF_DEPTH_MAX = 6;

function flatten(context: Context, schema: JsonObject): Flat {
  const flat: Flat = { properties: new Map(), required: new Set() };
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
  for (const name of asArray(schema.required)) if (typeof name === "string") flat.required.add(name);
  if (isObject(items)) flat.items ??= items;
  if (!Array.isArray(allOf) || depth > ALL_OF_DEPTH_MAX) return;
  for (const branch of allOf) {
    const resolved = context.resolve(branch);
    if (isObject(resolved)) gather(context, resolved, flat, depth + 1);
  }
}
