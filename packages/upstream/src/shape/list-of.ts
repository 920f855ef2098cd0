import { isObject, setOwn } from "../json.ts";

export interface FoundList {
  items: unknown[];
  /** Names that lead to it; none where the answer is the list. */
  path: string[];
}

const DEPTH_MAX = 3;

/** The list that an answer is, or the longest that it holds; one of things rather than one of words. */
export function listOf(value: unknown): FoundList | undefined {
  if (Array.isArray(value)) return { items: value, path: [] };
  let best: FoundList | undefined;
  const walk = (node: unknown, path: string[]): void => {
    if (!isObject(node) || path.length === DEPTH_MAX) return;
    for (const name of Object.keys(node)) {
      const child = node[name];
      const at = [...path, name];
      if (!Array.isArray(child)) walk(child, at);
      else if (!best || isBetter(child, best.items)) best = { items: child, path: at };
    }
  };
  walk(value, []);
  return best;
}

function isBetter(one: unknown[], other: unknown[]): boolean {
  const [isOfThings, isOtherOfThings] = [isObject(one[0]), isObject(other[0])];
  return isOfThings === isOtherOfThings ? one.length > other.length : isOfThings;
}

/** The list at the end of these names. */
export function listAt(value: unknown, path: readonly string[]): unknown[] | undefined {
  let node = value;
  for (const name of path) {
    if (!isObject(node) || !Object.hasOwn(node, name)) return undefined;
    node = node[name];
  }
  return Array.isArray(node) ? node : undefined;
}

/** The value with other items in the list at the end of these names, which it has. */
export function withList(value: unknown, [name, ...path]: readonly string[], items: unknown[]): unknown {
  if (name === undefined || !isObject(value)) return items;
  const copy = { ...value };
  setOwn(copy, name, withList(value[name], path, items));
  return copy;
}
