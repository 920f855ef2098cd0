import { describe, expect, it } from "vitest";
import { fieldsOf, textOfValue, valueOfText } from "./fields.ts";

const schema = {
  type: "object",
  properties: {
    limit: { type: "integer", description: "How many", default: 10 },
    state: { enum: ["open", "closed", null] },
    tags: { type: "array", items: { type: "string" } },
    isDraft: { type: ["boolean", "null"] },
    body: { type: "string" },
    filter: { type: "object" },
    either: { type: ["string", "integer"] },
    id: { type: "string" },
  },
  required: ["id"],
};

describe("the fields of a tool", () => {
  it("stand with the required ones first, each in its kind", () => {
    expect(fieldsOf(schema).map(({ name, kind, isRequired }) => [name, kind, isRequired])).toEqual([
      ["id", "text", true],
      ["limit", "number", false],
      ["state", "choice", false],
      ["tags", "list", false],
      ["isDraft", "yesNo", false],
      ["body", "long", false],
      ["filter", "json", false],
      ["either", "json", false],
    ]);
    expect(fieldsOf(schema)[1]).toMatchObject({ description: "How many", placeholder: "10" });
    expect(fieldsOf(schema)[2]?.choices).toEqual(["open", "closed"]);
    expect(fieldsOf({})).toEqual([]);
  });

  it.each<[string, Parameters<typeof valueOfText>[1], unknown]>([
    ["12", { kind: "number", choices: [] }, 12],
    ["12a", { kind: "number", choices: [] }, "12a"],
    ["a\n\n b ", { kind: "list", choices: [] }, ["a", "b"]],
    ["true", { kind: "yesNo", choices: [] }, true],
    ["false", { kind: "yesNo", choices: [] }, false],
    ['{"a":1}', { kind: "json", choices: [] }, { a: 1 }],
    ["{", { kind: "json", choices: [] }, "{"],
    ["7", { kind: "choice", choices: ["7"] }, 7],
    ["07", { kind: "choice", choices: ["07"] }, "07"],
    ["12", { kind: "text", choices: [] }, "12"],
    ["  ", { kind: "text", choices: [] }, undefined],
  ])("%j as %j", (text, field, want) => expect(valueOfText(text, field)).toEqual(want));

  it("are filled with the values that they stand for", () => {
    expect(textOfValue(["a", "b"], "list")).toBe("a\nb");
    expect(textOfValue({ a: 1 })).toBe('{"a":1}');
    expect(textOfValue("x")).toBe("x");
    expect(textOfValue(undefined)).toBe("");
  });
});
