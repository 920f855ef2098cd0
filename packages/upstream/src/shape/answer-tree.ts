import { type AnswerPath, EACH, formatAnswerPath } from "@portico/openapi";
import { isObject, preview } from "../json.ts";

/** A field of an answer, with all that stands at its path in any item of the lists above it. */
export interface AnswerField {
  /** As a shape names it: `data[].owner.login`. Empty for the answer itself. */
  path: string;
  /** Its name; empty for the answer itself and for the items of a list. */
  name: string;
  /** "text", "number", "yes or no", "nothing", "object", "list". */
  types: string[];
  /** How often it was there. */
  seen: number;
  /** Characters of all its values as JSON. */
  chars: number;
  /** One value, shortened; of fields without fields of their own. */
  example?: string;
  /** Items of the longest list at this place. */
  items?: number;
  fields: AnswerField[];
}

/** Items of one list that are looked at. */
const ITEMS_MAX = 100;
const FIELDS_MAX = 2_000;
const DEPTH_MAX = 12;
const EXAMPLE_CHARS_MAX = 60;

interface Growing extends Omit<AnswerField, "fields" | "path" | "types"> {
  path: AnswerPath;
  types: Set<string>;
  children: Map<string, Growing>;
  each?: Growing;
}

/** The fields of an answer as a tree, the items of a list taken together. At most 2,000 of them, 12 deep. */
export function answerTree(value: unknown): AnswerField {
  const root = growing([], "");
  let count = 0;
  const visit = (node: Growing, seen: unknown): number => {
    node.seen++;
    node.types.add(typeText(seen));
    let chars = 2;
    if (Array.isArray(seen)) {
      node.items = Math.max(node.items ?? 0, seen.length);
      const looked = seen.slice(0, ITEMS_MAX);
      for (const item of looked) {
        const isRoomy = node.path.length < DEPTH_MAX && (node.each || count < FIELDS_MAX);
        if (!isRoomy) break;
        if (!node.each) {
          node.each = growing([...node.path, EACH], "");
          count++;
        }
        chars += visit(node.each, item) + 1;
      }
      // The others are taken to be like those that were looked at.
      if (seen.length > looked.length) chars = Math.round((chars * seen.length) / looked.length);
    } else if (isObject(seen)) {
      for (const key of Object.keys(seen)) {
        let child = node.children.get(key);
        if (!child) {
          if (count >= FIELDS_MAX || node.path.length >= DEPTH_MAX) continue;
          child = growing([...node.path, key], key);
          node.children.set(key, child);
          count++;
        }
        chars += key.length + 4 + visit(child, seen[key]);
      }
    } else {
      chars = JSON.stringify(seen)?.length ?? 4;
      if (seen !== null && seen !== "") node.example ??= preview(seen, EXAMPLE_CHARS_MAX);
    }
    node.chars += chars;
    return chars;
  };
  visit(root, value);
  return finished(root);
}

function growing(path: AnswerPath, name: string): Growing {
  return { path, name, types: new Set(), seen: 0, chars: 0, children: new Map() };
}

function finished({ path, types, children, each, ...rest }: Growing): AnswerField {
  const fields = [...(each ? [each] : []), ...children.values()].map(finished);
  return { ...rest, path: formatAnswerPath(path), types: [...types], fields };
}

function typeText(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "list";
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "yes or no";
  return typeof value === "number" ? "number" : "object";
}
