import type { Pages } from "@portico/openapi";
import { describe, expect, it } from "vitest";
import { nextCursor, restCursor, toPage } from "./page.ts";

type Paged = Pages & { cursor: string };
const operation = "GET /things";
const page: Paged = { style: "page", argument: "page", parameter: "page", size: "per_page", cursor: "cursor" };
const offset: Paged = { style: "offset", argument: "skip", parameter: "skip", size: "limit", cursor: "cursor" };
const cursor: Paged = { style: "cursor", argument: "token", parameter: "pageToken", cursor: "cursor" };
const after: Paged = { style: "cursor", argument: "starting_after", parameter: "starting_after", cursor: "cursor" };
const list = (length: number) => Array.from({ length }, (_, id) => ({ id: `i${id}` }));

/** What the next call sends for the argument; null when there is no next page. */
function nextOf(
  paging: Paged,
  args: Record<string, unknown>,
  value: unknown,
  headers: Record<string, string> = {},
): unknown {
  const first = toPage({ operation, paging }, args);
  if ("problem" in first) return first.problem.message;
  const next = nextCursor(first.page, value, headers);
  if (next === undefined) return null;
  const second = toPage({ operation, paging }, { ...args, cursor: next });
  return "problem" in second ? second.problem.message : second.args[paging.argument];
}

describe("the next page", () => {
  it.each<[string, Paged, Record<string, unknown>, unknown, Record<string, string>, unknown]>([
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
    expect(walk(page, { per_page: 3 }, () => list(3), 3)).toEqual([undefined, 2, 3]);
    expect(walk(offset, { limit: 2 }, (skip = 0) => ({ items: list(skip === 4 ? 1 : 2), total: 5 }), 9)).toEqual([
      undefined,
      2,
      4,
    ]);
  });

  it("leaves a first page as it is, null or left out", () => {
    const tool = { operation, paging: page };
    expect(toPage(tool, { per_page: 3, cursor: null })).toMatchObject({ args: { per_page: 3 }, page: { size: 3 } });
    expect(toPage(tool, {})).toEqual({ args: {}, page: { paging: page, of: expect.stringMatching(/^[\w-]{8}$/) } });
  });
});

/** The pages that are asked for, one after the other. */
function walk(
  paging: Paged,
  args: Record<string, unknown>,
  answer: (at: number | undefined) => unknown,
  calls: number,
): unknown[] {
  const asked: unknown[] = [];
  let given: string | undefined;
  for (let call = 0; call < calls; call++) {
    const opened = toPage({ operation, paging }, given === undefined ? args : { ...args, cursor: given });
    if ("problem" in opened) throw new Error(opened.problem.message);
    const at = opened.args[paging.argument] as number | undefined;
    asked.push(at);
    given = nextCursor(opened.page, answer(at), {});
    if (given === undefined) break;
  }
  return asked;
}

describe("a cursor into a page", () => {
  const tool = { operation, paging: page };
  const args = { q: "open", per_page: 100 };
  const pageOf = (given: Record<string, unknown>, of: Parameters<typeof toPage>[0] = tool) => {
    const opened = toPage(of, given);
    if ("problem" in opened) throw new Error(opened.problem.message);
    return opened;
  };
  const first = pageOf(args).page;
  const second = pageOf({ ...args, cursor: nextCursor(first, list(100), {}) ?? "" }).page;

  it.each([
    ["the first page", first, undefined],
    ["a later page", second, 2],
  ])("asks for %s again, and says what of it was shown", (_which, from, at) => {
    const shown = { list: ["data", "items"], items: 30 };
    const next = restCursor(from, shown) ?? "";
    const { args: sent, page: opened } = pageOf({ ...args, cursor: next });
    expect(sent).toEqual({ ...args, ...(at === undefined ? {} : { page: at }) });
    expect(opened).toMatchObject({ shown, size: 100, ...(at === undefined ? {} : { at }) });
    expect(nextCursor(opened, list(100), {})).toBe(nextCursor(from, list(100), {}));
  });

  it("is of a list without pages too, and of nothing else there", () => {
    const listed = { operation, paging: { style: "list" as const, cursor: "cursor" } };
    const opened = pageOf({ q: "open" }, listed);
    expect(nextCursor(opened.page, { items: list(3), has_more: true, next_cursor: "x" }, {})).toBeUndefined();
    const next = restCursor(opened.page, { list: [], items: 30 }) ?? "";
    expect(pageOf({ q: "open", cursor: next }, listed)).toMatchObject({
      args: { q: "open" },
      page: { shown: { list: [], items: 30 } },
    });
    const paged = Buffer.from(JSON.stringify([opened.page.of, 2])).toString("base64url");
    expect(toPage(listed, { q: "open", cursor: paged })).toHaveProperty("problem.argument", "cursor");
  });

  const next = restCursor(first, { list: ["items"], items: 30 }) ?? "";
  it.each<[string, Parameters<typeof toPage>[0], Record<string, unknown>]>([
    ["other arguments", tool, { ...args, q: "closed" }],
    ["an argument less", tool, { q: "open" }],
    ["another page size", tool, { ...args, per_page: 50 }],
    ["another tool", { ...tool, operation: "GET /others" }, args],
    ["another expression", { ...tool, shape: { expression: "items[?open]" } }, args],
  ])("is refused beside %s", (_what, of, given) => {
    const opened = toPage(of, { ...given, cursor: next });
    expect("problem" in opened && opened.problem.message).toMatch(/the other arguments as they were/);
  });

  it("is the same whatever the order of the arguments, and whether what is left out is null", () => {
    expect(pageOf({ per_page: 100, state: null, q: "open", cursor: next }).page.shown).toBeDefined();
  });

  it("says nothing of the arguments", () => {
    const { page: opened } = pageOf({ ...args, q: "a secret of somebody" });
    const told = Buffer.from(restCursor(opened, { list: ["items"], items: 1 }) ?? "", "base64url").toString();
    expect(told).toMatch(/^\["[\w-]{8}",null,1,\["items"\]\]$/);
  });

  const of = first.of;
  const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  it.each<[string, unknown]>([
    ["a number", 5],
    ["a list", ["a"]],
    ["any text", "x"],
    ["an empty list", made([])],
    ["an object", made([{}])],
    ["one of an older version", made([2])],
    ["a place without a mark", made([null, 2])],
    ["a place that is none", made([of, {}])],
    ["no place in no page", made([of, null])],
    ["a count below one", made([of, 2, 0, []])],
    ["a count that is none", made([of, 2, 1.5, []])],
    ["a count without an end", made([of, 2, 1e300, []])],
    ["no list", made([of, 2, 1, "items"])],
    ["a list too deep", made([of, 2, 1, ["a", "b", "c", "d"]])],
    ["names that are none", made([of, 2, 1, [0]])],
    ["more than there is", made([of, 2, 1, [], 1])],
    ["a very long one", made([of, "x".repeat(10_000)])],
  ])("is not %s", (_what, given) => {
    const opened = toPage(tool, { ...args, cursor: given });
    expect("problem" in opened && opened.problem.message).toMatch(/"cursor": expected what the call before gave/);
  });

  it("is not offered when it would be too long", () => {
    expect(nextCursor(pageOf({}, { operation, paging: cursor }).page, { nextPageToken: "x".repeat(9_000) }, {})).toBe(
      undefined,
    );
  });
});
