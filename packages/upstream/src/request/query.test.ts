import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type QueryStyle, queryPairs } from "./query.ts";

const list = ["b", "c d"];
const object = { x: 1, y: "a&b" };

describe("queryPairs", () => {
  it.each<[QueryStyle["style"], boolean, unknown, string]>([
    ["form", true, "a b&c=d#e+f", "q=a%20b%26c%3Dd%23e%2Bf"],
    ["form", true, 0, "q=0"],
    ["form", true, false, "q=false"],
    ["form", true, "", "q="],
    ["form", true, null, ""],
    ["form", true, [], ""],
    ["form", true, {}, ""],
    ["form", true, list, "q=b&q=c%20d"],
    ["form", false, list, "q=b,c%20d"],
    ["form", false, ["a,b", "c"], "q=a%2Cb,c"],
    ["form", true, object, "x=1&y=a%26b"],
    ["form", false, object, "q=x,1,y,a%26b"],
    ["form", true, [{ a: 1 }, { b: 2 }], "q=%7B%22a%22%3A1%7D&q=%7B%22b%22%3A2%7D"],
    ["form", false, [{ a: 1 }], "q=%5B%7B%22a%22%3A1%7D%5D"],
    ["spaceDelimited", false, list, "q=b%20c%20d"],
    ["pipeDelimited", false, list, "q=b%7Cc%20d"],
    ["pipeDelimited", true, list, "q=b&q=c%20d"],
    ["tabDelimited", false, list, "q=b%09c%20d"],
    ["pipeDelimited", false, { x: 1, y: 2 }, "q=x%7C1%7Cy%7C2"],
    ["deepObject", true, object, "q%5Bx%5D=1&q%5By%5D=a%26b"],
    ["deepObject", true, { a: { b: [1, 2] }, n: null }, "q%5Ba%5D%5Bb%5D%5B0%5D=1&q%5Ba%5D%5Bb%5D%5B1%5D=2"],
    ["deepObject", true, ["x"], "q%5B0%5D=x"],
  ])("%s explode=%s %j", (style, explode, value, want) => {
    expect(queryPairs("q", value, { style, explode }).join("&")).toBe(want);
  });

  it("allowReserved keeps what cannot end the value", () => {
    expect(queryPairs("q", "a/b?c=d&e#f+g:h,i", { style: "form", explode: true, allowReserved: true })).toEqual([
      "q=a/b?c=d%26e%23f%2Bg:h,i",
    ]);
  });

  it("is undone by the platform's decoder, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.array(fc.string({ unit: "binary", minLength: 1 }), { minLength: 1 }),
        (name, values) => {
          const pairs = queryPairs(name, values, { style: "form", explode: true }).join("&");
          expect(new URLSearchParams(pairs).getAll(name.toWellFormed())).toEqual(
            values.map((value) => value.toWellFormed()),
          );
        },
      ),
    );
  });
});
