import { isObject, setOwn } from "../json.ts";
import type { JsonSchema } from "../types.ts";
import { isPrivateName, isUuid } from "./credentials.ts";

const DEPTH_MAX = 12;
/** Values looked at for one schema; a list of a thousand items says no more than its first ones. */
const NODES_MAX = 20_000;
const ITEMS_MAX = 50;
const PROPERTIES_MAX = 300;
/** Objects with at least as many keys, all of them ids, are maps. */
const MAP_KEYS_MIN = 3;

export interface InferOptions {
  /** Whether a scalar may be shown as an example of the property of this name; none is when absent. */
  isShowable?: (name: string, value: string) => boolean;
  /** Properties that every one of several samples has are required. */
  hasRequired?: boolean;
}

/** A text that stands for a value of unknown type, in JSON that is a template. */
export const ANY_VALUE = "{{?}}";

/** A JSON Schema that fits all the samples. Types are united, rare properties optional, and nothing is closed. */
export function inferSchema(samples: readonly unknown[], options: InferOptions = {}): JsonSchema {
  const budget = { nodes: NODES_MAX };
  return infer(samples, "", 0, options, budget);
}

function infer(
  samples: readonly unknown[],
  name: string,
  depth: number,
  options: InferOptions,
  budget: { nodes: number },
): JsonSchema {
  budget.nodes -= samples.length;
  if (depth > DEPTH_MAX || budget.nodes < 0) return {};
  const known = samples.filter((value) => value !== ANY_VALUE && value !== undefined);
  const types = new Set(known.map(typeOf));
  if (types.has("number")) types.delete("integer");
  if (types.size === 0) return {};
  const schema: JsonSchema = { type: types.size === 1 ? [...types][0] : [...types] };
  if (types.has("object")) {
    Object.assign(schema, inferObject(known.filter(isObject), depth, options, budget));
  }
  if (types.has("array")) {
    const items = known.filter(Array.isArray).flatMap((list: unknown[]) => list.slice(0, ITEMS_MAX));
    schema.items = items.length === 0 ? {} : infer(items, name, depth + 1, options, budget);
  }
  const texts = known.filter((value) => typeof value === "string");
  const format = types.has("string") && formatOf(texts);
  if (format) schema.format = format;
  if (types.size === 1 && name !== "") {
    const example = known.find(
      (value) => ["string", "number", "boolean"].includes(typeof value) && options.isShowable?.(name, String(value)),
    );
    if (example !== undefined) schema.examples = [example];
  }
  return schema;
}

function inferObject(
  objects: Record<string, unknown>[],
  depth: number,
  options: InferOptions,
  budget: { nodes: number },
): JsonSchema {
  const values = new Map<string, unknown[]>();
  for (const object of objects) {
    for (const [key, value] of Object.entries(object)) {
      const list = values.get(key) ?? [];
      values.set(key, list);
      list.push(value);
    }
  }
  const keys = [...values.keys()];
  if (keys.length >= MAP_KEYS_MIN && keys.every((key) => isUuid(key) || /^\d+$/.test(key))) {
    return {
      additionalProperties: infer([...values.values()].flat().slice(0, ITEMS_MAX), "", depth + 1, options, budget),
    };
  }
  const { isShowable: _isShowable, ...withoutExamples } = options;
  const properties: JsonSchema = {};
  for (const [key, list] of [...values].slice(0, PROPERTIES_MAX))
    setOwn(properties, key, infer(list, key, depth + 1, isPrivateName(key) ? withoutExamples : options, budget));
  const required =
    options.hasRequired && objects.length > 1
      ? [...values].filter(([, list]) => list.length === objects.length).map(([key]) => key)
      : [];
  return { properties, ...(required.length > 0 ? { required } : {}) };
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function formatOf(texts: string[]): string | undefined {
  const all = (pattern: RegExp) => texts.length > 0 && texts.every((text) => pattern.test(text));
  if (all(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/)) return "date-time";
  if (all(/^\d{4}-\d{2}-\d{2}$/)) return "date";
  return texts.length > 0 && texts.every(isUuid) ? "uuid" : undefined;
}

/** The schema of values that came as text, as in a path or a query: numbers and booleans are recognized. */
export function inferTextSchema(values: readonly string[]): JsonSchema {
  const every = (pattern: RegExp) => values.length > 0 && values.every((value) => pattern.test(value));
  if (every(/^(?:0|-?[1-9]\d{0,14})$/)) return { type: "integer" };
  if (every(/^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?$/)) return { type: "number" };
  if (every(/^(?:true|false)$/)) return { type: "boolean" };
  const format = formatOf([...values]);
  return { type: "string", ...(format ? { format } : {}) };
}
