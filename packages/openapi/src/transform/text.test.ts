import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText, clip, oneLine } from "./text.ts";

describe("text", () => {
  it.each([
    ["a\u0000b", "ab"],
    ["a\u202Eb\u200B", "ab"],
    ["x\u{E0041}\u{E0042}y", "xy"],
    ["\uD800", "\uFFFD"],
    ["a\r\nb", "a\nb"],
  ])("cleanText %j", (given, want) => expect(cleanText(given)).toBe(want));

  it("oneLine removes tags and line breaks", () => expect(oneLine("<p>Lists\n  <b>pets</b></p>")).toBe("Lists pets"));

  it("clip stays within the budget", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 400 }),
        fc.integer({ min: 10, max: 100 }),
        (text, max) => clip(text, max).length <= max,
      ),
    );
  });
});
