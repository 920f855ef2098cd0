import { describe, expect, it } from "vitest";
import { argumentWords, expectationLines, fieldProblem, linesOf } from "./expectation.ts";

describe("an expectation in words", () => {
  const none = { isError: false, contains: [] };
  it.each<{ given: Parameters<typeof expectationLines>[0]; want: string[] }>([
    { given: none, want: ["It works"] },
    { given: { isError: true, contains: ["no tour"] }, want: ["It refuses", "It says “no tour”"] },
    {
      given: { ...none, matches: { result: [{ id: "a", n: null }], tags: [], "": 1 }, withinMs: 500 },
      want: [
        "It works",
        'result[0].id is "a"',
        "result[0].n is null",
        "tags is []",
        "The answer is 1",
        "It takes at most 500 ms",
      ],
    },
  ])("$given", ({ given, want }) => expect(expectationLines(given)).toEqual(want));

  it("is cut where nobody reads on", () => {
    const lines = expectationLines({ ...none, matches: Array.from({ length: 30 }, (_, at) => at) });
    expect([lines.length, lines.at(-1)]).toEqual([13, "and 19 more"]);
  });
});

it("takes lines, tells arguments apart, and finds what is wrong with a field", () => {
  expect(linesOf(" a \n\n b")).toEqual(["a", "b"]);
  expect(argumentWords({ kind: "kayak", seats: 2 })).toBe("kind: kayak, seats: 2");
  expect(fieldProblem({ issues: [{ field: "expect.matches", message: "keep it short" }] }, "expect")).toBe(
    "Keep it short.",
  );
  expect(fieldProblem(undefined, "name")).toBeUndefined();
});
