import { createHash } from "node:crypto";
import type { Pages, Paging, Tool } from "@portico/openapi";
import { isObject, setOwn } from "../json.ts";
import { listOf } from "../shape/list-of.ts";
import type { ArgumentProblem } from "../types.ts";

/** Where a page begins, for an API that says it in its own way, and from where on its list is shown. */
export interface Page {
  paging: Paging;
  /** What it is a page of: a cursor is of no use beside other arguments. */
  of: string;
  /** Absent for the first page. */
  at?: string | number;
  size?: number;
  /** The list of which calls before showed so many items. */
  shown?: Shown;
}

export interface Shown {
  /** Names from the shaped answer to its list. */
  list: string[];
  items: number;
}

/** A longer one is no cursor of ours. */
const CURSOR_CHARS_MAX = 8_000;
const SHOWN_ITEMS_MAX = 100_000_000;
/** As deep as a list is looked for. */
const LIST_DEPTH_MAX = 3;

/**
 * The arguments as the API takes them, and which page they ask for; or what is wrong with the cursor. `given`: what the model gave.
 * A page that was shown in part is asked for again.
 */
export function toPage(
  { operation, shape, paging = { style: "list" } }: Pick<Tool, "operation" | "shape" | "paging">,
  args: Record<string, unknown>,
  given: Record<string, unknown> = args,
): { args: Record<string, unknown>; page: Page } | { problem: ArgumentProblem } {
  const name = paging.cursor ?? "cursor";
  const { [name]: cursor, ...others } = args;
  const pages = paging.style === "list" ? undefined : paging;
  const asked = pages?.size === undefined ? undefined : others[pages.size];
  const size = typeof asked === "number" ? asked : pages?.sizeDefault;
  const { [name]: _cursor, ...besides } = given;
  const page = {
    paging,
    of: markOf([operation, shape?.expression ?? null, besides]),
    ...(size === undefined ? {} : { size }),
  };
  if ((cursor ?? null) === null || cursor === "") return { args: others, page };
  const opened = typeof cursor === "string" ? openCursor(cursor) : undefined;
  if (!opened) return wrong(name, cursor, "what the call before gave, or nothing to begin at the first page");
  const { of, at, shown } = opened;
  if (of !== page.of)
    return wrong(name, cursor, "the other arguments as they were in the call that gave it, or no cursor to begin anew");
  if (at === undefined) return { args: others, page: { ...page, ...(shown ? { shown } : {}) } };
  if (!pages) return wrong(name, cursor, "what the call before gave, or nothing to begin anew");
  const next = { ...others };
  setOwn(next, pages.argument, at);
  return { args: next, page: { ...page, at, ...(shown ? { shown } : {}) } };
}

/** The first page of a tool without other arguments, where it has a cursor of ours. */
export function firstPage(tool: Pick<Tool, "operation" | "shape" | "paging">): Page | undefined {
  const paged = tool.paging && toPage(tool, {});
  return paged && "page" in paged ? paged.page : undefined;
}

function wrong(argument: string, cursor: unknown, expected: string): { problem: ArgumentProblem } {
  const got = JSON.stringify(cursor)?.slice(0, 80) ?? "nothing";
  return { problem: { argument, expected, got, message: `Argument "${argument}": expected ${expected}; got ${got}.` } };
}

/** Where the page after this one begins, as a cursor; undefined when it is the last, or nothing says that there is more. */
export function nextCursor(page: Page, value: unknown, headers: Record<string, string>): string | undefined {
  const next = page.paging.style === "list" ? undefined : nextPage(page, page.paging, value, headers);
  return next === undefined ? undefined : toCursor([page.of, next]);
}

/** Where the rest of this page begins, of whose list so many items were shown by now. */
export function restCursor({ of, at }: Page, { list, items }: Shown): string | undefined {
  return toCursor([of, at ?? null, items, list]);
}

function toCursor(parts: unknown[]): string | undefined {
  const cursor = Buffer.from(JSON.stringify(parts)).toString("base64url");
  return cursor.length > CURSOR_CHARS_MAX ? undefined : cursor;
}

/** The same for the same value, whatever the order of its keys; nobody can read the value from it. */
function markOf(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(ordered(value)))
    .digest("base64url")
    .slice(0, 8);
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isObject(value)) return value;
  // Some clients send null for what they leave out.
  const given = Object.entries(value).filter(([, member]) => (member ?? null) !== null);
  return given.sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, member]) => [key, ordered(member)]);
}

