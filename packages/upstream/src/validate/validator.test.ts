import type { JsonSchema } from "@portico/openapi";
import { describe, expect, it } from "vitest";
import { cpuTimer } from "../testing.ts";
import { findDoubts } from "./doubts.ts";
import { createValidator } from "./validator.ts";

const schema: JsonSchema = {
  type: "object",
  properties: {
    id: { type: "integer" },
    name: { type: "string", minLength: 2, maxLength: 5 },
    on: { type: "boolean" },
    tags: { type: "array", items: { type: "string" } },
    filter: { type: "object", properties: { deep: { type: "integer" } }, required: ["deep"] },
    kind: { enum: ["cat", "dog"] },
    word: { type: "string", pattern: "^(a+)+$" },
    look: { type: "string", pattern: "^(?=x)x" },
    broken: { type: "string", enum: [0, 1] },
    union: {
      oneOf: [
        { type: "object", properties: { a: {} } },
        { type: "object", properties: { b: {} } },
      ],
    },
    ref: { $ref: "#/$defs/Node" },
    gender: { type: "string", maxLength: 1, enum: ["MALE", "FEMALE"] },
    both: { allOf: [{ $ref: "#/$defs/A" }, { properties: { b: {} }, additionalProperties: false }] },
  },
  required: ["id"],
  additionalProperties: false,
  $defs: {
    Node: { type: "object", properties: { next: { $ref: "#/$defs/Node" } }, additionalProperties: false },
    A: { properties: { a: {} }, additionalProperties: false },
  },
};
const check = (args: unknown) => createValidator()("t", schema, args);

describe("validator accepts and heals", () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["what fits", { id: 1, name: "ab" }, { id: 1, name: "ab" }],
    ["a number as text", { id: "12" }, { id: 12 }],
    ["a boolean as text", { id: 1, on: "true" }, { id: 1, on: true }],
    ["text as a number", { id: 1, name: 42 }, { id: 1, name: "42" }],
    ["one item for a list", { id: 1, tags: "a" }, { id: 1, tags: ["a"] }],
    ["a list as text", { id: 1, tags: '["a","b"]' }, { id: 1, tags: ["a", "b"] }],
    ["an object as text, and what is wrong inside", { id: 1, filter: '{"deep":"3"}' }, { id: 1, filter: { deep: 3 } }],
    ["null for nothing", { id: 1, name: null }, { id: 1 }],
    ["overlapping branches", { id: 1, union: {} }, { id: 1, union: {} }],
    ["an enum at odds with its type", { id: 1, broken: 0 }, { id: 1, broken: 0 }],
    ["a pattern, which is the API's to judge", { id: 1, word: "b" }, { id: 1, word: "b" }],
    ["a choice against the length beside it", { id: 1, gender: "FEMALE" }, { id: 1, gender: "FEMALE" }],
    ["both parts of closed branches", { id: 1, both: { a: 1, b: 2 } }, { id: 1, both: { a: 1, b: 2 } }],
  ])("%s", (_name, given, want) => {
    const before = structuredClone(given);
    expect(check(given)).toEqual({ ok: true, args: want });
    expect(given).toEqual(before);
  });

  it("takes all arguments as one text", () => expect(check('{"id":1}')).toEqual({ ok: true, args: { id: 1 } }));
});

