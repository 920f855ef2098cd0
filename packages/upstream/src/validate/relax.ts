import type { JsonSchema } from "@portico/openapi";
import { isObject, setOwn } from "../json.ts";

/** Keywords whose values are data, not schemas. */
const DATA_KEYWORDS = new Set(["const", "default", "examples", "required", "dependentRequired", "type"]);

/**
 * The schema as it is enforced. Documents get three things wrong so often that enforcing them refuses calls
 * that the API accepts: `oneOf` whose branches overlap (any branch will do), `not` (the API says better what
 * it refuses), and an `enum` none of whose values has the `type` beside it (the values win).
 */
export function relaxSchema(schema: JsonSchema): JsonSchema {
  return relax(schema, 0) as JsonSchema;
}

const DEPTH_MAX = 200;

function relax(node: unknown, depth: number): unknown {
  if (!isObject(node) || depth > DEPTH_MAX) return node;
  const out: JsonSchema = {};
  for (const [keyword, value] of Object.entries(node)) {
    if (keyword === "not" || keyword === "oneOf") continue;
    if (keyword === "enum" || DATA_KEYWORDS.has(keyword)) setOwn(out, keyword, value);
    else if (
      keyword === "properties" ||
      keyword === "patternProperties" ||
      keyword === "$defs" ||
      keyword === "dependentSchemas"
    )
      out[keyword] = relaxEach(value, depth);
    else if (Array.isArray(value)) out[keyword] = value.map((item) => relax(item, depth + 1));
    else out[keyword] = relax(value, depth + 1);
  }
  if (Array.isArray(node.oneOf)) {
    const branches = node.oneOf.map((branch) => relax(branch, depth + 1));
    if (out.anyOf === undefined) out.anyOf = branches;
    else out.allOf = [...(Array.isArray(out.allOf) ? out.allOf : []), { anyOf: branches }];
  }
  return settleEnum(out);
}

function relaxEach(value: unknown, depth: number): unknown {
  if (!isObject(value)) return value;
  const out: JsonSchema = {};
  for (const [name, schema] of Object.entries(value)) setOwn(out, name, relax(schema, depth + 1));
  return out;
}

function settleEnum(schema: JsonSchema): JsonSchema {
  if (!Array.isArray(schema.enum) || schema.type === undefined) return schema;
  const types = [schema.type].flat();
  if (schema.enum.some((value) => value !== null && types.some((type) => hasType(value, type)))) return schema;
  const { type: _type, enum: values, ...rest } = schema;
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
