import { nextCursor, type Page, restCursor, type Shown } from "../request/page.ts";
import type { UpstreamResponse } from "../types.ts";
import { listAt, listOf, withList } from "./list-of.ts";
import { maskSecrets } from "./mask.ts";
import type { Shrunk } from "./shrink.ts";

/** What was asked, and what came. */
interface Asked {
  page?: Page | undefined;
  response: UpstreamResponse;
  secrets: readonly string[];
}

/** A value from where its list is to be shown on. */
export interface Begun {
  value: unknown;
  /** What of it is shown is cut at its end only. */
  list?: unknown[];
  /** The list, and how many of its items are not in the value any more. */
  shown?: Shown;
  note?: string;
}

/** The value without the items of its list that calls before showed. */
export function beginList(value: unknown, shown: Shown | undefined): Begun | "gone" {
  if (!shown) {
    const found = listOf(value);
    return found ? { value, list: found.items, shown: { list: found.path, items: 0 } } : { value };
  }
  const all = listAt(value, shown.list);
  if (!all) return "gone";
  const list = all.slice(shown.items);
  return {
    value: withList(value, shown.list, list),
    list,
    shown,
    ...(all.length < shown.items ? { note: `The list has become shorter since: it has ${all.length} items now.` } : {}),
  };
}

/** How the rest of the page is asked for, or else the next page; as a cursor, where it is one, and in words. */
export function howToGoOn(
  { page, response, secrets }: Asked,
  /** All that came: what says how to go on may be left out of what is shown. */
  came: unknown,
  { left = 0 }: Shrunk,
  begun: Begun | undefined,
): { next?: string; more?: string | undefined } {
  if (!page) return { more: pageNote(response) };
  const { cursor } = page.paging;
  const { link } = response.headers;
  const headers = link === undefined ? response.headers : { ...response.headers, link: maskSecrets(link, secrets) };
  const following = nextCursor(page, came, headers);
  if (left > 0 && begun?.list && begun.shown) {
    const items = begun.shown.items + begun.list.length - left;
    const next = restCursor(page, { ...begun.shown, items });
    const pages = following === undefined ? "" : " of this page, and pages after it";
    if (next !== undefined)
      return {
        next,
        more: `… ${left} more items${pages}: call again with the same arguments and ${cursor}: "${next}".`,
      };
    return { more: `… ${left} more items are left out. Ask for a page, a filter or fewer fields to see them.` };
  }
  if (following !== undefined)
    return {
      next: following,
      more: `There is more: call again with the same arguments and ${cursor}: "${following}".`,
    };
  return page.paging.style === "list" ? { more: pageNote(response) } : {};
}

/** RFC 8288: the address of the next page is in a header that a model does not see. */
function pageNote(response: UpstreamResponse): string | undefined {
  const { link } = response.headers;
  if (link === undefined) return undefined;
  const next = /<([^<>]{1,1000})>\s*;[^,]{0,200}\brel="?next"?/i.exec(link.slice(0, 4_000))?.[1];
  return next === undefined ? undefined : `There is a next page: ${next}`;
}
