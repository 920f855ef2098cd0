import { describe, expect, it } from "vitest";
import { applyOverrides } from "./override.ts";
import { detectPaging, withShape } from "./paging.ts";
import { compiled } from "./testing.ts";
import type { AnswerShape, Tool } from "./types.ts";

async function toolWith(parameters: object[], method = "get") {
  const { tools } = await compiled({
    paths: {
      "/things": { [method]: { parameters: parameters.map((one) => ({ in: "query", ...one })), responses: {} } },
    },
  });
  return tools[0] as (typeof tools)[number];
}
const integer = { type: "integer" };
const text = { type: "string" };

describe("paging", () => {
  it.each<[string, object[], object | undefined]>([
    [
      "pages",
      [
        { name: "page", schema: integer },
        { name: "per_page", schema: { ...integer, default: 30 } },
      ],
      { style: "page", argument: "page", size: "per_page", sizeDefault: 30 },
    ],
    [
      "offsets",
      [
        { name: "offset", schema: integer },
        { name: "limit", schema: integer },
      ],
      { style: "offset", argument: "offset", size: "limit" },
    ],
    [
      "cursors",
      [
        { name: "starting_after", schema: text },
        { name: "limit", schema: integer },
      ],
      { style: "cursor", argument: "starting_after" },
    ],
    ["tokens", [{ name: "pageToken", schema: text }], { style: "cursor", argument: "pageToken" }],
    [
      "a cursor rather than a page",
      [
        { name: "page", schema: integer },
        { name: "cursor", schema: text },
      ],
      { style: "cursor", argument: "cursor" },
    ],
    [
      "a date that only begins",
      [
        { name: "from", schema: { type: "string", format: "date" } },
        { name: "limit", schema: integer },
      ],
      undefined,
    ],
    ["a start without a size", [{ name: "start", schema: integer }], undefined],
    ["a page that is needed", [{ name: "page", required: true, schema: integer }], undefined],
    ["a list of pages", [{ name: "page", schema: { type: "array", items: integer } }], undefined],
    ["nothing", [{ name: "q", schema: text }], undefined],
  ])("is found for %s", async (_what, parameters, want) => {
    const found = detectPaging(await toolWith(parameters));
    if (want) expect(found).toMatchObject(want);
    else expect(found).toBeUndefined();
  });

  it("is of reading only", async () => {
    expect(detectPaging(await toolWith([{ name: "page", schema: integer }], "post"))).toBeUndefined();
  });

  it("puts one cursor in the place of the tool's own argument, under a name that is free", async () => {
    const tool = await toolWith([
      { name: "page", schema: integer },
      { name: "per_page", schema: integer },
    ]);
    const [paged] = applyOverrides([tool], [{ operation: tool.operation, paging: true }]);
    expect(Object.keys((paged?.inputSchema.properties ?? {}) as object)).toEqual(["per_page", "cursor"]);
    expect(paged?.paging).toMatchObject({ argument: "page", cursor: "cursor", style: "page" });
    expect(Object.keys((tool.inputSchema.properties ?? {}) as object)).toEqual(["page", "per_page"]);
    const named = await toolWith([
      { name: "after", schema: text },
      { name: "Cursor", schema: text },
      { name: "x", schema: text },
    ]);
    expect(applyOverrides([named], [{ operation: named.operation, paging: true }])[0]?.paging?.style).toBe("cursor");
    const none = await toolWith([{ name: "q", schema: text }]);
    expect(applyOverrides([none], [{ operation: none.operation, paging: true }])[0]).not.toHaveProperty("paging");
  });
});

describe("a cursor for the rest of a list", () => {
  const listed = () => toolWith([{ name: "q", schema: text }]);
  const names = (tool: Tool | undefined) => Object.keys((tool?.inputSchema.properties ?? {}) as object);

  it.each<[string, AnswerShape, boolean]>([
    ["items", { itemsMax: 30 }, true],
    ["tokens", { tokensMax: 500 }, true],
    ["both, as a table", { itemsMax: 30, tokensMax: 500, format: "table" }, true],
    ["fields only", { keep: ["items[].id"] }, false],
    ["a format only", { format: "csv" }, false],
  ])("is there with a limit of %s", async (_what, shape, isThere) => {
    const tool = await listed();
    const [shaped] = applyOverrides([tool], [{ operation: tool.operation, shape }]);
    expect(names(shaped)).toEqual(isThere ? ["q", "cursor"] : ["q"]);
    expect(shaped?.paging).toEqual(isThere ? { style: "list", cursor: "cursor" } : undefined);
    expect(shaped?.shape).toEqual(shape);
    if (isThere) expect(shaped?.tokens).toBeGreaterThan(tool.tokens);
  });

  it("is the cursor of the pages, where there is one", async () => {
    const tool = await toolWith([
      { name: "page", schema: integer },
      { name: "per_page", schema: integer },
    ]);
    const edit = { operation: tool.operation, shape: { itemsMax: 30 } };
    expect(applyOverrides([tool], [{ ...edit, paging: true }])[0]?.paging).toMatchObject({ style: "page" });
    const [own] = applyOverrides([tool], [edit]);
    expect([names(own), own?.paging]).toEqual([["page", "per_page", "cursor"], { style: "list", cursor: "cursor" }]);
  });

  it("has a name that is free, of what is fixed too", async () => {
    const tool = await toolWith([{ name: "cursor", schema: text }]);
    const edit = { operation: tool.operation, shape: { itemsMax: 30 } };
    expect(names(applyOverrides([tool], [edit])[0])).toEqual(["cursor", "cursor_2"]);
    const fixed = { cursor: { fixed: { value: "x" } } };
    expect(names(applyOverrides([tool], [{ ...edit, parameters: fixed }])[0])).toEqual(["cursor_2"]);
  });

  it("is not there where asking again does something", async () => {
    const tool = await toolWith([{ name: "q", schema: text }], "post");
    const [shaped] = applyOverrides([tool], [{ operation: tool.operation, shape: { itemsMax: 30 } }]);
    expect([names(shaped), shaped?.paging]).toEqual([["q"], undefined]);
  });

  it("comes and goes with the shape", async () => {
    const tool = await listed();
    const capped = withShape(tool, { itemsMax: 30 });
    expect(withShape(capped, { itemsMax: 5 })).toEqual({ ...capped, shape: { itemsMax: 5 } });
    expect(withShape(capped, undefined)).toEqual(tool);
    expect(names(tool)).toEqual(["q"]);
  });
});
