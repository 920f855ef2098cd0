import type { CallView } from "@portico/services";
import { describe, expect, it } from "vitest";
import { type CallsPage, SHOWN_MAX, withNews, withOlder } from "./calls-pages.ts";

/** Calls of these seconds, newest first; only what tells them apart matters. */
const page = (seconds: number[], nextCursor: string | null = null): CallsPage => ({
  items: seconds.map(
    (at) => ({ id: `evt_${String(at).padStart(5, "0")}`, occurredAt: new Date(at * 1_000) }) as CallView,
  ),
  nextCursor,
});
const seconds = ({ items }: CallsPage) => items.map(({ occurredAt }) => occurredAt.getTime() / 1_000);

describe("the calls on a page", () => {
  it.each<[string, CallsPage, CallsPage, number[], string | null]>([
    ["the newest, where nothing older was asked for", page([3, 2], "2"), page([4, 3], "3"), [4, 3], "3"],
    ["new ones before older ones that stay", page([5, 4, 3, 2], "2"), page([6, 5], "5"), [6, 5, 4, 3, 2], "2"],
    ["the same, where nothing is new", page([5, 4, 3], null), page([5, 4], "4"), [5, 4, 3], null],
    ["the newest alone, where there would be a gap", page([5, 4, 3, 2], "2"), page([9, 8], "8"), [9, 8], "8"],
    ["nothing, where nothing fits any more", page([5, 4], null), page([]), [], null],
    ["the newest alone, where they are all there are", page([3, 2, 1], "1"), page([3, 2]), [3, 2], null],
    ["one that came late, in its place", page([5, 3, 2], "2"), page([5, 4], "4"), [5, 4, 3, 2], "2"],
  ])("are %s", (_name, shown, fresh, want, cursor) => {
    const now = withNews(shown, fresh);
    expect([seconds(now), now.nextCursor]).toEqual([want, cursor]);
  });

  it("are each there once when older ones come", () => {
    const now = withOlder(page([5, 4, 3], "3"), page([3, 2, 1], "1"));
    expect([seconds(now), now.nextCursor]).toEqual([[5, 4, 3, 2, 1], "1"]);
  });

  it("are so many at most", () => {
    const shown = page(Array.from({ length: SHOWN_MAX - 1 }, (_, nth) => 5_000 - nth));
    expect(withOlder(shown, page([3, 2, 1], "1")).items).toHaveLength(SHOWN_MAX);
  });
});
