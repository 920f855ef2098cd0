import { isObject, type JsonObject, setOwn } from "../json.ts";
import type { OutputBudget } from "../types.ts";

export interface Shrunk {
  value: unknown;
  text: string;
  /** What was left out, for the model; undefined when nothing was. */
  note?: string;
}

const ITEM_CAPS = [200, 100, 50, 20, 10, 5, 2, 1];
const STRING_CHARS = [20_000, 4_000, 1_000, 200];

/** Nesting beyond this breaks whatever writes or walks a value, here and in clients. */
const DEPTH_MAX = 500;

/** How much longer a value is as JSON than in the shortest of the other formats. */
const JSON_OVERHEAD = 4;

/**
 * Fits a JSON value into the budget, as it is written: long lists lose their end first, then long texts. Undefined: it is nested too deep.
 * `known`: the text of it, where that is known already.
 */
export function shrinkJson(
  value: unknown,
  budget: OutputBudget,
  known?: string,
  write: (value: unknown) => string = JSON.stringify,
): Shrunk | undefined {
  // Every item takes two characters at least: a short text has no long list.
  if (known !== undefined && known.length <= Math.min(budget.textCharsMax, 2 * budget.arrayItemsMax, DEPTH_MAX))
    return { value, text: known };
  const { isDeep, hasLongList, keysAlways } = inspect(value, budget.arrayItemsMax);
  if (isDeep) return undefined;
  const capped = hasLongList
    ? cap(value, { items: budget.arrayItemsMax, chars: Number.POSITIVE_INFINITY, total: Number.POSITIVE_INFINITY })
    : { value, dropped: 0, clipped: 0 };
  const text = capped.dropped === 0 && known !== undefined ? known : write(capped.value);
  if (text.length <= budget.textCharsMax) return { value: capped.value, text, ...noteOf(capped) };
  const jsonCharsMax = budget.textCharsMax * (write === JSON.stringify ? 1 : JSON_OVERHEAD);
  // A key takes four characters at least. Where no shorter list makes them fewer, nothing will fit.
  const caps = 4 * keysAlways > jsonCharsMax ? [] : STRING_CHARS;
  for (const chars of caps) {
    for (const items of ITEM_CAPS) {
      if (items > budget.arrayItemsMax) continue;
      const smaller = cap(value, { items, chars, total: jsonCharsMax });
      if (smaller.isOver) continue;
      const shorter = write(smaller.value);
      if (shorter.length <= budget.textCharsMax) return { value: smaller.value, text: shorter, ...noteOf(smaller) };
    }
  }
  const cut = text.slice(0, budget.textCharsMax).replace(/[\ud800-\udbff]$/, "");
  return {
    value: { text: cut },
    text: cut,
    note: `Shortened: the answer has ${text.length} characters; the first ${cut.length} are shown.`,
  };
}

/** Whether anything is nested deeper than can be written again. */
export function isTooDeep(value: unknown): boolean {
  return inspect(value, Number.POSITIVE_INFINITY).isDeep;
}

interface Inspected {
  isDeep: boolean;
  hasLongList: boolean;
  /** Keys of objects that stay when every list keeps only its first item. */
  keysAlways: number;
}

function inspect(value: unknown, itemsMax: number): Inspected {
  let isDeep = false;
  let hasLongList = false;
  let keysAlways = 0;
  const walk = (node: object, depth: number, isKept: boolean): void => {
    if (depth > DEPTH_MAX) isDeep = true;
    if (isDeep) return;
    if (Array.isArray(node)) {
      if (node.length > itemsMax) hasLongList = true;
      for (let i = 0; i < node.length; i++) {
        const child: unknown = node[i];
        if (child !== null && typeof child === "object") walk(child, depth + 1, isKept && i === 0);
      }
      return;
    }
    for (const key in node) {
      if (isKept) keysAlways++;
      const child = (node as JsonObject)[key];
      if (child !== null && typeof child === "object") walk(child, depth + 1, isKept);
    }
  };
  if (value !== null && typeof value === "object") walk(value, 0, true);
  return { isDeep, hasLongList, keysAlways };
}

interface Limits {
  /** Of each list. */
  items: number;
  /** Of each text. */
  chars: number;
  /** Of everything, as JSON: a walk ends as soon as it is clear that it will not fit. */
  total: number;
}

interface Capped {
  value: unknown;
  dropped: number;
  clipped: number;
  isOver?: boolean;
}

function cap(value: unknown, limits: Limits): Capped {
  let dropped = 0;
  let clipped = 0;
  /** Characters that the JSON has at least. */
  let size = 0;
  const walk = (node: unknown): unknown => {
    if (size > limits.total) return undefined;
    if (typeof node === "string") {
      const isLong = node.length > limits.chars;
      if (isLong) clipped++;
      size += 2 + (isLong ? limits.chars : node.length);
      return isLong ? `${node.slice(0, limits.chars)}…` : node;
    }
    size++;
    if (Array.isArray(node)) {
      const kept = node.length > limits.items ? node.slice(0, limits.items) : node;
      dropped += node.length - kept.length;
      return kept.map(walk);
    }
    if (!isObject(node)) return node;
    const out: JsonObject = {};
    for (const key of Object.keys(node)) {
      size += key.length + 3;
      if (size > limits.total) break;
      setOwn(out, key, walk(node[key]));
    }
    return out;
  };
  return { value: walk(value), dropped, clipped, isOver: size > limits.total };
}

function noteOf({ dropped, clipped }: Capped): { note?: string } {
  const parts = [
    dropped > 0 ? `${dropped} more list items` : "",
    clipped > 0 ? `the end of ${clipped} long texts` : "",
  ].filter((part) => part !== "");
  return parts.length === 0
    ? {}
    : { note: `Shortened: ${parts.join(" and ")} left out. Ask for a page, a filter or fewer fields to see more.` };
}
