import type { DraftDifference } from "@portico/services";
import { describe, expect, it } from "vitest";
import { describeLoss } from "./describe-loss.ts";

const SAME: DraftDifference = {
  ...{ dropped: [], picked: [], edits: [], composedTools: [], prompts: [], resources: [] },
  ...{ documents: [], revisions: [], settings: [] },
};

describe("describeLoss", () => {
  it.each<[string, Partial<DraftDifference>, string[]]>([
    ["what only comes", { picked: ["GET /a"] }, []],
    ["one tool", { dropped: ["GET /a"] }, ["1 picked tool: GET /a"]],
    [
      "more than a line holds",
      { edits: ["a", "b", "c", "d", "e", "f", "g"] },
      ["Edits of 7 tools: a, b, c, d, e and 2 more"],
    ],
    [
      "several kinds, in the words of the settings page",
      { revisions: ["Pets"], settings: ["toolMode", "title"] },
      ["The revision of 1 document: Pets", "2 settings: how tools are offered, title"],
    ],
  ])("%s", (_what, changes, want) => {
    expect(describeLoss({ ...SAME, ...changes }).map(({ what, names }) => `${what}: ${names}`)).toEqual(want);
  });
});
