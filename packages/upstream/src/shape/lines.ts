import { parseJson } from "./parse-json.ts";

/** `application/x-ndjson`, `application/jsonl`, `application/json-seq` (RFC 7464) and their kin. */
export function isJsonLines(type: string): boolean {
  return /ndjson|jsonl|json-?seq|json-lines|stream\+json/.test(type);
}

/**
 * The values of a text with one JSON value on each line or after each record separator; undefined when one of them is not
 * JSON. The last one may be missing its end when the text was cut.
 */
export function parseJsonLines(text: string, isCut: boolean): unknown[] | undefined {
  const values: unknown[] = [];
  const records = (text.includes("\u001e") ? text.split("\u001e") : text.split("\n")).filter(
    (line) => line.trim() !== "",
  );
  for (const [i, record] of records.entries()) {
    const parsed = parseJson(record);
    if (parsed) values.push(parsed.value);
    else if (!isCut || i < records.length - 1) return undefined;
  }
  return values.length === 0 ? undefined : values;
}
