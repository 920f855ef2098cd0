import type { AnswerShape, Pages, Tool } from "@portico/openapi";
import { describe, expect, it } from "vitest";
import { toPage } from "../request/page.ts";
import { responseOf, toolOf } from "../testing.ts";
import type { OutputBudget, ToolResult } from "../types.ts";
import { shapeResponse } from "./shape-response.ts";

const things = Array.from({ length: 250 }, (_, id) => ({
  id: `id-${id}-`,
  name: `Thing ${id}`,
  isOpen: id % 2 === 0,
  tags: id % 10 === 0 ? Array.from({ length: 40 }, (_none, tag) => `tag ${tag}`) : ["plain"],
}));

type Answers = (sent: Record<string, unknown>) => { value: unknown; headers?: Record<string, string> };

const PAGE = 100;
const slice = (from: number) => things.slice(from, from + PAGE);

/** How an API gives its list, and how its tool pages. */
const KINDS: Record<string, { paging?: Pages; answer: Answers }> = {
  "by page": {
    paging: { style: "page", argument: "page", parameter: "page", size: "per_page", sizeDefault: PAGE },
    answer: ({ page = 1 }) => ({ value: { items: slice((Number(page) - 1) * PAGE), meta: { total_pages: 3 } } }),
  },
  "by offset": {
    paging: { style: "offset", argument: "skip", parameter: "skip", size: "limit" },
    answer: ({ skip = 0 }) => ({ value: { items: slice(Number(skip)), total: 250 } }),
  },
  "by token": {
    paging: { style: "cursor", argument: "token", parameter: "token" },
    answer: ({ token = "0" }) => {
      const next = Number(token) + PAGE;
      return { value: { items: slice(Number(token)), ...(next < 250 ? { next_token: String(next) } : {}) } };
    },
  },
  "by a link": {
    paging: { style: "page", argument: "page", parameter: "page" },
    answer: ({ page = 1 }) => ({
      value: slice((Number(page) - 1) * PAGE),
      ...(Number(page) < 3 ? { headers: { link: `<https://x/?page=${Number(page) + 1}>; rel="next"` } } : {}),
    }),
  },
  "without pages": { answer: () => ({ value: { items: things, total: 250 } }) },
  "as a bare list": { answer: () => ({ value: things }) },
};

interface Walked {
  /** What of the ids was shown, in that order. */
  ids: string[];
  calls: ToolResult[];
  sent: Record<string, unknown>[];
}

/** Calls again and again, as the text says, until it says nothing more. */
function walk(kind: string, shape: AnswerShape | undefined, budget: Partial<OutputBudget> = {}): Walked {
  const { paging, answer } = KINDS[kind] as (typeof KINDS)[string];
  const tool: Tool = {
    ...toolOf({ paging: { ...(paging ?? { style: "list" }), cursor: "cursor" } }),
    ...(shape ? { shape } : {}),
  };
  const walked: Walked = { ids: [], calls: [], sent: [] };
  for (let cursor: string | undefined; walked.calls.length < 300; ) {
    const opened = toPage(tool, cursor === undefined ? { q: "x" } : { q: "x", cursor });
    if ("problem" in opened) throw new Error(opened.problem.message);
    const { value, headers } = answer(opened.args);
    walked.sent.push(opened.args);
    const { result } = shapeResponse(tool, responseOf(JSON.stringify(value), headers), budget, { page: opened.page });
    walked.calls.push(result);
    const text = textOf(result);
    walked.ids.push(...(text.split("call again")[0]?.match(/\bid-\d+-/g) ?? []));
    cursor = /cursor: "([\w-]+)"/.exec(text)?.[1];
    if (result.structuredContent) expect(result.structuredContent.nextCursor).toBe(cursor);
    if (cursor === undefined) return walked;
  }
  throw new Error("It never ends.");
}

const textOf = ({ content }: ToolResult) =>
  content.map((item) => (item.type === "text" ? item.text : item.type)).join("\n");
const all = things.map(({ id }) => id);

