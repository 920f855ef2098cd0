import { describe, expect, it } from "vitest";
import { picksOf, rebase } from "./use-selection.ts";

describe("what is picked over what was", () => {
  it.each<[string, string[], string[], string[], string[]]>([
    ["nothing changed here", ["a", "b"], ["a", "b"], ["b", "c"], ["b", "c"]],
    ["one is picked here, one dropped there", ["a", "b", "c"], ["a", "b"], ["b"], ["b", "c"]],
    ["one is dropped here, one picked there", ["b"], ["a", "b"], ["a", "b", "c"], ["b", "c"]],
    ["both did the same", ["b", "c"], ["a", "b"], ["b", "c"], ["b", "c"]],
  ])("%s", (_what, mine, before, theirs, want) => {
    expect([...rebase(new Set(mine), before, theirs)].sort()).toEqual(want);
  });

  it("is what to pick and what to drop, and nothing else", () => {
    expect(picksOf(new Set(["b", "c"]), ["a", "b"])).toEqual({ pick: ["c"], drop: ["a"] });
    expect(picksOf(new Set(["b", "a"]), ["a", "b"])).toEqual({ pick: [], drop: [] });
  });
});