describe("validator explains", () => {
  it.each<[string, unknown, string, string]>([
    ["a missing argument", {}, "id", "required"],
    ["an unknown one", { id: 1, nam: "x" }, "nam", 'did you mean "name"'],
    ["a wrong choice", { id: 1, kind: "cow" }, "kind", '["cat","dog"]'],
    ["a text too long", { id: 1, name: "abcdef" }, "name", "5 characters"],
    ["a place inside", { id: 1, filter: { deep: "x" } }, "filter.deep", "integer"],
    ["a list for a number", { id: [1] }, "id", "integer"],
    ["infinity", { id: Number.POSITIVE_INFINITY }, "id", "integer"],
    ["an integer that lost digits", { id: 2 ** 53 }, "id", "15 digits"],
    ["text that would lose digits", { id: "9007199254740993" }, "id", "integer"],
    ["no object", [1], "", "object"],
    ["a prototype key", JSON.parse('{"id":1,"__proto__":{"x":1}}'), "__proto__", "no such argument"],
    ["an unknown property of one closed branch", { id: 1, ref: { other: 1 } }, "ref.other", "no such argument"],
  ])("%s", (_name, given, argument, message) => {
    const result = check(given);
    if (result.ok) throw new Error("accepted");
    expect(result.problems[0]).toMatchObject({ argument });
    expect(`${result.problems[0]?.expected} ${result.problems[0]?.message}`).toContain(message);
  });
});

describe("doubts", () => {
  it("tell what the document wants of the text", () => {
    expect(findDoubts(schema, { id: 1, word: "b" })).toMatchObject([
      { argument: "word", message: expect.stringContaining("matches") },
    ]);
    expect(findDoubts(schema, { id: 1, word: "aa", name: "far too long" })).toEqual([]);
    // RE2 has no look-around: nothing is claimed.
    expect(findDoubts(schema, { id: 1, look: "anything" })).toEqual([]);
  });

  it("cost no time for a hostile pattern", () => {
    const taken = cpuTimer();
    expect(findDoubts(schema, { id: 1, word: `${"a".repeat(5_000)}!` })).toHaveLength(1);
    expect(taken()).toBeLessThan(500);
  });

  it("keep patterns apart", () => {
    const two = {
      type: "object",
      properties: { a: { type: "string", pattern: "^a$" }, b: { type: "string", pattern: "^b$" } },
    };
    expect(findDoubts(two, { a: "a", b: "a" })).toMatchObject([{ argument: "b" }]);
  });
});

it("holds a model only to what its dialect showed", () => {
  const validate = createValidator();
  expect(validate("t", schema, { id: 1, name: "too long" }, "safe").ok).toBe(true);
  expect(validate("t", schema, { name: "ab" }, "safe").ok).toBe(false);
  expect(validate("t", schema, { id: 1, evil: 1 }, "safe").ok).toBe(false);
});

it("does not turn a value into another branch's type", () => {
  const choice = {
    type: "object",
    properties: {
      a: {
        anyOf: [
          { type: "array", items: { type: "string" } },
          { type: "string", enum: [""] },
        ],
      },
    },
  };
  expect(createValidator()("t", choice, { a: "x" }).ok).toBe(false);
  expect(
    createValidator()("t", { type: "object", properties: { a: { type: "integer", enum: [1, 2] } } }, { a: "2" }),
  ).toEqual({ ok: true, args: { a: 2 } });
});

it("checks names where the schema recurses without end", () => {
  const endless = {
    type: "object",
    properties: { a: { $ref: "#/$defs/A" } },
    required: ["a"],
    additionalProperties: false,
    $defs: { A: { allOf: [{ $ref: "#/$defs/A" }] } },
  };
  expect(createValidator()("t", endless, { a: 1 }).ok).toBe(true);
  expect(createValidator()("t", endless, { b: 1 }).ok).toBe(false);
});

it("survives deep arguments, huge schemas and a full cache", () => {
  const validate = createValidator({ cacheMax: 2 });
  let deep: unknown = {};
  for (let i = 0; i < 50_000; i++) deep = { next: deep };
  expect(validate("deep", schema, { id: 1, ref: deep }).ok).toBe(false);
  const properties = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`p${i}`, { type: "string" }]));
  expect(validate("wide", { type: "object", properties, additionalProperties: false }, { p1: "x" }).ok).toBe(true);
  for (let i = 0; i < 10; i++) expect(validate(`t${i}`, schema, { id: i }).ok).toBe(true);
});
