import type { CallView } from "@portico/services";

/** Calls as they are shown, newest first, and where older ones begin. */
export interface CallsPage {
  items: CallView[];
  nextCursor: string | null;
}

/** Rows that a page draws before it says to narrow the filter. */
export const SHOWN_MAX = 1_000;

/**
 * What is shown once the newest calls were read anew. Older ones that somebody had asked for stay, unless so many came in between that
 * there would be a gap.
 */
export function withNews(shown: CallsPage, fresh: CallsPage): CallsPage {
  const known = new Set(shown.items.map(({ id }) => id));
  const news = fresh.items.filter(({ id }) => !known.has(id));
  const isGap = news.length === fresh.items.length;
  const isAll = fresh.nextCursor === null;
  if (isGap || isAll || shown.items.length <= fresh.items.length) return fresh;
  return trimmed({ items: [...news, ...shown.items].toSorted(byTime), nextCursor: shown.nextCursor });
}

/** What is shown with the next page behind it. */
export function withOlder(shown: CallsPage, older: CallsPage): CallsPage {
  const known = new Set(shown.items.map(({ id }) => id));
  const items = [...shown.items, ...older.items.filter(({ id }) => !known.has(id))];
  return trimmed({ items, nextCursor: older.nextCursor });
}

function trimmed({ items, nextCursor }: CallsPage): CallsPage {
  return { items: items.slice(0, SHOWN_MAX), nextCursor };
}

/** Newest first, as the verb lists them. */
function byTime(one: CallView, other: CallView): number {
  return other.occurredAt.getTime() - one.occurredAt.getTime() || (one.id < other.id ? 1 : -1);
}
