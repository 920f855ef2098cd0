import { expect, it } from "vitest";
import { memoized } from "./memoized.ts";

it("computes each text once, whichever came between, until it has enough of them", () => {
  const computed: string[] = [];
  const lengthOf = memoized(3, (text) => {
    computed.push(text);
    return { length: text.length };
  });
  const one = lengthOf("one");
  for (const text of ["one", "three", "one", "three", "three", "one"]) expect(lengthOf(text).length).toBe(text.length);
  expect(lengthOf("one")).toBe(one);
  expect(computed).toEqual(["one", "three"]);
  for (const text of ["five", "seven", "nine", "eleven"]) lengthOf(text);
  expect(lengthOf("one")).toEqual({ length: 3 });
  expect(computed.filter((text) => text === "one")).toHaveLength(2);
});

it("remembers no failure", () => {
  let isBroken = true;
  const read = memoized(2, (text) => {
    if (isBroken) throw new Error("broken");
    return text.toUpperCase();
  });
  expect(() => read("a")).toThrow("broken");
  isBroken = false;
  expect(read("a")).toBe("A");
});
