import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { load } from "../load/load.ts";

const compiled = async (levels: { document?: unknown; path?: unknown; operation?: unknown }) => {
  const at = (value: unknown) => (value === undefined ? {} : { "x-mcp": value });
  const content = JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Pets", version: "1" },
    ...at(levels.document),
    paths: {
      "/pets/{id}": {
        ...at(levels.path),
        delete: { operationId: "deletePet", summary: "Delete a pet", responses: {}, ...at(levels.operation) },
        get: { operationId: "getPet", responses: {} },
      },
    },
  });
  const loaded = await load({ content }, {});
  if (!loaded.ok) throw new Error("refused");
  const { tools, operations } = compile(loaded.document);
  return {
    tool: tools.find(({ operation }) => operation.startsWith("DELETE")),
    operation: operations.find(({ method }) => method === "DELETE"),
    tools,
  };
};

describe("x-mcp", () => {
  it.each([
    { given: { operation: { include: false } }, want: false },
    { given: { operation: false }, want: false },
    { given: { path: { include: false } }, want: false },
    { given: { document: { include: false } }, want: false },
    { given: { document: { include: false }, operation: { include: true } }, want: true },
    { given: { document: false, path: true }, want: true },
    { given: { operation: "nonsense" }, want: true },
    { given: { operation: { include: "no" } }, want: true },
  ])("include: $given -> $want", async ({ given, want }) => {
    const { tool, operation } = await compiled(given);
    expect(tool !== undefined).toBe(want);
    if (!want)
      expect(operation).toMatchObject({
        status: "skipped",
        suggested: false,
        reasons: [expect.stringContaining("x-mcp")],
      });
  });

  it("names, titles and describes the tool, within the same limits and cleaned", async () => {
    const { tool } = await compiled({
      operation: {
        name: "put to sleep!",
        title: "Put to\u202e sleep",
        description: `Only when asked twice. ${"x".repeat(5_000)}`,
      },
    });
    expect(tool?.name).toBe("put_to_sleep");
    expect(tool).toMatchObject({ title: "Put to sleep", annotations: { title: "Put to sleep" } });
    expect(tool?.description.length).toBeLessThanOrEqual(1_024);
    expect(tool?.description).toMatch(/^Only when asked twice\. /);
  });

  it("keeps names unique when two want the same", async () => {
    const { tools } = await compiled({ operation: { name: "getPet" } });
    expect(new Set(tools.map(({ name }) => name.toLowerCase())).size).toBe(2);
  });

  it("changes the hints that it names, the nearer place winning", async () => {
    const { tool } = await compiled({
      document: { annotations: { openWorldHint: false, destructiveHint: false } },
      operation: { annotations: { destructiveHint: true, idempotentHint: "yes" } },
    });
    expect(tool?.annotations).toMatchObject({
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
      openWorldHint: false,
    });
  });
});
