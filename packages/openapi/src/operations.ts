import type { Context } from "./context.ts";
import { asObject, asText, isObject, pointerSegment } from "./json.ts";
import type { JsonObject } from "./types.ts";

/** An Operation Object where it stands. */
export interface FoundOperation {
  key: string;
  method: string;
  path: string;
  pointer: string;
  /** Of what it shares with the other operations of its path. */
  pathPointer: string;
  operationId?: string;
  raw: JsonObject;
  pathItem: JsonObject;
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];
/** More operations than any client could be shown; the rest is reported. */
const OPERATIONS_MAX = 20_000;

/** Every operation of the Paths Object, in the order of the document. */
export function findOperations(context: Context): FoundOperation[] {
  const found: FoundOperation[] = [];
  const { paths } = context.document.root;
  if (paths !== undefined && !isObject(paths)) {
    context.report({
      code: "invalid_paths",
      severity: "error",
      pointer: "/paths",
      message: "The paths field is not an object, so there are no operations.",
    });
  }
  for (const [path, rawItem] of Object.entries(asObject(paths))) {
    if (path.startsWith("x-")) continue;
    const pointer = `/paths/${pointerSegment(path)}`;
    if (path.includes("\u0000")) {
      context.report({
        code: "invalid_path",
        pointer,
        message: "The path holds a NUL character, which no address has.",
      });
      continue;
    }
    const pathItem = resolvePathItem(context, rawItem);
    if (pathItem === undefined) {
      if (rawItem !== null && rawItem !== undefined) {
        context.report({
          code: "path_not_found",
          pointer,
          message: `The path ${path.slice(0, 200)} is described elsewhere, but that place cannot be found or may not be loaded.`,
        });
      }
      continue;
    }
    for (const [method, raw] of entriesOf(pathItem)) {
      if (!isObject(raw)) continue;
      if (found.length >= OPERATIONS_MAX) {
        context.report({
          code: "too_many_operations",
          pointer,
          message: `Only the first ${OPERATIONS_MAX} operations are used.`,
        });
        return found;
      }
      const operationId = asText(raw.operationId);
      found.push({
        key: `${method} ${path}`,
        // Methods are case-sensitive and servers know none in lower case.
        method: method === method.toLowerCase() ? method.toUpperCase() : method,
        path,
        pathPointer: pointer,
        pointer: `${pointer}/${METHODS.includes(method.toLowerCase()) ? method.toLowerCase() : `additionalOperations/${pointerSegment(method)}`}`,
        ...(operationId === undefined ? {} : { operationId }),
        raw,
        pathItem,
      });
    }
  }
  return found;
}

function entriesOf(pathItem: JsonObject): [string, unknown][] {
  const entries: [string, unknown][] = [];
  for (const method of METHODS) {
    if (Object.hasOwn(pathItem, method)) entries.push([method.toUpperCase(), pathItem[method]]);
  }
  // OpenAPI 3.2: methods without a field of their own.
  for (const [method, raw] of Object.entries(asObject(pathItem.additionalOperations))) {
    if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method) && method.toUpperCase() !== "CONNECT") entries.push([method, raw]);
  }
  return entries;
}

function resolvePathItem(context: Context, raw: unknown): JsonObject | undefined {
  const resolved = context.resolve(raw);
  if (!isObject(resolved)) return undefined;
  if (!isObject(raw) || resolved === raw) return resolved;
  // Fields beside the reference add to it (OpenAPI 3.1 allows them).
  const { $ref: _ref, ...siblings } = raw;
  return { ...resolved, ...siblings };
}
