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

  it("cleans a person's text and moves the title everywhere", async () => {
    const { tools } = await compiled({ paths: { "/a": { get: { operationId: "a", summary: "Old" } } } });
    expect(applyOverrides(tools, [{ operation: "GET /a", title: "New\u200B", description: "D\u0000" }])).toMatchObject([
      { title: "New", description: "D", annotations: { title: "New" } },
    ]);
  });
});
