import { expect, it } from "vitest";
import { describeLast, describeResult } from "./evals.ts";

const run = { at: "2026-11-29T10:00:00.000Z", on: "draft", isPassed: true, isCurrent: true };

it.each<{ given: Parameters<typeof describeLast>[0]; want: string }>([
  { given: { problem: "The draft has no tool.", lastRun: run }, want: "its tool is gone" },
  { given: { problem: null, lastRun: null }, want: "not run yet" },
  { given: { problem: null, lastRun: run }, want: "passed on the draft, 2026-11-29 10:00:00Z" },
  {
    given: { problem: null, lastRun: { ...run, isPassed: false, isCurrent: false } },
    want: "failed on an earlier draft, 2026-11-29 10:00:00Z",
  },
  {
    given: { problem: null, lastRun: { ...run, on: "published", version: 3 } },
    want: "passed on version 3, 2026-11-29 10:00:00Z",
  },
])("says how a case ended the last time: $want", ({ given, want }) => expect(describeLast(given)).toBe(want));

it("says of each case how it ended and why", () => {
  const ended = { name: "kayaks", durationMs: 12.4, faults: [] };
  expect(describeResult({ ...ended, state: "passed" })).toBe("ok   kayaks (12 ms)");
  expect(describeResult({ ...ended, state: "notRun", faults: ["It asks first."] })).toBe(
    "--   kayaks\n     It asks first.",
  );
});
