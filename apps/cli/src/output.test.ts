import { describe, expect, it } from "vitest";
import { count, firstLine, table, visible, when } from "./output.ts";

describe("table", () => {
  it.each([
    {
      given: [
        ["a", "bcd", 1],
        ["long", "e", 22],
      ],
      want: "a     bcd  1\nlong  e    22",
    },
    {
      given: [
        ["a", "", "c"],
        ["b", null, "d"],
      ],
      want: "a  c\nb  d",
    },
    {
      given: [
        ["a", undefined],
        ["b", "x"],
      ],
      want: "a\nb  x",
    },
    { given: [["one\ntwo", "x"]], want: "one  x" },
    { given: [], want: "" },
  ])("$want", ({ given, want }) => expect(table(given)).toBe(want));
});

describe("visible", () => {
  it("keeps what a terminal would obey out of it", () =>
    expect(visible("a\u001b[2Jb\u009bc\u0007\r\n\tü")).toBe("a[2Jbc\n\tü"));
});

it("counts, cuts and dates", () => {
  expect([count(1, "tool"), count(3_400, "token")]).toEqual(["1 tool", "3,400 tokens"]);
  expect(firstLine("x".repeat(200))).toHaveLength(100);
  expect(when("2026-11-29T15:40:12.345Z")).toBe("2026-11-29 15:40:12Z");
});
