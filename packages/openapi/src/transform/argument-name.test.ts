import { describe, expect, it } from "vitest";
import { argumentNames } from "./argument-name.ts";

describe("argumentNames", () => {
  it.each<[string, [string, string][], string[]]>([
    [
      "as they are",
      [
        ["path", "id"],
        ["query", "page.size"],
      ],
      ["id", "page.size"],
    ],
    [
      "place on collision",
      [
        ["path", "id"],
        ["body", "id"],
        ["query", "q"],
      ],
      ["id_path", "id_body", "q"],
    ],
    [
      "number within one place",
      [
        ["query", "a[b]"],
        ["query", "a{b}"],
      ],
      ["a_b_query", "a_b_query_2"],
    ],
    [
      "repaired",
      [
        ["query", "$filter"],
        ["header", "X-Id"],
        ["query", "ünï"],
      ],
      ["filter", "X-Id", "uni"],
    ],
    [
      "suffix that is taken",
      [
        ["path", "id"],
        ["body", "id"],
        ["query", "id_path"],
      ],
      ["id_path_2", "id_body", "id_path"],
    ],
  ])("%s", (_name, slots, want) => {
    expect(argumentNames(slots.map(([place, name]) => ({ place, name })))).toEqual(want);
  });

  it.each(["__proto__", "constructor", "日本", "", "x".repeat(300)])("makes %.20s usable", (name) => {
    const [argument = ""] = argumentNames([{ place: "query", name }]);
    expect(argument).toMatch(/^[a-zA-Z0-9_.-]{1,64}$/);
    expect(argument).not.toBe(name);
  });
});
