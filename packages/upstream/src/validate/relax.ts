import type { JsonSchema } from "@portico/openapi";
import { isObject, setOwn } from "../json.ts";

/** Keywords whose values are data, not schemas. */
const DATA_KEYWORDS = new Set(["const", "default", "examples", "required", "dependentRequired", "type"]);

/** Says nothing that an `enum` beside it does not say better. */
const SCALAR_LIMITS = [
  "maxLength",
  "minLength",
  "maximum",
  "minimum",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "multipleOf",
];

/**
 * The schema as it is enforced. Documents get some things wrong so often that enforcing them refuses calls that
 * the API accepts:
 * - `oneOf` whose branches overlap: any branch will do. `not`: the API says better what it refuses.
 * - `pattern`, written for another engine or for half of the values: told to the model, judged by the API.
 * - an `enum` against the `type` or the limits beside it: its values win.
 * - `additionalProperties: false` in a branch of `allOf`, which forbids what the other branches describe.
 */
export function relaxSchema(schema: JsonSchema, { keepPatterns = false } = {}): JsonSchema {
  const place = { depth: 0, isBranch: false, branches: branchDefinitions(schema), keepPatterns };
  return relax(schema, place) as JsonSchema;
}

const DEPTH_MAX = 200;

interface Place {
  depth: number;
  /** Directly in an `allOf` with others: its properties are not all there are. */
  isBranch: boolean;
  /** References to definitions that are branches somewhere. */
  branches: ReadonlySet<string>;
  keepPatterns: boolean;
}

function relax(node: unknown, place: Place): unknown {
  const { depth, isBranch, branches } = place;
  if (!isObject(node) || depth > DEPTH_MAX) return node;
  const inside: Place = { ...place, depth: depth + 1, isBranch: false };
  const out: JsonSchema = {};
  for (const [keyword, value] of Object.entries(node)) {
    if (keyword === "not" || keyword === "oneOf" || (keyword === "pattern" && !place.keepPatterns)) continue;
    if (isBranch && (keyword === "additionalProperties" || keyword === "unevaluatedProperties") && value === false)
      continue;
    if (keyword === "enum" || DATA_KEYWORDS.has(keyword)) setOwn(out, keyword, value);
    else if (keyword === "$defs") out[keyword] = relaxEach(value, inside, (name) => branches.has(`#/$defs/${name}`));
    else if (keyword === "properties" || keyword === "patternProperties" || keyword === "dependentSchemas")
      out[keyword] = relaxEach(value, inside);
    else if (keyword === "allOf" && Array.isArray(value))
      out[keyword] = value.map((item) => relax(item, { ...inside, isBranch: isShared(node) || isBranch }));
    else if (Array.isArray(value)) out[keyword] = value.map((item) => relax(item, inside));
    else out[keyword] = relax(value, inside);
  }
  if (Array.isArray(node.oneOf)) {
    const choices = node.oneOf.map((branch) => relax(branch, inside));
    if (out.anyOf === undefined) out.anyOf = choices;
    else out.allOf = [...(Array.isArray(out.allOf) ? out.allOf : []), { anyOf: choices }];
  }
  return settleEnum(out);
}

/** More than one part of an `allOf` describes the object. */
function isShared(node: JsonSchema): boolean {
  return Array.isArray(node.allOf) && (node.allOf.length > 1 || isObject(node.properties));
}

/** References that stand as branches of an `allOf`, anywhere in the schema and in its definitions. */
function branchDefinitions(schema: JsonSchema): Set<string> {
  const found = new Set<string>();
  const stack: unknown[] = [schema];
  while (stack.length > 0) {
    const node = stack.pop();
    if (node === null || typeof node !== "object") continue;
    if (isObject(node) && Array.isArray(node.allOf) && isShared(node)) {
      for (const branch of node.allOf) if (isObject(branch) && typeof branch.$ref === "string") found.add(branch.$ref);
    }
    for (const value of Object.values(node)) stack.push(value);
  }
  return found;
}

function relaxEach(value: unknown, place: Place, isBranch: (name: string) => boolean = () => false): unknown {
  if (!isObject(value)) return value;
  const out: JsonSchema = {};
  for (const [name, schema] of Object.entries(value))
    setOwn(out, name, relax(schema, { ...place, isBranch: isBranch(name) }));
  return out;
}

function settleEnum(schema: JsonSchema): JsonSchema {
  if (!Array.isArray(schema.enum)) return schema;
  const { type, enum: values, ...others } = schema;
  const rest: JsonSchema = Object.fromEntries(
    Object.entries(others).filter(([keyword]) => !SCALAR_LIMITS.includes(keyword)),
  );
  if (type === undefined) return { ...rest, enum: values };
  const types = [type].flat();
  if (values.some((value) => value !== null && types.some((name) => hasType(value, name))))
    return { ...rest, type, enum: values };
  if (types.includes("array") || types.includes("object")) return rest;
  const texts = values.filter((value) => typeof value !== "object").map(String);
  return { ...rest, enum: [...values, ...texts.filter((text) => !values.includes(text))] };
}

function hasType(value: unknown, type: unknown): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  return typeof value === type;
}
