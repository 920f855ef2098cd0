import { describe, expect, it } from "vitest";
import { toDialect } from "./dialect.ts";
import type { JsonSchema } from "./types.ts";

const schema: JsonSchema = {
  type: "object",
  required: ["name"],
  additionalProperties: false,
  properties: {
    name: { type: "string", minLength: 2, description: "A name." },
    kind: { enum: ["a", "b"] },
    size: { type: ["integer", "null"], enum: [1, 2] },
    node: { $ref: "#/$defs/Node" },
    any: {},
    choice: { anyOf: [{ type: "string" }, { type: "null" }] },
  },
  $defs: {
    Node: {
      type: "object",
      properties: { next: { $ref: "#/$defs/Node" }, value: { type: "number" } },
      required: ["value"],
    },
  },
};

const keywordsOf = (node: unknown, found = new Set<string>()): Set<string> => {
  if (node === null || typeof node !== "object") return found;
  for (const [key, value] of Object.entries(node)) {
    if (!Array.isArray(node)) found.add(key);
    if (key === "properties") for (const property of Object.values(value as object)) keywordsOf(property, found);
    else keywordsOf(value, found);
  }
  return found;
};

describe("toDialect", () => {
  it("returns full as it is", () => expect(toDialect(schema, "full")).toBe(schema));

  it.each(["safe", "openai-strict", "gemini"] as const)("%s keeps to its keywords and has no references", (dialect) => {
    const allowed = [
      "type",
      "properties",
      "required",
      "items",
      "enum",
      "description",
      ...(dialect === "openai-strict" ? ["additionalProperties"] : []),
    ];
    for (const keyword of keywordsOf(toDialect(schema, dialect))) expect(allowed).toContain(keyword);
  });

  it("safe moves limits into words and cuts recursion", () => {
    expect(toDialect(schema, "safe")).toMatchObject({
      required: ["name"],
      properties: {
        name: { description: "A name. (minLength 2)" },
        kind: { type: "string", enum: ["a", "b"] },
        size: { type: "integer", description: "(one of 1, 2)" },
        node: { properties: { next: { type: "object" } } },
        choice: { type: "string" },
      },
    });
  });

  it("openai-strict requires everything and lets null stand for nothing", () => {
    expect(toDialect(schema, "openai-strict")).toMatchObject({
      additionalProperties: false,
      required: ["name", "kind", "size", "node", "any", "choice"],
      properties: {
        name: { type: "string" },
        kind: { type: ["string", "null"], enum: ["a", "b", null] },
        node: { type: ["object", "null"], additionalProperties: false },
      },
    });
  });

  it.each<[string, JsonSchema[], JsonSchema]>([
    ["text or no text", [{ type: "string" }, { type: "string", enum: [""] }], { type: "string" }],
    ["constants", [{ const: "a" }, { const: "b" }], { type: "string", enum: ["a", "b"] }],
    [
      "objects",
      [{ properties: { a: { type: "string" } }, required: ["a"] }, { properties: { b: { type: "string" } } }],
      { type: "object", properties: { a: { type: "string" }, b: { type: "string" } } },
    ],
    [
      "lists of different things",
      [
        { type: "array", items: { type: "integer" } },
        { type: "array", items: { type: "string" } },
      ],
      { type: "array", items: {} },
    ],
    [
      "one kind of map",
      [{ type: "object", additionalProperties: { type: "array", items: { type: "string" } } }],
      { type: "object", description: "(each value: array of string)" },
    ],
    ["different types", [{ type: "string" }, { type: "object", properties: {} }], {}],
  ])("safe offers a choice of %s", (_name, anyOf, want) => {
    expect(toDialect({ type: "object", properties: { x: { anyOf } } }, "safe").properties).toEqual({ x: want });
  });

  it("gemini types every value", () =>
    expect(toDialect(schema, "gemini")).toMatchObject({
      properties: { any: { type: "string" }, node: { properties: { next: { type: "string" } } } },
    }));
});
