export type JsonObject = { [key: string]: unknown };

/** True for a plain JSON object, not for an array or null. */
export function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Sets an own property, `__proto__` included, without touching any prototype. */
export function setOwn(object: JsonObject, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

/** Nothing to serialize outside JSON: null, undefined, `[]` and `{}`. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** A short rendering of a value for a message. */
export function preview(value: unknown, charsMax = 80): string {
  const text = typeof value === "string" ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  return text.length > charsMax ? `${text.slice(0, charsMax - 1)}…` : text;
}