function openCursor(cursor: string): Pick<Page, "of" | "at" | "shown"> | undefined {
  if (cursor.length > CURSOR_CHARS_MAX) return undefined;
  try {
    const opened = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown;
    if (!Array.isArray(opened)) return undefined;
    const [of, at, items, list] = opened as unknown[];
    const isPlace = typeof at === "string" || typeof at === "number";
    if (typeof of !== "string") return undefined;
    if (opened.length === 2) return isPlace ? { of, at } : undefined;
    if (opened.length !== 4 || !(isPlace || at === null)) return undefined;
    if (!isCount(items) || !isNames(list)) return undefined;
    return { of, ...(isPlace ? { at } : {}), shown: { list, items } };
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= SHOWN_ITEMS_MAX;
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= LIST_DEPTH_MAX && value.every((name) => typeof name === "string");
}

/** Members that hold the next cursor. */
const CURSORS =
  /^(next_?cursor|next_?page_?token|next_?token|next_?page_?cursor|end_?cursor|continuation_?token|continue|after|next_?marker|next|cursor)$/i;
/** Members that say whether there is more. */
const MORE = /^(has_?more|has_?next_?page|has_?next|more|is_?truncated)$/i;
const TOTAL = /^(total|total_?count|total_?results|total_?items)$/i;
const PAGES = /^(total_?pages|page_?count|last_?page|pages)$/i;

function nextPage(
  { at, size }: Page,
  paging: Pages,
  value: unknown,
  headers: Record<string, string>,
): string | number | undefined {
  const link = linkNext(headers, paging.parameter);
  if (link !== undefined) return paging.style === "cursor" ? link : (asNumber(link) ?? link);
  const told = membersOf(value);
  const more = told.find(([name, member]) => MORE.test(name) && typeof member === "boolean")?.[1];
  if (more === false) return undefined;
  const list = listOf(value)?.items;
  if (paging.style === "cursor") {
    const found = told.find(([name, member]) => CURSORS.test(name) && typeof member === "string" && member !== "");
    if (found) return cursorIn(String(found[1]), paging.parameter);
    // Services that page by the last thing shown say only that there is more.
    const last = more === true ? list?.at(-1) : undefined;
    const id = isObject(last) ? last.id : undefined;
    return /^(starting_after|after)$/i.test(paging.parameter) && (typeof id === "string" || typeof id === "number")
      ? id
      : undefined;
  }
  if (!list || list.length === 0 || told.some(([name, member]) => /^next(_?page)?$/i.test(name) && member === null))
    return undefined;
  const isPage = paging.style === "page";
  const from = typeof at === "number" ? at : isPage ? 1 : 0;
  const next = isPage ? from + 1 : from + list.length;
  const total = numberIn(told, TOTAL);
  const pages = numberIn(told, PAGES);
  if (isPage && pages !== undefined) return from < pages ? next : undefined;
  if (!isPage && total !== undefined) return next < total ? next : undefined;
  if (isPage && total !== undefined && size !== undefined) return from * size < total ? next : undefined;
  const hasNext = told.some(([name, member]) => /^next(_?page)?$/i.test(name) && member !== undefined);
  return more === true || hasNext || (size !== undefined && list.length >= size) ? next : undefined;
}

/** RFC 8288. The API's own address of the next page has the value that it takes. */
function linkNext({ link }: Record<string, string>, parameter: string): string | undefined {
  const next = /<([^<>]{1,2000})>\s*;[^,]{0,200}\brel="?next"?/i.exec(link?.slice(0, 8_000) ?? "")?.[1];
  return next === undefined ? undefined : parameterOf(next, parameter);
}

function parameterOf(address: string, parameter: string): string | undefined {
  const base = "https://relative.invalid";
  return URL.canParse(address, base) ? (new URL(address, base).searchParams.get(parameter) ?? undefined) : undefined;
}

/** Some give a whole address where others give the value. */
function cursorIn(text: string, parameter: string): string | undefined {
  return /^(https?:)?\//.test(text) ? parameterOf(text, parameter) : text;
}

/** What an answer says beside its list: its own members, and those of the objects in it. */
function membersOf(value: unknown): [string, unknown][] {
  if (!isObject(value)) return [];
  const own = Object.entries(value);
  const inner = own.flatMap(([, member]) => (isObject(member) ? Object.entries(member) : []));
  const deeper = inner.flatMap(([, member]) => (isObject(member) ? Object.entries(member) : []));
  return [...own, ...inner, ...deeper];
}

function numberIn(told: [string, unknown][], word: RegExp): number | undefined {
  const found = told.find(([name, member]) => word.test(name) && typeof member === "number")?.[1];
  return found as number | undefined;
}

function asNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
