import { flatten, typeOf } from "../dialect.ts";
import { asArray, asObject, getOwn } from "../json.ts";
import type { JsonObject, JsonSchema } from "../types.ts";

type Scalar = string | number | boolean;

/** What an argument, or each item of a list, can be restricted to. */
export interface Choosable {
  /** The document's own values; absent where any text or number will do. */
  choices?: Scalar[];
  type: "string" | "number" | "integer" | "boolean";
  isList: boolean;
}

/** The schema of one argument with references folded in; empty for one that has no end. */
export function flatSchema(root: JsonSchema, argument: string): JsonObject {
  return flattened(root, getOwn(asObject(root.properties), argument));
}

function flattened(root: JsonSchema, raw: unknown): JsonObject {
  return flatten(asObject(raw), { root }, new Set(), 0) ?? {};
}

/** How an argument can be restricted; undefined for one that cannot. */
export function choosable(root: JsonSchema, argument: string): Choosable | undefined {
  const flat = flatSchema(root, argument);
  if (typeOf(flat) !== "array") return choosableOf(flat, false);
  return asArray(flat.prefixItems).length > 0 ? undefined : choosableOf(flattened(root, flat.items), true);
}

function choosableOf(flat: JsonObject, isList: boolean): Choosable | undefined {
  const type = typeOf(flat);
  if (type !== "string" && type !== "number" && type !== "integer" && type !== "boolean") return undefined;
  if (flat.contentEncoding !== undefined || flat.format === "binary") return undefined;
  const listed = Array.isArray(flat.enum) ? flat.enum : flat.const === undefined ? undefined : [flat.const];
  const choices = type === "boolean" && !listed ? [true, false] : listed?.filter(isScalar);
  if (choices?.length === 0) return undefined;
  return { type, isList, ...(choices ? { choices } : {}) };
}

export function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Which of these values an argument cannot have. */
export function misfits({ choices, type }: Choosable, values: readonly Scalar[]): Scalar[] {
  return values.filter((value) => {
    if (choices) return !choices.includes(value);
    return type === "integer" ? !Number.isSafeInteger(value) : typeof value !== type;
  });
}

/** The schema of an argument that takes only these values. Null is none of them: leaving it out is. */
export function restricted(root: JsonSchema, argument: string, values: readonly Scalar[]): JsonSchema {
  const raw = asObject(getOwn(asObject(root.properties), argument));
  const found = choosable(root, argument);
  if (!found || values.length === 0) return raw;
  if (!found.isList) return { ...raw, type: found.type, enum: values };
  const items = asObject(flatSchema(root, argument).items);
  return { ...raw, items: { ...items, type: found.type, enum: values } };
}

/** Whether a value is of the right kind for an argument, as far as its type and its values tell. */
export function fitsKind(root: JsonSchema, argument: string, value: unknown): boolean {
  const flat = flatSchema(root, argument);
  if (Array.isArray(flat.enum) && !flat.enum.some((one) => JSON.stringify(one) === JSON.stringify(value))) return false;
  const types = asArray(Array.isArray(flat.type) ? flat.type : [flat.type]).filter((type) => typeof type === "string");
  return types.length === 0 || types.some((type) => isOfType(value, type));
}

function isOfType(value: unknown, type: unknown): boolean {
  if (value === null) return type === "null";
  if (Array.isArray(value)) return type === "array";
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}
