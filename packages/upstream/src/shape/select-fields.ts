import { type AnswerPath, type AnswerShape, EACH, parseAnswerPath } from "@portico/openapi";
import { isObject, type JsonObject, setOwn } from "../json.ts";

/** What is done at one place of an answer. */
interface Place {
  isKept?: boolean;
  isDropped?: boolean;
  name?: string;
  fields: Map<string, Place>;
  each?: Place;
}

type Selection = Pick<AnswerShape, "keep" | "drop" | "rename">;

const selections = new WeakMap<Selection, Place | null>();

/**
 * A JSON value with only the fields that a shape lets through, under their new names; the value itself where it lets everything through.
 * A path that leads nowhere is passed over, as is a new name that the object has already. Lists stay lists: an item of which nothing is
 * left is an empty object. Undefined: nothing is left.
 */
export function selectFields(value: unknown, selection: Selection): unknown {
  let root = selections.get(selection);
  if (root === undefined) {
    root = compile(selection);
    selections.set(selection, root);
  }
  return root === null ? value : pick(value, root);
}

function compile({ keep, drop = [], rename = {} }: Selection): Place | null {
  const names = Object.entries(rename);
  if (!keep && drop.length === 0 && names.length === 0) return null;
  const root: Place = { fields: new Map(), ...(keep ? {} : { isKept: true }) };
  const at = (text: string): Place | undefined => {
    const path = parseAnswerPath(text);
    return path && placeAt(root, path);
  };
  for (const path of keep ?? []) {
    const place = at(path);
    if (place) place.isKept = true;
  }
  for (const path of drop) {
    const place = at(path);
    if (place) place.isDropped = true;
  }
  for (const [path, name] of names) {
    const place = at(path);
    if (place) place.name = name;
  }
  return root;
}

function placeAt(root: Place, path: AnswerPath): Place {
  let place = root;
  for (const part of path) {
    let next: Place | undefined;
    if (part === EACH) {
      place.each ??= { fields: new Map() };
      next = place.each;
    } else {
      next = place.fields.get(part);
      if (!next) {
        next = { fields: new Map() };
        place.fields.set(part, next);
      }
    }
    place = next;
  }
  return place;
}

const NOTHING: Place = { fields: new Map() };

function pick(value: unknown, place: Place, isInherited = false): unknown {
  if (place.isDropped) return undefined;
  const isKept = isInherited || place.isKept === true;
  if (Array.isArray(value)) {
    const { each } = place;
    if (!each) return isKept ? value : undefined;
    return value
      .map((item) => pick(item, each, isKept) ?? (isObject(item) && !each.isDropped ? {} : undefined))
      .filter((item) => item !== undefined);
  }
  if (!isObject(value)) return isKept ? value : undefined;
  if (place.fields.size === 0) return isKept ? value : undefined;
  const picked: JsonObject = {};
  for (const key of Object.keys(value)) {
    const field = place.fields.get(key);
    const kept = pick(value[key], field ?? NOTHING, isKept);
    if (kept === undefined) continue;
    const { name } = field ?? NOTHING;
    const isFree = name !== undefined && !Object.hasOwn(value, name) && !Object.hasOwn(picked, name);
    setOwn(picked, isFree ? name : key, kept);
  }
  return isKept || Object.keys(picked).length > 0 ? picked : undefined;
}
