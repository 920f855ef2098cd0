import { describe, expect, it } from "vitest";
import { toDialect } from "./dialect.ts";
import { type Preset, presetTool, presettableArguments } from "./preset.ts";
import type { Tool } from "./types.ts";

const tool = {
  name: "list",
  operation: "GET /list",
  askFor: ["owner", "tag"],
  inputSchema: {
    type: "object",
    $defs: { tag: { type: "string", description: "A tag." } },
    properties: {
      owner: { type: "string" },
      tag: { $ref: "#/$defs/tag" },
      limit: { type: "integer", description: "How many." },
    },
    required: ["owner", "limit"],
    dependentRequired: { tag: ["owner", "limit"], limit: ["tag"] },
  },
} as unknown as Tool;

const shown = (...presets: Preset[]) => presetTool(tool, presets);

describe("arguments that are given for the model", () => {
  it("are gone where they are fixed, everywhere", () => {
    const { inputSchema, askFor } = shown({ argument: "owner", isFixed: true, value: "ada" });
    expect(Object.keys(inputSchema.properties as object)).toEqual(["tag", "limit"]);
    expect(inputSchema).toMatchObject({ required: ["limit"], dependentRequired: { tag: ["limit"], limit: ["tag"] } });
    expect(askFor).toEqual(["tag"]);
    expect(JSON.stringify(inputSchema)).not.toContain("owner");
  });

  it("may be left out where they have a default, and say what it is", () => {
    const { inputSchema } = shown(
      { argument: "limit", isFixed: false, value: 10 },
      { argument: "tag", isFixed: false, words: "your name" },
    );
    expect(inputSchema.required).toEqual(["owner"]);
    expect(inputSchema.properties).toMatchObject({
      limit: { default: 10, description: "May be left out: it is 10 then. How many." },
      tag: { description: "May be left out: it is your name then. A tag." },
    });
    const strict = toDialect(inputSchema, "openai-strict") as { properties: Record<string, { type: unknown }> };
    expect(strict.properties.limit?.type).toEqual(["integer", "null"]);
  });

  it("leave the tool as it is", () => {
    const before = JSON.stringify(tool);
    shown({ argument: "owner", isFixed: true });
    expect(JSON.stringify(tool)).toBe(before);
    expect(shown({ argument: "constructor", isFixed: true })).toBe(tool);
  });

  it("are known by name, and whether they are text", () => {
    expect(presettableArguments(tool)).toEqual([
      { name: "owner", isText: true },
      { name: "tag", isText: true },
      { name: "limit", isText: false },
    ]);
  });
});
