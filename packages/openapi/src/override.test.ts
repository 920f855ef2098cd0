import { describe, expect, it } from "vitest";
import { applyOverrides } from "./override.ts";
import { compiled } from "./testing.ts";
import type { Override } from "./types.ts";

describe("applyOverrides", () => {
  it.each<[string, Override[], string[]]>([
    ["nothing", [], ["a", "b"]],
    ["a new name", [{ operation: "GET /a", name: "first" }], ["first", "b"]],
    ["a taken name", [{ operation: "GET /a", name: "B" }], ["a", "b"]],
    ["an unusable name", [{ operation: "GET /a", name: "no spaces" }], ["a", "b"]],
    [
      "a swap in order",
      [
        { operation: "GET /a", name: "c" },
        { operation: "GET /b", name: "a" },
      ],
      ["c", "a"],
    ],
    [
      "a disabled tool",
      [
        { operation: "GET /a", enabled: false },
        { operation: "GET /b", name: "a" },
      ],
      ["a"],
    ],
    ["an unknown operation", [{ operation: "GET /zzz", name: "x" }], ["a", "b"]],
  ])("%s", async (_name, overrides, want) => {
    const { tools } = await compiled({
      paths: { "/a": { get: { operationId: "a" } }, "/b": { get: { operationId: "b" } } },
    });
    const before = structuredClone(tools);
    expect(applyOverrides(tools, overrides).map((tool) => tool.name)).toEqual(want);
    expect(tools).toEqual(before);
  });

  it("marks the tools that ask first and that have a widget", async () => {
    const { tools } = await compiled({ paths: { "/a": { get: { operationId: "a" } }, "/b": { get: {} } } });
    const marks = applyOverrides(tools, [{ operation: "GET /a", askFirst: true, widget: true }]);
    expect(marks.map(({ askFirst, widget }) => [askFirst, widget])).toEqual([
      [true, true],
      [undefined, undefined],
    ]);
  });

  it("has only answers of a GET summed up", async () => {
    const { tools } = await compiled({ paths: { "/a": { get: {}, post: {} } } });
    const edits = tools.map(({ operation }) => ({ operation, summarize: true }));
    expect(applyOverrides(tools, edits).map(({ operation, summarize }) => [operation, summarize])).toEqual([
      ["GET /a", true],
      ["POST /a", undefined],
    ]);
  });

  it("cleans a person's text and moves the title everywhere", async () => {
    const { tools } = await compiled({ paths: { "/a": { get: { operationId: "a", summary: "Old" } } } });
    expect(applyOverrides(tools, [{ operation: "GET /a", title: "New\u200B", description: "D\u0000" }])).toMatchObject([
      { title: "New", description: "D", annotations: { title: "New" } },
    ]);
  });

  it("sends the body as another media type that the document has", async () => {
    const schema = {
      type: "object",
      properties: { name: { type: "string" }, file: { type: "string", format: "binary" } },
    };
    const { tools } = await compiled({
      paths: {
        "/a": {
          post: {
            requestBody: {
              content: {
                "application/json": { schema },
                "application/merge-patch+json": { schema },
                "multipart/form-data": { schema },
                "bad type": { schema },
              },
            },
          },
        },
      },
    });
    const as = (contentType: string) => applyOverrides(tools, [{ operation: "POST /a", contentType }])[0];
    expect(tools[0]?.variants?.map(({ contentType }) => contentType)).toEqual([
      "application/merge-patch+json",
      "multipart/form-data",
    ]);
    expect(as("application/merge-patch+json")).toMatchObject({
      inputSchema: tools[0]?.inputSchema,
      plan: { body: { contentType: "application/merge-patch+json" } },
    });
    const multipart = as("multipart/form-data");
    expect(multipart?.plan.body).toMatchObject({ contentType: "multipart/form-data", binaryProperties: ["file"] });
    expect(multipart?.inputSchema.properties).toMatchObject({ file: { contentEncoding: "base64" } });
    expect(as("text/plain")?.plan.body?.contentType).toBe("application/json");
  });
});
