import type { Paging } from "@portico/openapi";
import { isObject, setOwn } from "../json.ts";
import type { ArgumentProblem } from "../types.ts";

/** Where a page begins, for an API that says it in its own way. */
export interface Page {
  paging: Paging;
  /** Absent for the first page. */
  at?: string | number;
  size?: number;
}

/** The arguments as the API takes them, and which page they ask for; or what is wrong with the cursor. */
export function toPage(
  paging: Paging,
  args: Record<string, unknown>,
): { args: Record<string, unknown>; page: Page } | { problem: ArgumentProblem } {
  const name = paging.cursor ?? "cursor";
  const { [name]: given, ...others } = args;
  const asked = paging.size === undefined ? undefined : others[paging.size];
  const size = typeof asked === "number" ? asked : paging.sizeDefault;
  const sized = size === undefined ? {} : { size };
  if ((given ?? null) === null || given === "") return { args: others, page: { paging, ...sized } };
  const at = typeof given === "string" ? openCursor(given) : undefined;
  if (at === undefined) {
    const expected = "what the page before gave, or nothing for the first page";
    const got = JSON.stringify(given)?.slice(0, 80) ?? "nothing";
    return {
      problem: { argument: name, expected, got, message: `Argument "${name}": expected ${expected}; got ${got}.` },
    };
  }
  const next = { ...others };
  setOwn(next, paging.argument, at);
  return { args: next, page: { paging, at, ...sized } };
}

/** Where the page after this one begins, as a cursor; undefined when it is the last, or nothing says that there is more. */
export function nextCursor(page: Page, value: unknown, headers: Record<string, string>): string | undefined {
  const next = nextPage(page, value, headers);
  return next === undefined ? undefined : Buffer.from(JSON.stringify([next])).toString("base64url");
}

function openCursor(cursor: string): string | number | undefined {
  try {
    const opened = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown;
    const [at] = Array.isArray(opened) && opened.length === 1 ? (opened as unknown[]) : [];
    return typeof at === "string" || typeof at === "number" ? at : undefined;
  } catch {
    return undefined;
  }
}

/** Members that hold the next cursor. */
const CURSORS =
  /^(next_?cursor|next_?page_?token|next_?token|next_?page_?cursor|end_?cursor|continuation_?token|continue|after|next_?marker|next|cursor)$/i;
/** Members that say whether there is more. */
const MORE = /^(has_?more|has_?next_?page|has_?next|more|is_?truncated)$/i;
const TOTAL = /^(total|total_?count|total_?results|total_?items)$/i;
const PAGES = /^(total_?pages|page_?count|last_?page|pages)$/i;

function nextPage(
  { paging, at, size }: Page,
  value: unknown,
  headers: Record<string, string>,
): string | number | undefined {
  const link = linkNext(headers, paging.parameter);
  if (link !== undefined) return paging.style === "cursor" ? link : (asNumber(link) ?? link);
  const told = membersOf(value);
  const more = told.find(([name, member]) => MORE.test(name) && typeof member === "boolean")?.[1];
  if (more === false) return undefined;
  const list = listOf(value);
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

/** The list that an answer is, or the longest that it holds. */
function listOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  const lists = membersOf(value).flatMap(([, member]) => (Array.isArray(member) ? [member as unknown[]] : []));
  return lists.sort((one, other) => other.length - one.length)[0];
}

function numberIn(told: [string, unknown][], word: RegExp): number | undefined {
  const found = told.find(([name, member]) => word.test(name) && typeof member === "number")?.[1];
  return found as number | undefined;
}

function asNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
