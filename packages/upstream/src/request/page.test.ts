import type { Paging } from "@portico/openapi";
import { describe, expect, it } from "vitest";
import { nextCursor, toPage } from "./page.ts";

const page: Paging = { style: "page", argument: "page", parameter: "page", size: "per_page", cursor: "cursor" };
const offset: Paging = { style: "offset", argument: "skip", parameter: "skip", size: "limit", cursor: "cursor" };
const cursor: Paging = { style: "cursor", argument: "token", parameter: "pageToken", cursor: "cursor" };
const after: Paging = { style: "cursor", argument: "starting_after", parameter: "starting_after", cursor: "cursor" };
const list = (length: number) => Array.from({ length }, (_, id) => ({ id: `i${id}` }));

/** What the next call sends for the argument; null when there is no next page. */
function nextOf(
  paging: Paging,
  args: Record<string, unknown>,
  value: unknown,
  headers: Record<string, string> = {},
): unknown {
  const first = toPage(paging, args);
  if ("problem" in first) return first.problem.message;
  const next = nextCursor(first.page, value, headers);
  if (next === undefined) return null;
  const second = toPage(paging, { ...args, cursor: next });
  return "problem" in second ? second.problem.message : second.args[paging.argument];
}

describe("the next page", () => {
  it.each<[string, Paging, Record<string, unknown>, unknown, Record<string, string>, unknown]>([
    ["a full page of a size", page, { per_page: 3 }, list(3), {}, 2],
    ["a page that is not full", page, { per_page: 3 }, list(2), {}, null],
    ["no page", page, { per_page: 3 }, [], {}, null],
    ["a page of no known size", page, {}, list(3), {}, null],
    ["the size of the document", { ...page, sizeDefault: 3 }, {}, { items: list(3) }, {}, 2],
    ["a number of pages", page, {}, { data: list(3), meta: { total_pages: 2 } }, {}, 2],
    ["the last of these", page, {}, { data: list(3), meta: { total_pages: 1 } }, {}, null],
    ["a total", page, { per_page: 3 }, { data: list(3), total: 4 }, {}, 2],
    ["all of a total", page, { per_page: 3 }, { data: list(3), total: 3 }, {}, null],
    ["a link", page, {}, list(3), { link: '<https://x/y?page=7&per_page=3>; rel="next", <https://x>; rel="last"' }, 7],
    ["a next that is none", page, { per_page: 3 }, { results: list(3), next: null }, {}, null],
    ["an address of the next", page, {}, { results: list(3), next: "https://x/?page=2" }, {}, 2],
    ["an offset", offset, { limit: 2 }, { items: list(2), total: 5 }, {}, 2],
    ["the end of an offset", offset, { limit: 2 }, { items: list(2), total: 2 }, {}, null],
    ["an offset without a total", offset, { limit: 2 }, list(2), {}, 2],
    ["a token", cursor, {}, { items: list(2), nextPageToken: "abc" }, {}, "abc"],
    [
      "a token in an object",
      cursor,
      {},
      { items: list(2), response_metadata: { next_cursor: "dXNlcjo=" } },
      {},
      "dXNlcjo=",
    ],
    ["a token in an address", cursor, {}, { items: list(2), links: { next: "/things?pageToken=xyz" } }, {}, "xyz"],
    ["an empty token", cursor, {}, { items: list(2), nextPageToken: "" }, {}, null],
    ["the last thing shown", after, {}, { data: list(2), has_more: true }, {}, "i1"],
    ["nothing after the last thing", after, {}, { data: list(2), has_more: false }, {}, null],
    ["an answer that is no list", cursor, {}, "text", {}, null],
  ])("is found by %s", (_what, paging, args, value, headers, want) => {
    expect(nextOf(paging, args, value, headers)).toEqual(want);
  });

  it("goes on from where it is", () => {
    const at = (number: number) => Buffer.from(JSON.stringify([number])).toString("base64url");
    expect(nextOf(page, { per_page: 3, cursor: at(4) }, list(3))).toBe(5);
    expect(nextOf(offset, { limit: 2, cursor: at(2) }, { items: list(2), total: 5 })).toBe(4);
    expect(nextOf(offset, { limit: 2, cursor: at(4) }, { items: list(1), total: 5 })).toBeNull();
  });

  it.each([5, "x", "W10", Buffer.from("[{}]").toString("base64url"), ["a"]])(
    "takes no cursor that no page gave: %j",
    (given) => {
      const result = toPage(page, { cursor: given });
      expect("problem" in result && result.problem.message).toMatch(/"cursor": expected what the page before gave/);
    },
  );

  it("leaves a first page as it is, null or left out", () => {
    expect(toPage(page, { per_page: 3, cursor: null })).toMatchObject({ args: { per_page: 3 }, page: { size: 3 } });
    expect(toPage(page, {})).toEqual({ args: {}, page: { paging: page } });
  });
});
