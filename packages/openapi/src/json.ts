import type { JsonObject } from "./types.ts";

/** True for a plain JSON object, not for an array or null. */
export function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** An own property, never one from a prototype: documents may name a key `constructor`. */
export function getOwn(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets an own property, `__proto__` included, without touching any prototype. */
export function setOwn(object: JsonObject, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

/** The object itself, or an empty one for anything else. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The array itself, or an empty one for anything else. */
export function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The string itself when it has characters. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Escapes one segment of a JSON pointer (RFC 6901). */
export function pointerSegment(segment: string): string {
  return segment.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The value at a JSON pointer given as a URI fragment (RFC 6901 §6), or undefined. */
export function atPointer(root: unknown, pointer: string): unknown {
  if (pointer === "" || pointer === "/") return root;
  let current = root;
  for (const raw of pointer.replace(/^\//, "").split("/")) {
    if (current === null || typeof current !== "object") return undefined;
    const container = current as JsonObject;
    const segment = decodeSegment(raw);
    current = Object.hasOwn(container, segment) ? container[segment] : getOwn(container, raw);
  }
  return current;
}

function decodeSegment(raw: string): string {
  let decoded = raw;
  try {
    decoded = decodeURIComponent(raw);
  } catch {
    // A lone percent sign stands for itself.
  }
  return decoded.replaceAll("~1", "/").replaceAll("~0", "~");
}
