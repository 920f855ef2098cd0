import { parseSuite } from "@portico/evals";
import { describe, expect, it } from "vitest";
import { evalCase } from "./eval-case.ts";

const call = { tool: "listPets", args: { limit: 2 }, isError: false };
const read = (text: string) => {
  const parsed = parseSuite({ name: "Pets", cases: [JSON.parse(text)] });
  return parsed.ok ? parsed.suite.cases[0] : parsed.problems;
};

describe("a call as an eval case", () => {
  it("is one that a suite takes, with what was answered as what is expected", () => {
    const answer = { result: [{ id: 1 }] };
    expect(read(evalCase({ ...call, answer }))).toEqual({
      name: "listPets",
      call: { tool: "listPets", args: { limit: 2 } },
      expect: { isError: false, contains: [], matches: answer },
    });
  });

  it("expects of a long answer, or of one without structure, no more than how it ended", () => {
    for (const answer of [undefined, { result: "x".repeat(2_000) }])
      expect(read(evalCase({ ...call, isError: true, answer }))).toMatchObject({
        expect: { isError: true, contains: [] },
      });
    expect(evalCase({ ...call, answer: { result: "x".repeat(2_000) } })).not.toContain("matches");
  });
});
