import { describe, expect, it } from "vitest";
import { applyOverrides } from "./override.ts";
import { compiled } from "./testing.ts";
import { saysMore, toolKind } from "./tool-kind.ts";
import type { JsonObject, Override, Tool, ToolHints, ToolKind } from "./types.ts";

async function toolOf(method: string, more: JsonObject = {}): Promise<Tool> {
  const { tools } = await compiled({
    paths: { "/things": { [method.toLowerCase()]: { ...more, responses: { 200: { description: "ok" } } } } },
  });
  return tools[0] as Tool;
}

/** As `readOnly, destructive, idempotent, openWorld`. */
const hintsOf = ({ readOnlyHint, destructiveHint, idempotentHint, openWorldHint }: ToolHints) =>
  [readOnlyHint, destructiveHint, idempotentHint, openWorldHint].map((hint) => (hint ? "y" : "n")).join("");

describe("what a tool does", () => {
  it.each<[string, JsonObject, ToolKind]>([
    ["GET", {}, "reading"],
    ["HEAD", {}, "reading"],
    ["POST", {}, "changing"],
    ["PUT", {}, "changing"],
    ["PATCH", {}, "changing"],
    ["DELETE", {}, "destroying"],
    ["POST", { readOnlyHint: true }, "reading"],
    ["POST", { destructiveHint: true }, "destroying"],
    ["GET", { readOnlyHint: false }, "changing"],
    ["PUT", { destructiveHint: true }, "changing"],
    ["DELETE", { destructiveHint: false }, "destroying"],
  ])("is said by the method and the author: %s %j", async (method, annotations, want) => {
    expect(toolKind(await toolOf(method, { "x-mcp": { annotations } }))).toBe(want);
  });

  it.each<[string, Partial<ToolHints>, ToolKind, string]>([
    ["POST", { readOnlyHint: true }, "reading", "ynyy"],
    ["POST", { destructiveHint: true }, "destroying", "nyny"],
    ["POST", { idempotentHint: true }, "changing", "nnyy"],
    ["POST", { openWorldHint: false }, "changing", "nnnn"],
    ["POST", { readOnlyHint: true, idempotentHint: false }, "reading", "ynyy"],
    ["PUT", { destructiveHint: true }, "destroying", "nyyy"],
    ["PUT", { destructiveHint: false }, "changing", "nnyy"],
    ["DELETE", { destructiveHint: false }, "changing", "nnyy"],
    ["DELETE", { readOnlyHint: true }, "reading", "ynyy"],
    ["GET", { readOnlyHint: false }, "changing", "nnny"],
    ["GET", { destructiveHint: true }, "destroying", "nyny"],
    ["GET", { readOnlyHint: false, idempotentHint: true }, "changing", "nnyy"],
    ["GET", { openWorldHint: false }, "reading", "ynyn"],
  ])("is what a person says: %s %j", async (method, annotations, kind, hints) => {
    const tool = await toolOf(method);
    const [edited = tool] = applyOverrides([tool], [{ operation: tool.operation, annotations }]);
    expect([toolKind(edited), hintsOf(edited.annotations)]).toEqual([kind, hints]);
    expect(tool).not.toHaveProperty("kind");
  });

  it.each<[string, Partial<ToolHints>, boolean]>([
    ["GET", {}, false],
    ["GET", { readOnlyHint: true, idempotentHint: false }, false],
    ["POST", { readOnlyHint: false, destructiveHint: false }, false],
    ["PUT", { destructiveHint: true }, true],
    ["POST", { openWorldHint: false }, true],
  ])("is said only where the document does not: %s %j", async (method, annotations, want) => {
    expect(saysMore(await toolOf(method), annotations)).toBe(want);
  });

  it.each<[string, Partial<Override>, object]>([
    ["GET", { timeoutSeconds: 5, retries: 3 }, { timeoutSeconds: 5, retries: 3 }],
    ["POST", { timeoutSeconds: 5, retries: 3 }, { timeoutSeconds: 5 }],
    ["POST", { retries: 0 }, { retries: 0 }],
    ["POST", { retries: 3, annotations: { idempotentHint: true } }, { retries: 3 }],
    ["POST", { retries: 3, annotations: { readOnlyHint: true } }, { retries: 3 }],
    ["PUT", { retries: 1 }, { retries: 1 }],
    ["GET", { retries: 1, annotations: { readOnlyHint: false } }, {}],
  ])("decides whether it is made again: %s %j", async (method, edit, want) => {
    const tool = await toolOf(method);
    const [edited = tool] = applyOverrides([tool], [{ operation: tool.operation, ...edit }]);
    expect(edited.plan).toEqual({ ...tool.plan, ...want });
  });

  it("decides what only a tool that reads can have", async () => {
    const query = (name: string) => ({ name, in: "query", schema: { type: "integer" } });
    const parameters = [query("page"), query("per_page")];
    const edit = { paging: true, summarize: true, shape: { itemsMax: 5 } };
    const served = async (method: string, annotations: Partial<ToolHints>) => {
      const tool = await toolOf(method, { parameters });
      return applyOverrides([tool], [{ operation: tool.operation, ...edit, annotations }])[0];
    };
    expect(await served("POST", { readOnlyHint: true })).toMatchObject({
      summarize: true,
      paging: { style: "page", cursor: "cursor" },
    });
    for (const changing of [await served("POST", {}), await served("GET", { destructiveHint: true })]) {
      expect(changing).not.toHaveProperty("paging");
      expect(changing).not.toHaveProperty("summarize");
    }
  });
});
