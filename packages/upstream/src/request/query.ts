import type { ParameterStyle } from "@portico/openapi";
import { isEmpty, isObject } from "../json.ts";
import { encode, encodeReserved, scalarText } from "./encode.ts";

export interface QueryStyle {
  style: ParameterStyle;
  explode: boolean;
  allowReserved?: boolean;
  itemStyle?: ParameterStyle;
}

/** Percent-encoded, because a literal space or bar is not allowed in a query. */
const DELIMITERS: Partial<Record<ParameterStyle, string>> = {
  spaceDelimited: "%20",
  pipeDelimited: "%7C",
  tabDelimited: "%09",
};

/**
 * One value as `name=value` pairs, already encoded, by style and `explode` (OpenAPI "Style Values", RFC 6570).
 * Serves the query and form-urlencoded bodies. Null, `[]` and `{}` send nothing; `""` sends `name=`.
 */
export function queryPairs(name: string, value: unknown, style: QueryStyle): string[] {
  if (isEmpty(value)) return [];
  if (typeof value !== "object" && !style.allowReserved) return [`${encode(name)}=${encode(scalarText(value))}`];
  const write = style.allowReserved ? (text: string) => encodeReserved(text) : encode;
  const pair = (key: string, item: unknown) => `${encode(key)}=${write(scalarText(item))}`;
  if (style.style === "deepObject" && typeof value === "object") {
    return deepPairs(name, value).map(([key, leaf]) => pair(key, leaf));
  }
  if (Array.isArray(value)) return arrayPairs(name, value, style, write, pair);
  if (isObject(value)) return objectPairs(name, value, style, write, pair);
  return [pair(name, value)];
}

type Write = (text: string) => string;
type Pair = (key: string, item: unknown) => string;

function arrayPairs(name: string, value: unknown[], style: QueryStyle, write: Write, pair: Pair): string[] {
  const items = value.filter((item) => !isEmpty(item));
  if (items.length === 0) return [];
  const rows = style.itemStyle
    ? items.map((item) => (Array.isArray(item) ? item.map(scalarText).join(rowDelimiter(style)) : item))
    : items;
  const isNested = rows.some((item) => typeof item === "object");
  if (style.explode) return rows.map((item) => pair(name, item));
  if (isNested) return [pair(name, value)];
  const delimiter = DELIMITERS[style.style] ?? ",";
  // A delimiter inside a value must not look like one, reserved characters or not.
  const item = (text: string) => write(text).replaceAll(",", "%2C");
  return [`${encode(name)}=${rows.map((row) => item(scalarText(row))).join(delimiter)}`];
}

function rowDelimiter(style: QueryStyle): string {
  const delimiter = style.itemStyle && DELIMITERS[style.itemStyle];
  return delimiter ? decodeURIComponent(delimiter) : ",";
}

function objectPairs(
  name: string,
  value: { [key: string]: unknown },
  style: QueryStyle,
  write: Write,
  pair: Pair,
): string[] {
  const entries = Object.entries(value).filter(([, item]) => !isEmpty(item));
  if (entries.length === 0) return [];
  if (style.explode) {
    return entries.flatMap(([key, item]) => {
      const isList = Array.isArray(item) && item.every((leaf) => typeof leaf !== "object");
      return isList ? item.map((leaf) => pair(key, leaf)) : [pair(key, item)];
    });
  }
  if (entries.some(([, item]) => typeof item === "object")) return [pair(name, value)];
  const delimiter = DELIMITERS[style.style] ?? ",";
  const flat = entries.flatMap(([key, item]) => [encode(key), write(scalarText(item)).replaceAll(",", "%2C")]);
  return [`${encode(name)}=${flat.join(delimiter)}`];
}

/** `name[key][0]=…`: objects as OpenAPI says, deeper levels and lists as PHP, Rack and qs read them. */
function deepPairs(prefix: string, value: unknown): [string, unknown][] {
  if (isEmpty(value)) return [];
  if (Array.isArray(value))
    return value.filter((item) => !isEmpty(item)).flatMap((item, index) => deepPairs(`${prefix}[${index}]`, item));
  if (isObject(value)) return Object.entries(value).flatMap(([key, item]) => deepPairs(`${prefix}[${key}]`, item));
  return [[prefix, value]];
}
