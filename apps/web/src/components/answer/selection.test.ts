import { answerTree } from "@portico/upstream";
import { describe, expect, it } from "vitest";
import { leavesOf, selectionOf, tickedOf } from "./selection.ts";

const tree = answerTree({
  data: [{ id: 1, owner: { login: "a", url: "u" }, tags: ["x"], notes: [{ text: "t", by: "b" }] }],
  more: true,
});

describe("the fields of an answer", () => {
  it("have leaves: values, and lists of values", () => {
    expect(leavesOf(tree).map(({ path }) => path)).toEqual([
      "data[].id",
      "data[].owner.login",
      "data[].owner.url",
      "data[].tags",
      "data[].notes[].text",
      "data[].notes[].by",
      "more",
    ]);
  });

  it.each<[string, object, string[]]>([
    [
      "nothing said",
      {},
      [
        "data[].id",
        "data[].owner.login",
        "data[].owner.url",
        "data[].tags",
        "data[].notes[].text",
        "data[].notes[].by",
        "more",
      ],
    ],
    ["some kept", { keep: ["data[].owner", "more"] }, ["data[].owner.login", "data[].owner.url", "more"]],
    [
      "some kept of which some is dropped",
      { keep: ["data"], drop: ["data[].owner.url", "data[].notes"] },
      ["data[].id", "data[].owner.login", "data[].tags"],
    ],
    ["some dropped", { drop: ["data"] }, ["more"]],
  ])("are ticked as the shape says: %s", (_what, shape, want) => {
    expect([...tickedOf(tree, shape)]).toEqual(want);
  });

  it.each<[string[], object, object]>([
    [["more"], { keep: ["more"] }, { drop: ["data"] }],
    [
      ["data[].owner.login", "data[].owner.url"],
      { keep: ["data[].owner"] },
      { drop: ["data[].id", "data[].tags", "data[].notes", "more"] },
    ],
    [
      ["data[].owner.login", "more"],
      { keep: ["data[].owner.login", "more"] },
      { drop: ["data[].id", "data[].owner.url", "data[].tags", "data[].notes"] },
    ],
    [[], { keep: [] }, { drop: ["data", "more"] }],
  ])("%j become the shortest paths, and come back", (ticked, keep, drop) => {
    expect(selectionOf(tree, new Set(ticked), "keep")).toEqual(keep);
    expect(selectionOf(tree, new Set(ticked), "drop")).toEqual(drop);
    if (ticked.length > 0)
      for (const shape of [keep, drop]) expect([...tickedOf(tree, shape)].sort()).toEqual([...ticked].sort());
  });

  it("all of them need no paths", () => {
    const all = new Set(leavesOf(tree).map(({ path }) => path));
    expect(selectionOf(tree, all, "keep")).toEqual({});
    const list = answerTree([{ a: 1, b: 2 }]);
    expect(selectionOf(list, new Set(["[].a"]), "keep")).toEqual({ keep: ["[].a"] });
  });
});
