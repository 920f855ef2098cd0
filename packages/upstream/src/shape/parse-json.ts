type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

/** JSON without losing digits: integers beyond 2^53 (ids, mostly) become strings. Undefined: not JSON. */
export function parseJson(text: string): { value: unknown } | undefined {
  try {
    if (!/\d{16}/.test(text)) return { value: JSON.parse(text) };
    return { value: (JSON.parse as (text: string, reviver: Reviver) => unknown)(text, keepDigits) };
  } catch {
    return undefined;
  }
}

const keepDigits: Reviver = (_key, value, context) => {
  const isUnsafe = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isUnsafe && context?.source && /^-?\d+$/.test(context.source) ? context.source : value;
};
