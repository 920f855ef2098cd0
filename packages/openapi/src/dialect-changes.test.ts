import { expect, it } from "vitest";
import { type DialectChangeKind, dialectChanges } from "./dialect-changes.ts";
import type { Dialect, JsonSchema } from "./types.ts";

const root = {
  $defs: {
    Plain: { type: "object", properties: { a: { type: "string" } } },
    Round: { type: "object", properties: { next: { $ref: "#/$defs/Round" } } },
  },
};
const deep = Array.from({ length: 9 }).reduce<JsonSchema>((inner) => ({ type: "object", properties: { inner } }), {
  type: "string",
});

it.each<[string, JsonSchema, Dialect, DialectChangeKind[]]>([
  ["nothing", { type: "string", description: "A name." }, "safe", []],
  ["nothing in full", { $ref: "#/$defs/Round", default: {}, minLength: 2 }, "full", []],
  ["a reference", { $ref: "#/$defs/Plain" }, "safe", ["references"]],
  ["a reference that goes round", { $ref: "#/$defs/Round" }, "safe", ["references", "deep"]],
  ["alternatives", { anyOf: [{ type: "string" }, { type: "integer" }] }, "gemini", ["alternatives"]],
  ["limits inside", { type: "array", items: { type: "integer", minimum: 1 }, maxItems: 3 }, "safe", ["limits"]],
  ["a default and examples", { type: "string", default: "a", examples: ["b"] }, "safe", ["defaults", "examples"]],
  ["numbers to choose from", { type: "integer", enum: [1, 2] }, "safe", ["values"]],
  ["texts to choose from", { type: "string", enum: ["a", "b"] }, "safe", []],
  ["a map", { type: "object", additionalProperties: { type: "string" } }, "safe", ["maps"]],
  ["too many levels", deep, "safe", ["deep"]],
  ["long words", { type: "string", description: "word ".repeat(200) }, "safe", ["words"]],
  ["what may be left out", { type: "string" }, "openai-strict", ["optional"]],
])("tells of %s", (_what, argument, dialect, kinds) => {
  const schema = {
    type: "object",
    ...root,
    properties: { one: argument, two: { type: "boolean" } },
    required: ["two"],
  };
  expect(dialectChanges(schema, dialect)).toEqual(kinds.map((kind) => ({ kind, arguments: ["one"] })));
});

it("names all arguments of a kind, in their order", () => {
  const limited = { type: "integer", maximum: 3 };
  const schema = { type: "object", properties: { b: limited, a: limited, c: { type: "string", default: "x" } } };
  expect(dialectChanges(schema, "safe")).toEqual([
    { kind: "limits", arguments: ["b", "a"] },
    { kind: "defaults", arguments: ["c"] },
  ]);
});
