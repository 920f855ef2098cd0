import { describe, expect, it } from "vitest";
import { type EvalSuite, parseSuite, runSuite, type ToolAnswer } from "./index.ts";

const suiteOf = (expected: object, call: object = { tool: "getPet" }): EvalSuite => {
  const parsed = parseSuite({ name: "s", cases: [{ name: "c", call, expect: expected }] });
  if (!parsed.ok) throw new Error(parsed.problems.join());
  return parsed.suite;
};

const answer = (value: object, more: Partial<ToolAnswer> = {}): ToolAnswer => ({
  content: [{ type: "text", text: JSON.stringify(value) }],
  structuredContent: value,
  ...more,
});

async function faultsOf(expected: object, given: ToolAnswer, tookMs = 5): Promise<string[]> {
  let time = 0;
  const now = () => time;
  const callTool = async () => {
    time += tookMs;
    return given;
  };
  return (await runSuite(suiteOf(expected), { callTool, now })).results[0]?.faults ?? [];
}

describe("a case", () => {
  const pet = { id: 7, name: "Rex", tags: [{ name: "dog" }, { name: "old" }], owner: null };
  it.each<{ given: object; want: string[] }>([
    { given: {}, want: [] },
    { given: { contains: ["rex"] }, want: [] },
    { given: { contains: ["Rex", "cat"] }, want: ['The answer does not say "cat".'] },
    { given: { matches: { id: 7, tags: [{ name: "dog" }] } }, want: [] },
    { given: { matches: { owner: null } }, want: [] },
    { given: { matches: { id: 8 } }, want: ["id is 7, not 8."] },
    { given: { matches: { id: "7" } }, want: ['id is 7, not "7".'] },
    { given: { matches: { tags: [{}, {}, {}] } }, want: ["tags has no item 2."] },
    { given: { matches: { tags: {} } }, want: ['tags is [{"name":"dog"},{"name":"old"}], not an object.'] },
    { given: { matches: { toString: 1 } }, want: ['The answer has no "toString".'] },
    { given: { withinMs: 10 }, want: [] },
    { given: { withinMs: 1 }, want: ["It took 5 ms, more than 1."] },
    { given: { isError: true }, want: ["It did not refuse."] },
  ])("$given", async ({ given, want }) => expect(await faultsOf(given, answer(pet))).toEqual(want));

  it("says what the tool said when it refused", async () => {
    const refused = answer({ message: "no such pet" }, { isError: true });
    expect(await faultsOf({}, refused)).toEqual([expect.stringContaining("no such pet")]);
    expect(await faultsOf({ isError: true, contains: ["no such pet"] }, refused)).toEqual([]);
  });
});

describe("a suite", () => {
  it("goes on after a call that cannot be made", async () => {
    const suite = suiteOf({});
    const [first] = suite.cases;
    if (!first) throw new Error("no case");
    const seen: string[] = [];
    const run = await runSuite(
      { ...suite, cases: [{ ...first, call: { tool: "gone", args: {} } }, first] },
      {
        callTool: async (tool) => {
          if (tool === "gone") throw new Error("unknown tool");
          return answer({});
        },
        now: () => 0,
        onResult: ({ isPassed }) => seen.push(String(isPassed)),
      },
    );
    expect(run).toMatchObject({
      passed: 1,
      failed: 1,
      results: [{ faults: ["It could not be called: unknown tool"] }, { isPassed: true }],
    });
    expect(seen).toEqual(["false", "true"]);
  });
  it.each([
    {},
    { name: "s", cases: [] },
    { name: "s", cases: [{ name: "c", call: { tool: "x" }, expect: { contain: ["typo"] } }] },
    null,
  ])("is refused in words: %j", (value) => {
    const parsed = parseSuite(value);
    expect(parsed.ok ? [] : parsed.problems).not.toEqual([]);
  });
});