describe("a list that is shortened", () => {
  it.each(Object.keys(KINDS))("is shown to its end, each item once: %s", (kind) => {
    const { ids, calls, sent } = walk(kind, { itemsMax: 30 });
    expect(ids).toEqual(all);
    const isPaged = KINDS[kind]?.paging !== undefined;
    // Of each hundred 30, 30, 30 and 10; of the last fifty 30 and 20.
    expect(calls).toHaveLength(isPaged ? 10 : 9);
    expect(sent.map(({ q }) => q)).toEqual(calls.map(() => "x"));
    if (isPaged) expect(textOf(calls[0] as ToolResult)).toContain("… 70 more items of this page, and pages after it:");
    else expect(textOf(calls[0] as ToolResult)).toContain("… 220 more items: call again with the same arguments");
    expect(textOf(calls.at(-1) as ToolResult)).not.toContain("more items:");
  });

  it.each<[string, AnswerShape, string[]]>([
    ["a table", { itemsMax: 30, format: "table", drop: ["items[].tags"] }, all],
    ["CSV", { itemsMax: 30, format: "csv" }, all],
    ["lines", { itemsMax: 30, format: "text" }, all],
    ["few fields", { itemsMax: 30, keep: ["items[].id"] }, all],
    ["other names", { itemsMax: 30, rename: { items: "found", "items[].id": "number" } }, all],
    ["a number of tokens", { tokensMax: 400 }, all],
    ["a table of few tokens", { tokensMax: 300, format: "table", keep: ["items[].id", "items[].name"] }, all],
    ["too few tokens for one item", { tokensMax: 50, keep: ["items[].id", "items[].tags"] }, all],
    [
      "what an expression filters",
      { itemsMax: 30, expression: "items[?isOpen].id" },
      all.filter((_, id) => id % 2 === 0),
    ],
    ["what an expression makes of it", { itemsMax: 30, expression: "{found: items[].{id: id}}" }, all],
  ])("is shown to its end as %s", (_what, shape, want) => {
    for (const kind of ["by page", "by offset", "by token", "without pages"])
      expect(walk(kind, shape).ids).toEqual(want);
  });

  it.each(["by page", "without pages"])("is shown to its end within the budget of the server: %s", (kind) => {
    const { ids, calls } = walk(kind, undefined, { textCharsMax: 3_000 });
    expect(ids).toEqual(all);
    for (const { content } of calls) {
      const [first] = content;
      expect(first?.type === "text" && first.text.length).toBeLessThanOrEqual(3_000);
    }
    // Nothing but the end of the list is left out where that is enough.
    expect(calls.map(textOf).join("\n")).not.toContain("list items");
    expect(walk(kind, undefined, { arrayItemsMax: 45 }).ids).toEqual(all);
  });

  it("keeps what stands beside the list, and says what else is left out", () => {
    const { calls } = walk("without pages", { itemsMax: 30 });
    for (const { structuredContent } of calls) expect(structuredContent?.total).toBe(250);
    // Lists inside its items are shortened too, and no cursor leads to their end.
    expect(textOf(calls[0] as ToolResult)).toMatch(/Shortened: 30 more list items left out\. Ask for/);
  });

  it("offers no cursor for what is no list of the answer any more", () => {
    for (const expression of ["length(items)", "items[0].name", "items[0].tags[0]"]) {
      const { calls } = walk("without pages", { itemsMax: 30, expression });
      expect(calls).toHaveLength(1);
      expect(textOf(calls[0] as ToolResult)).not.toContain("cursor");
    }
  });

  it("leads to the end of the list that an expression picks", () => {
    const { calls } = walk("without pages", { itemsMax: 30, expression: "items[10].tags" });
    expect(calls.flatMap(({ structuredContent }) => structuredContent?.result)).toEqual(things[10]?.tags);
  });

  it("leads to one list where an expression makes two, and says of the other what is left out", () => {
    const { calls, ids } = walk("without pages", {
      itemsMax: 200,
      expression: "{ids: items[].{id: id}, open: items[].isOpen}",
    });
    expect(ids).toEqual(all);
    expect(textOf(calls[0] as ToolResult)).toMatch(/Shortened: 50 more list items left out/);
  });
});

describe("a cursor into a list", () => {
  const tool = toolOf({ paging: { style: "list", cursor: "cursor" }, shape: { itemsMax: 30 } });
  const first = shapeResponse(tool, responseOf(JSON.stringify({ items: things })), {}, { page: pageOf(undefined) });
  const cursor = first.result.structuredContent?.nextCursor as string;

  function pageOf(given: string | undefined) {
    const opened = toPage(tool, given === undefined ? {} : { cursor: given });
    if ("problem" in opened) throw new Error(opened.problem.message);
    return opened.page;
  }
  const again = (body: string, headers = {}) =>
    shapeResponse(tool, responseOf(body, headers), {}, { page: pageOf(cursor) });

  it.each<[string, string, Record<string, string>]>([
    ["another answer", '{"things":[1,2]}', {}],
    ["an object in its place", '{"items":{"a":1}}', {}],
    ["a list in the place of an object", "[1,2]", {}],
    ["text", "nothing", { "content-type": "text/plain" }],
  ])("is refused for %s", (_what, body, headers) => {
    const { result } = again(body, headers);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/no list any more.*Call again without it/);
  });

  it("says so when the list has become shorter", () => {
    const { result } = again(JSON.stringify({ items: things.slice(0, 20) }));
    expect(result.isError).toBeUndefined();
    expect(result.structuredContent).toEqual({ items: [] });
    expect(textOf(result)).toContain("The list has become shorter since: it has 20 items now.");
  });

  it("keeps the whole answer once, and not again with each part", () => {
    expect(first.leftover).toBeDefined();
    expect(again(JSON.stringify({ items: things.map(({ id }) => ({ id })) })).leftover).toBeUndefined();
  });

  it("holds no secret that the API puts into the address of its next page", () => {
    const paged = toolOf({
      paging: { style: "cursor", argument: "token", parameter: "token", cursor: "cursor" },
    });
    const opened = toPage(paged, {});
    if ("problem" in opened) throw new Error(opened.problem.message);
    const headers = { link: '<https://x/?token=k3y-of-somebody>; rel="next"' };
    const { result } = shapeResponse(
      paged,
      responseOf("[1]", headers),
      {},
      {
        page: opened.page,
        secrets: ["k3y-of-somebody"],
      },
    );
    const next = result.structuredContent?.nextCursor as string;
    expect(Buffer.from(next, "base64url").toString()).not.toContain("k3y");
  });
});
