import type { JsonSchema } from "@portico/openapi";
import type { ErrorObject } from "ajv/dist/2020.js";
import { isObject, setOwn } from "../json.ts";

/**
 * Mends what can only have been meant one way: JSON as text, numbers and booleans as text, a number where text
 * is wanted, one item where a list is wanted, null for an optional argument that is left out. Changes `args`
 * (a copy) and returns it, or undefined when no error could be mended.
 */
export function heal(
  args: { [key: string]: unknown },
  errors: ErrorObject[],
  schema: JsonSchema,
): { [key: string]: unknown } | undefined {
  let isChanged = false;
  const done = new Set<string>();
  for (const error of errors) {
    if (error.keyword !== "type" || done.has(error.instancePath) || error.instancePath === "") continue;
    if (hasTypedBranch(error, errors)) continue;
    const place = locate(args, error.instancePath);
    if (!place) continue;
    const value = place.get();
    if (value === null) {
      if (!isRequired(schema, error.instancePath) && place.remove()) {
        isChanged = true;
        done.add(error.instancePath);
      }
      continue;
    }
    const types = [error.params.type as string | string[]].flat();
    for (const type of types) {
      const mended = mend(value, type);
      if (mended === undefined) continue;
      place.set(mended.value);
      isChanged = true;
      done.add(error.instancePath);
      break;
    }
  }
  return isChanged ? args : undefined;
}

/** Another branch of a choice takes the type and refuses the value: then the type was meant. */
function hasTypedBranch(error: ErrorObject, errors: ErrorObject[]): boolean {
  const here = errors.filter(({ instancePath }) => instancePath === error.instancePath);
  const parentOf = ({ schemaPath }: ErrorObject) => schemaPath.slice(0, schemaPath.lastIndexOf("/"));
  const mistyped = new Set(here.filter(({ keyword }) => keyword === "type").map(parentOf));
  return here.some((other) => !["type", "anyOf", "oneOf"].includes(other.keyword) && !mistyped.has(parentOf(other)));
}

function mend(value: unknown, type: string): { value: unknown } | undefined {
  if (type === "array") {
    const parsed = typeof value === "string" && value.trimStart().startsWith("[") ? parse(value) : undefined;
    return { value: Array.isArray(parsed) ? parsed : [value] };
  }
  if (type === "object") {
    const parsed = typeof value === "string" ? parse(value) : undefined;
    return isObject(parsed) ? { value: parsed } : undefined;
  }
  if (type === "string")
    return typeof value === "number" || typeof value === "boolean" ? { value: String(value) } : undefined;
  if (typeof value !== "string") return undefined;
  if (type === "boolean") return value === "true" || value === "false" ? { value: value === "true" } : undefined;
  if (type !== "number" && type !== "integer") return undefined;
  if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(value)) return undefined;
  const number = Number(value);
  const isExact = Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
  return isExact && (type === "number" || Number.isInteger(number)) ? { value: number } : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Place {
  get(): unknown;
  set(value: unknown): void;
  remove(): boolean;
}

function locate(root: unknown, pointer: string): Place | undefined {
  const segments = pointer
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = segments.pop() as string;
  let parent = root;
  for (const segment of segments) {
    if (parent === null || typeof parent !== "object" || !Object.hasOwn(parent, segment)) return undefined;
    parent = (parent as { [key: string]: unknown })[segment];
  }
  if (parent === null || typeof parent !== "object" || !Object.hasOwn(parent, last)) return undefined;
  const holder = parent as { [key: string]: unknown };
  return {
    get: () => holder[last],
    set: (value) => setOwn(holder, last, value),
    remove: () => !Array.isArray(parent) && delete holder[last],
  };
}

/** Whether the schema wants this argument at the top; deeper requirements show up when validated again. */
function isRequired(schema: JsonSchema, pointer: string): boolean {
  const name = pointer.slice(1);
  return !name.includes("/") && Array.isArray(schema.required) && schema.required.includes(name);
}
