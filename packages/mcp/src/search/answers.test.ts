import type { Dialect, Tool } from "@portico/openapi";
import { describe, expect, it } from "vitest";
import type { ToolResult } from "../contract.ts";
import { answerDescribe, answerSearch, unknownTool } from "./answers.ts";
import { listSearchMode, SEARCH_MODE_NAMES, searchModeTools } from "./definitions.ts";
import { buildSearchIndex, countTags } from "./search-index.ts";
import { searchedTool, shop } from "./testing.ts";

const index = await buildSearchIndex(shop);
const tools = new Map(shop.map((tool) => [tool.name, tool]));
const textOf = ({ content }: ToolResult) => (content[0] as { text: string }).text;
const read = (result: ToolResult) => JSON.parse(textOf(result));
const describeTools = (names: string[], dialect: Dialect = "full", from: ReadonlyMap<string, Tool> = tools) =>
  answerDescribe(async () => index, from, names, dialect);

describe("search_tools", () => {
  it("answers with enough to choose by", () => {
    expect(read(answerSearch(index, { query: "close an issue", limit: 1 }))).toEqual({
      tools: [
        {
          name: "issues_update",
          title: "Update an issue",
          description: "Changes the title, body, state or assignees of an issue.",
          tags: ["issues"],
          hint: "change",
        },
      ],
    });
    const hints = (query: string) => read(answerSearch(index, { query, limit: 1 })).tools[0].hint;
    expect([hints("list invoices"), hints("delete customer")]).toEqual(["read", "delete"]);
  });

  it.each([
    { given: { query: "zebra" }, want: /No tool was found for "zebra"/ },
    { given: { query: "zebra", tag: "files" }, want: /No tool with the tag "files"/ },
    { given: { query: "file", tag: "zoo" }, want: /There is no tag "zoo"/ },
  ])("says what to try when $given finds nothing", ({ given, want }) => {
    const { tools: found, advice, tags } = read(answerSearch(index, given));
    expect(found).toEqual([]);
    expect(advice).toMatch(want);
    expect(tags[0]).toEqual({ tag: "issues", tools: 4 });
  });

  it("holds the limit, whatever is asked for", () => {
    const many = Array.from({ length: 50 }, (_, at) => searchedTool(`widget_${at}`, "GET /widgets"));
    return buildSearchIndex(many).then((widgets) => {
      const count = (limit?: number) =>
        read(answerSearch(widgets, { query: "widget", ...(limit === undefined ? {} : { limit }) })).tools.length;
      expect([count(), count(3), count(500), count(-1)]).toEqual([10, 3, 20, 1]);
    });
  });
});

describe("describe_tools", () => {
  it("shows each tool as a list would, and the nearest to a name that is wrong", async () => {
    const { tools: described, unknown } = read(await describeTools(["getCustomer", "getCustommer"]));
    expect(described).toEqual([
      expect.objectContaining({
        name: "getCustomer",
        inputSchema: tools.get("getCustomer")?.inputSchema,
        hint: "read",
      }),
    ]);
    expect(unknown).toEqual([{ name: "getCustommer", nearest: expect.arrayContaining(["getCustomer"]) }]);
  });

  it("is an error when none of the names is known", async () => {
    expect(await describeTools(["nothing_like_it"])).toMatchObject({ isError: true });
  });

  it("shows schemas in the client's dialect", async () => {
    const inputSchema = { type: "object", properties: { id: { type: "integer", minimum: 1 } }, required: ["id"] };
    const one = new Map([["one", searchedTool("one", "GET /one", { inputSchema })]]);
    const shown = async (dialect: Dialect) => read(await describeTools(["one"], dialect, one)).tools[0].inputSchema;
    expect(await shown("full")).toEqual(inputSchema);
    expect((await shown("safe")).properties.id).toEqual({ type: "integer", description: "(minimum 1)" });
    expect(await shown("openai-strict")).toMatchObject({ additionalProperties: false, required: ["id"] });
  });

  it("leaves for later what would be too much at once, but never the first", async () => {
    const large = (name: string) => searchedTool(name, "GET /large", { description: "x".repeat(50_000) });
    const all = new Map(["a", "b", "c"].map((name) => [name, large(name)]));
    const { tools: described, left } = read(await describeTools(["a", "b", "c"], "full", all));
    expect([described.length, left]).toEqual([1, ["b", "c"]]);
    const eleven = Array.from({ length: 11 }, (_, at) => shop[at]?.name ?? "");
    expect(read(await describeTools(eleven)).left).toEqual([eleven[10]]);
  });
});

describe("call_tool", () => {
  it("names the nearest tools to one that is not there", () => {
    const result = unknownTool(index, "list_customers_invoice");
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/no tool "list_customers_invoice".*The nearest names are listCustomerInvoices/);
    expect(textOf(unknownTool(index, "🦓".repeat(500)))).toMatch(/…".*Find the name with search_tools/);
  });
});

describe("the three tools", () => {
  const front = searchModeTools("Shop", shop, countTags(shop));

  it("say what they are for and do", () => {
    expect(front.map(({ name }) => name)).toEqual(SEARCH_MODE_NAMES);
    expect(front[0]?.description).toMatch(/the 12 tools of Shop.*Tags: issues \(4\), Invoices \(3\)/);
    expect(front.map(({ annotations }) => annotations)).toEqual([
      { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
      { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
      { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    ]);
    const reading = shop.filter(({ annotations }) => annotations.readOnlyHint);
    expect(searchModeTools("Shop", reading, [])[2]?.annotations).toMatchObject({
      readOnlyHint: true,
      destructiveHint: false,
    });
  });

  it.each(["full", "safe", "openai-strict", "gemini"] as const)("have schemas that %s takes", (dialect) => {
    const list = listSearchMode(front, dialect);
    expect(list).not.toContain("\n");
    for (const { inputSchema } of JSON.parse(list)) {
      expect(inputSchema).toMatchObject({ type: "object", properties: expect.any(Object) });
      visit(inputSchema, dialect);
    }
  });
});

/** What OpenAI's strict mode and Gemini refuse. */
function visit(schema: Record<string, unknown>, dialect: Dialect): void {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Record<string, unknown>>);
  if (dialect !== "full") expect(schema).not.toHaveProperty("minimum");
  if (dialect === "openai-strict" || dialect === "gemini") {
    expect(schema.type).toBeDefined();
    if (schema.type === "object") expect(properties.length).toBeGreaterThan(0);
  }
  if (dialect === "openai-strict" && schema.type === "object") {
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required).toEqual(properties.map(([name]) => name));
  }
  if (dialect === "gemini") {
    expect(typeof schema.type).toBe("string");
    expect(schema).not.toHaveProperty("additionalProperties");
  }
  for (const [, property] of properties) visit(property, dialect);
  if (schema.items) visit(schema.items as Record<string, unknown>, dialect);
}
