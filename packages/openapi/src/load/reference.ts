import { atPointer, isObject, pointerSegment } from "../json.ts";
import type { JsonObject } from "../types.ts";

/** Where a reference stands: what relative ones are relative to, and which schema resource `#/…` points into. */
export interface Scope {
  /** Base URI (RFC 3986 §5.1): `$id`, else `$self`, else where the file was read. */
  base: string | undefined;
  /** JSON pointer of the schema whose `$id` rules here; empty outside of one. */
  resource: string;
}

/** Keys whose members are named by the author, so that none of these is a keyword. */
const NAME_MAPS = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
  "schemas",
  "responses",
  "parameters",
  "examples",
  "requestBodies",
  "headers",
  "securitySchemes",
  "securityDefinitions",
  "links",
  "callbacks",
  "pathItems",
  "paths",
  "webhooks",
  "content",
  "mediaTypes",
  "encoding",
  "variables",
  "additionalOperations",
]);
/** Keywords that hold data: what looks like a reference in there is none. */
const DATA = new Set(["example", "default", "enum", "const"]);

/** Visits every reference of a file once, whatever its depth, and puts what `rewrite` answers in its place. */
export function rewriteReferences(root: unknown, rewrite: (ref: string) => string): void {
  const seen = new Set<object>();
  const nodes: unknown[] = [root];
  const maps: boolean[] = [false];
  while (nodes.length > 0) {
    const node = nodes.pop();
    const isMap = maps.pop() === true;
    if (node === null || typeof node !== "object" || seen.has(node)) continue;
    seen.add(node);
    if (Array.isArray(node)) {
      for (const item of node) {
        nodes.push(item);
        maps.push(false);
      }
      continue;
    }
    if (!isObject(node)) continue;
    for (const key of Object.keys(node)) {
      const value = node[key];
      if (key === "$ref" && typeof value === "string") node.$ref = rewrite(value);
      else if (isMap || !DATA.has(key)) {
        nodes.push(value);
        maps.push(!isMap && NAME_MAPS.has(key));
      }
    }
  }
}

/** Whether a schema somewhere has an `$id`; nearly no document does, and only then positions matter. */
export function hasIds(root: unknown): boolean {
  const seen = new Set<object>();
  const nodes: unknown[] = [root];
  while (nodes.length > 0) {
    const node = nodes.pop();
    if (node === null || typeof node !== "object" || seen.has(node)) continue;
    seen.add(node);
    if (isObject(node) && typeof node.$id === "string") return true;
    for (const value of Object.values(node)) nodes.push(value);
  }
  return false;
}

/**
 * The same with `$id` (JSON Schema 2020-12 §8.2.1): each is a base for what is below it. `onId` is told every id, absolute, with the
 * pointer of its schema. The depth of a file is limited before, so recursion is.
 */
export function visitScopes(
  root: unknown,
  base: string | undefined,
  visit: {
    onId?: (id: string, pointer: string) => void;
    onReference?: (node: JsonObject, ref: string, scope: Scope) => void;
  },
): void {
  const seen = new Set<object>();
  // The way from the root to where the walk is; few places need it as a pointer.
  const path: (string | number)[] = [];
  const walk = (node: unknown, isMap: boolean, outer: Scope): void => {
    if (node === null || typeof node !== "object" || seen.has(node)) return;
    seen.add(node);
    const depth = path.length;
    if (Array.isArray(node)) {
      for (let index = 0; index < node.length; index++) {
        path[depth] = index;
        walk(node[index], false, outer);
      }
      path.length = depth;
      return;
    }
    if (!isObject(node)) return;
    let scope = outer;
    const id =
      !isMap && typeof node.$id === "string" && !node.$id.startsWith("#")
        ? resolveUrl(node.$id, outer.base)
        : undefined;
    if (id !== undefined) {
      const pointer = path.map((segment) => `/${pointerSegment(String(segment))}`).join("");
      scope = { base: id, resource: pointer };
      visit.onId?.(withoutFragment(id), pointer);
    }
    if (typeof node.$ref === "string") visit.onReference?.(node, node.$ref, scope);
    for (const key of Object.keys(node)) {
      if (key === "$ref" || (!isMap && DATA.has(key))) continue;
      const value = node[key];
      if (value === null || typeof value !== "object") continue;
      path[depth] = key;
      walk(value, !isMap && NAME_MAPS.has(key), scope);
    }
    path.length = depth;
  };
  walk(root, false, { base, resource: "" });
}

/** `#/…` within a schema that has an `$id` starts there; many authors write it from the root of the file, and mean that. */
export function localReference(root: unknown, fragment: string, { resource }: Scope): string {
  if (resource === "" || (fragment !== "" && !fragment.startsWith("/"))) return fragment;
  const own = `${resource}${fragment === "/" ? "" : fragment}`;
  return atPointer(root, own) === undefined ? fragment : encodePointer(own, fragment);
}

/** The pointer becomes part of a URI; what the author wrote is encoded already. */
function encodePointer(pointer: string, written: string): string {
  const prefix = pointer.slice(0, pointer.length - written.length);
  return `${encodeURI(prefix).replaceAll("#", "%23")}${written}`;
}

/** An absolute URL, or undefined. */
export function resolveUrl(reference: string, base: string | undefined): string | undefined {
  try {
    return new URL(reference, base).href;
  } catch {
    return undefined;
  }
}

export function withoutFragment(url: string): string {
  const hash = url.indexOf("#");
  return hash < 0 ? url : url.slice(0, hash);
}

export function fragmentOf(url: string): string {
  const hash = url.indexOf("#");
  const fragment = hash < 0 ? "" : url.slice(hash + 1);
  return fragment === "/" ? "" : fragment;
}
