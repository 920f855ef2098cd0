import { describe, expect, it } from "vitest";
import { applyOverrides } from "./override.ts";
import { detectPaging } from "./paging.ts";
import { compiled } from "./testing.ts";

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
