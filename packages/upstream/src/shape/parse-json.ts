type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

/**
 * JSON without losing digits: integers beyond 2^53 (ids, mostly) become strings. Undefined: not JSON. `isAsWritten`: there is no
 * number so long that the value could differ from the text.
 */
export function parseJson(text: string): { value: unknown; isAsWritten: boolean } | undefined {
  try {
    if (!/\d{16}/.test(text)) return { value: JSON.parse(text), isAsWritten: true };
    return { value: (JSON.parse as (text: string, reviver: Reviver) => unknown)(text, keepDigits), isAsWritten: false };
  } catch {
    return undefined;
  }
}

const keepDigits: Reviver = (_key, value, context) => {
  const isUnsafe = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isUnsafe && context?.source && /^-?\d+$/.test(context.source) ? context.source : value;
};
