type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

/**
 * JSON without losing digits: integers beyond 2^53 (ids, mostly) become strings. Undefined: not JSON. `isAsWritten`: there is no
 * number so long that the value could differ from the text.
 */
export function parseJson(text: string): { value: unknown; isAsWritten: boolean } | undefined {
  try {
    if (!mayHoldLongNumber(text)) return { value: JSON.parse(text), isAsWritten: true };
    return { value: (JSON.parse as (text: string, reviver: Reviver) => unknown)(text, keepDigits), isAsWritten: false };
  } catch {
    return undefined;
  }
}

/** An integer of fewer digits is below 2^53. */
const LONG_DIGITS = 16;

/**
 * Whether a number may be so long that it loses digits. Of so many digits in a row one stands at a multiple of their count, so hardly any of a
 * text has to be looked at.
 */
export function mayHoldLongNumber(text: string): boolean {
  for (let at = LONG_DIGITS - 1; at < text.length; at += LONG_DIGITS) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let first = at;
    let last = at;
    while (first > 0 && isDigit(text.charCodeAt(first - 1))) first--;
    while (last + 1 < text.length && last - first + 1 < LONG_DIGITS && isDigit(text.charCodeAt(last + 1))) last++;
    if (last - first + 1 >= LONG_DIGITS) return true;
  }
  return false;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

const keepDigits: Reviver = (_key, value, context) => {
  const isUnsafe = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isUnsafe && context?.source && /^-?\d+$/.test(context.source) ? context.source : value;
};
