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

/** Fits a JSON value into the budget: long lists lose their end first, then long texts. */
export function shrinkJson(value: unknown, budget: OutputBudget, known?: string): Shrunk {
  // Every item takes two characters at least: a short text has no long list.
  if (known !== undefined && known.length <= Math.min(budget.textCharsMax, 2 * budget.arrayItemsMax))
    return { value, text: known };
  const capped = cap(value, { items: budget.arrayItemsMax, chars: Number.POSITIVE_INFINITY });
  const text = capped.dropped === 0 && known !== undefined ? known : JSON.stringify(capped.value);
  if (text.length <= budget.textCharsMax) return { value: capped.value, text, ...noteOf(capped) };
  for (const chars of STRING_CHARS) {
    for (const items of ITEM_CAPS) {
      if (items > budget.arrayItemsMax) continue;
      const smaller = cap(value, { items, chars });
      const shorter = JSON.stringify(smaller.value);
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

interface Capped {
  value: unknown;
  dropped: number;
  clipped: number;
}

function cap(value: unknown, limits: { items: number; chars: number }): Capped {
  let dropped = 0;
  let clipped = 0;
  const walk = (node: unknown, depth: number): unknown => {
    if (typeof node === "string" && node.length > limits.chars) {
      clipped++;
      return `${node.slice(0, limits.chars)}…`;
    }
    if (depth > 200) return node;
    if (Array.isArray(node)) {
      dropped += Math.max(0, node.length - limits.items);
      const kept = node.length > limits.items ? node.slice(0, limits.items) : node;
      return kept.map((item) => walk(item, depth + 1));
    }
    if (!isObject(node)) return node;
    const out: { [key: string]: unknown } = {};
    for (const key of Object.keys(node)) setOwn(out, key, walk(node[key], depth + 1));
    return out;
  };
  const isUntouched = limits.chars === Number.POSITIVE_INFINITY && !hasLongList(value, limits.items, 0);
  return { value: isUntouched ? value : walk(value, 0), dropped, clipped };
}

function hasLongList(node: unknown, items: number, depth: number): boolean {
  if (node === null || typeof node !== "object" || depth > 200) return false;
  if (Array.isArray(node)) {
    if (node.length > items) return true;
    for (const child of node) if (hasLongList(child, items, depth + 1)) return true;
    return false;
  }
  for (const key in node) if (hasLongList((node as JsonObject)[key], items, depth + 1)) return true;
  return false;
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
