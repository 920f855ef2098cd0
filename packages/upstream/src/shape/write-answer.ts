import type { AnswerFormat } from "@portico/openapi";
import { isObject, type JsonObject } from "../json.ts";

/** Columns of a table; what an item has beside them is not shown as one. */
const COLUMNS_MAX = 40;
/** Objects inside objects that become columns of their own. */
const COLUMN_DEPTH_MAX = 3;

/**
 * A JSON value in one of the formats of an answer. A table and CSV show the list that the answer is or holds, one item a row, fields of
 * fields as columns (`owner.login`); what stands beside the list comes before it as lines. A value without a list of objects becomes lines.
 */
export function writeAnswer(value: unknown, format: AnswerFormat): string {
  if (format === "json") return JSON.stringify(value);
  if (format === "text") return linesOf(value, "").join("\n");
  const found = findList(value);
  if (!found) return linesOf(value, "").join("\n");
  const { beside, list } = found;
  const rows = list.map((item) => cellsOf(item));
  const columns = columnsOf(rows);
  const lines = isObject(beside) && Object.keys(beside).length > 0 ? [...linesOf(beside, ""), ""] : [];
  const written = format === "csv" ? writeCsv(columns, rows) : writeTable(columns, rows);
  return [...lines, ...written].join("\n");
}

interface FoundList {
  list: JsonObject[];
  beside: unknown;
}

/** The list of objects that an answer is, or the longest that it holds at its top or one step below. */
function findList(value: unknown): FoundList | undefined {
  if (isRecords(value)) return { list: value, beside: undefined };
  if (!isObject(value)) return undefined;
  let best: FoundList | undefined;
  for (const key of Object.keys(value)) {
    const child = value[key];
    const { [key]: _list, ...beside } = value;
    const found = isRecords(child) ? { list: child, beside } : isObject(child) ? nested(child, key, beside) : undefined;
    if (found && (!best || found.list.length > best.list.length)) best = found;
  }
  return best;
}

function nested(child: JsonObject, key: string, beside: JsonObject): FoundList | undefined {
  for (const name of Object.keys(child)) {
    const list = child[name];
    if (!isRecords(list)) continue;
    const { [name]: _list, ...rest } = child;
    return { list, beside: Object.keys(rest).length > 0 ? { ...beside, [key]: rest } : beside };
  }
  return undefined;
}

function isRecords(value: unknown): value is JsonObject[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

type Row = Map<string, string>;

/** The cells of one item by column. */
function cellsOf(item: JsonObject): Row {
  const cells: Row = new Map();
  const walk = (value: JsonObject, prefix: string, depth: number): void => {
    for (const key of Object.keys(value)) {
      const child = value[key];
      const name = prefix === "" ? key : `${prefix}.${key}`;
      if (isObject(child) && depth < COLUMN_DEPTH_MAX && Object.keys(child).length > 0) walk(child, name, depth + 1);
      else if (cells.size < COLUMNS_MAX) cells.set(name, scalarText(child));
    }
  };
  walk(item, "", 1);
  return cells;
}

function columnsOf(rows: Row[]): string[] {
  const columns = new Set<string>();
  for (const row of rows) for (const name of row.keys()) if (columns.size < COLUMNS_MAX) columns.add(name);
  return [...columns];
}

function writeTable(columns: string[], rows: Row[]): string[] {
  const line = (cells: string[]) => `|${cells.map(tableCell).join("|")}|`;
  return [line(columns), `|${columns.map(() => "-").join("|")}|`, ...rows.map((row) => line(valuesOf(columns, row)))];
}

/** What would end a cell or a row is written so that it does not. GitHub Flavored Markdown §4.10. */
function tableCell(text: string): string {
  return text
    .replace(/\\/g, "\\\\")
    .replace(/\|/g, "\\|")
    .replace(/\s*[\r\n]+\s*/g, " ");
}

/** RFC 4180. */
function writeCsv(columns: string[], rows: Row[]): string[] {
  return [columns, ...rows.map((row) => valuesOf(columns, row))].map((cells) => cells.map(csvCell).join(","));
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function valuesOf(columns: string[], row: Row): string[] {
  return columns.map((name) => row.get(name) ?? "");
}

function scalarText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) {
    const items = value.map(onlyValue);
    if (items.every((item) => !isNested(item))) return items.map(scalarText).join(", ");
  }
  return JSON.stringify(value);
}

/** Of an object with one field its value: `[{"name":"red"},{"name":"blue"}]` reads "red, blue". */
function onlyValue(item: unknown): unknown {
  if (!isObject(item)) return item;
  const values = Object.values(item);
  return values.length === 1 ? values[0] : item;
}

/** "name: value" a line, what is nested indented below its name. */
function linesOf(value: unknown, indent: string): string[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return [`${indent}(none)`];
    return value.flatMap((item) => {
      const [first = "", ...others] = linesOf(item, `${indent}  `);
      return [`${indent}- ${first.trimStart()}`, ...others];
    });
  }
  if (!isObject(value)) return [`${indent}${scalarText(value).replaceAll("\n", `\n${indent}`)}`];
  const lines = Object.keys(value).flatMap((key) => {
    const child = value[key];
    const isFlat =
      typeof child !== "object" || child === null || (Array.isArray(child) && child.every((item) => !isNested(item)));
    if (isFlat) return [`${indent}${key}: ${scalarText(child).replaceAll("\n", `\n${indent}  `)}`];
    return [`${indent}${key}:`, ...linesOf(child, `${indent}  `)];
  });
  return lines.length > 0 ? lines : [`${indent}(nothing)`];
}

function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
