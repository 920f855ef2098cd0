import { isObject } from "./json.ts";
import type { JsonObject } from "./types.ts";

/** Equal names with different contents are told apart one by one, so there must not be many. */
const CANDIDATES_MAX = 8;

/** A function that gives one instance for equal named objects. Objects it cannot tell apart cheaply stay themselves. */
export function createInterner(): (part: JsonObject) => JsonObject {
  const byName = new Map<unknown, Map<unknown, JsonObject[]>>();
  return (part) => {
    const { name, description } = part;
    let byDescription = byName.get(name);
    if (byDescription === undefined) {
      byDescription = new Map();
      byName.set(name, byDescription);
    }
    const candidates = byDescription.get(description);
    if (candidates === undefined) {
      byDescription.set(description, [part]);
      return part;
    }
    for (const candidate of candidates) if (isEqual(candidate, part)) return candidate;
    if (candidates.length < CANDIDATES_MAX) candidates.push(part);
    return part;
  };
}

/** Equal as JSON with the keys in the same order: it only has to be quick and never wrongly true. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  const others = Object.keys(b);
  if (keys.length !== others.length) return false;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    if (key !== others[index] || !isEqual(a[key], b[key])) return false;
  }
  return true;
}
