import { describe, expect, it } from "vitest";
import { answerFields, matchesOf } from "./index.ts";

describe("fields of an answer", () => {
  const answer = { result: [{ id: 7, kind: "kayak", tags: [] }, { id: 8 }], at: null, note: "x".repeat(201) };

  it.each<{ given: [unknown, Record<string, unknown>]; want: unknown[] }>([
    { given: [undefined, {}], want: [] },
    { given: ["text", {}], want: [] },
    {
      given: [answer, {}],
      want: [
        ["result[0].id", 7, false],
        ["result[0].kind", "kayak", false],
        ["at", null, false],
      ],
    },
    {
      given: [answer, { petId: 7, sort: "kayak" }],
      want: [
        ["result[0].id", 7, true],
        ["result[0].kind", "kayak", true],
        ["at", null, false],
      ],
    },
    // The same number under another name says nothing.
    {
      given: [{ total: 3, limit: 3 }, { limit: 3 }],
      want: [
        ["total", 3, false],
        ["limit", 3, true],
      ],
    },
    { given: [{ "a.b": [["x"]] }, {}], want: [["a.b[0][0]", "x", false]] },
  ])("$given", ({ given, want }) =>
    expect(answerFields(...given).map(({ name, value, isAsked }) => [name, value, isAsked])).toEqual(want),
  );

  it("are a hundred at most", () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`f${at}`, at]));
    expect(answerFields(many, {})).toHaveLength(100);
  });

  it("make an expectation of those that were chosen, and of no other", () => {
    const fields = answerFields(JSON.parse('{"result":[{"id":7,"kind":"kayak"}],"__proto__":{"a":1},"at":null}'), {});
    expect(matchesOf(fields.filter(({ name }) => name === "result[0].kind" || name === "at"))).toEqual({
      result: [{ kind: "kayak" }],
      at: null,
    });
    expect(JSON.stringify(matchesOf(fields))).toContain('"__proto__":{"a":1}');
    expect(matchesOf([])).toBeUndefined();
  });
});
