import { isObject, type JsonObject, setOwn } from "../json.ts";
import type { OutputBudget } from "../types.ts";

export interface Shrunk {
  value: unknown;
  text: string;
  /** What was left out, for the model; undefined when nothing was. */
  note?: string;
  /** Items at the end of the list that can be asked for again; they are not in the note. */
  left?: number;
}

/** How a value is shrunk. */
export interface ShrinkOptions {
  /** The text of it, where that is known already. */
  known?: string | undefined;
  write?: ((value: unknown) => string) | undefined;
  /** The list in it whose end can be asked for again: it is shortened before anything else is. */
  list?: unknown[] | undefined;
}

const ITEM_CAPS = [200, 100, 50, 20, 10, 5, 2, 1];
const STRING_CHARS = [20_000, 4_000, 1_000, 200];

/** Nesting beyond this breaks whatever writes or walks a value, here and in clients. */
const DEPTH_MAX = 500;

/** How much longer a value is as JSON than in the shortest of the other formats. */
const JSON_OVERHEAD = 4;

/** Fits a JSON value into the budget, as it is written: long lists lose their end first, then long texts. Undefined: it is nested too deep. */
export function shrinkJson(
  value: unknown,
  budget: OutputBudget,
  { known, write = JSON.stringify, list }: ShrinkOptions = {},
): Shrunk | undefined {
  // Every item takes two characters at least: a short text has no long list.
  if (known !== undefined && known.length <= Math.min(budget.textCharsMax, 2 * budget.arrayItemsMax, DEPTH_MAX))
    return { value, text: known };
  const { isDeep, hasLongList, keysAlways } = inspect(value, budget.arrayItemsMax);
  if (isDeep) return undefined;
  const capped = hasLongList
    ? cap(value, { ...UNLIMITED, items: budget.arrayItemsMax, list })
    : { value, dropped: 0, clipped: 0, left: 0 };
  const isWhole = capped.dropped + capped.left === 0;
  const text = isWhole && known !== undefined ? known : write(capped.value);
  if (text.length <= budget.textCharsMax) return { value: capped.value, text, ...noteOf(capped) };
  const shorter = list && shortenList(value, list, { budget, write, chars: text.length });
  if (shorter) return shorter;
  const jsonCharsMax = budget.textCharsMax * (write === JSON.stringify ? 1 : JSON_OVERHEAD);
  // A key takes four characters at least. Where no shorter list makes them fewer, nothing will fit.
  const caps = 4 * keysAlways > jsonCharsMax ? [] : STRING_CHARS;
  for (const chars of caps) {
    for (const items of ITEM_CAPS) {
      if (items > budget.arrayItemsMax) continue;
      const smaller = cap(value, { items, chars, total: jsonCharsMax, list });
      if (smaller.isOver) continue;
      const written = write(smaller.value);
      if (written.length <= budget.textCharsMax) return { value: smaller.value, text: written, ...noteOf(smaller) };
    }
  }
  return (list && cutItem(value, list, budget, write)) ?? cutText(text, budget);
}

/** How much shorter a list is tried than the one that did not fit. */
const SHORTER = 0.8;

/** With as many items of the list as fit, all else being whole; undefined when not even one does. */
function shortenList(
  value: unknown,
  list: unknown[],
  { budget, write, chars }: { budget: OutputBudget; write: (value: unknown) => string; chars: number },
): Shrunk | undefined {
  const kept = Math.min(list.length, budget.arrayItemsMax);
  // The part of them that would fit if all were alike.
  let items = Math.min(kept - 1, Math.ceil((kept * budget.textCharsMax) / chars));
  for (; items >= 1; items = Math.floor(items * SHORTER)) {
    const shorter = cap(value, { ...UNLIMITED, items: budget.arrayItemsMax, list, listItems: items });
    const text = write(shorter.value);
    if (text.length <= budget.textCharsMax) return { value: shorter.value, text, ...noteOf(shorter) };
  }
  return undefined;
}

/** One item that is too large by itself, so that what comes after it can be asked for. Undefined: what is too large is not the item. */
function cutItem(
  value: unknown,
  list: unknown[],
  budget: OutputBudget,
  write: (value: unknown) => string,
): Shrunk | undefined {
  const withItems = (listItems: number) =>
    cap(value, { ...UNLIMITED, items: budget.arrayItemsMax, list, listItems }).value;
  if (list.length < 2 || write(withItems(0)).length > budget.textCharsMax) return undefined;
  return { ...cutText(write(withItems(1)), budget, "with the next item of its list"), left: list.length - 1 };
}

function cutText(text: string, { textCharsMax }: OutputBudget, which = ""): Shrunk {
  const cut = text.slice(0, textCharsMax).replace(/[\ud800-\udbff]$/, "");
  const what = which === "" ? "the answer" : `the answer ${which}`;
  return {
    value: { text: cut },
    text: cut,
    note: `Shortened: ${what} has ${text.length} characters; the first ${cut.length} are shown.`,
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
  /** The list whose end can be asked for again, and how many of its items stay when they are fewer. */
  list?: unknown[] | undefined;
  listItems?: number;
}

const UNLIMITED = { chars: Number.POSITIVE_INFINITY, total: Number.POSITIVE_INFINITY };

interface Capped {
  value: unknown;
  dropped: number;
  clipped: number;
  /** Items at the end of the list that can be asked for again. */
  left: number;
  isOver?: boolean;
}

function cap(value: unknown, limits: Limits): Capped {
  let dropped = 0;
  let clipped = 0;
  let left = 0;
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
      const isList = node === limits.list;
      const items = isList ? Math.min(limits.items, limits.listItems ?? limits.items) : limits.items;
      const kept = node.length > items ? node.slice(0, items) : node;
      if (isList) left = node.length - kept.length;
      else dropped += node.length - kept.length;
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
  const capped = walk(value);
  return { value: capped, dropped, clipped, left, isOver: size > limits.total };
}

function noteOf({ dropped, clipped, left }: Capped): Pick<Shrunk, "note" | "left"> {
  const rest = left > 0 ? { left } : {};
  const parts = [
    dropped > 0 ? `${dropped} more list items` : "",
    clipped > 0 ? `the end of ${clipped} long texts` : "",
  ].filter((part) => part !== "");
  return parts.length === 0
    ? rest
    : {
        ...rest,
        note: `Shortened: ${parts.join(" and ")} left out. Ask for a page, a filter or fewer fields to see more.`,
      };
}
