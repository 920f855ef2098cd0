import { expect, it } from "vitest";
import { excerptText, placeText, quotedIn } from "./excerpt.ts";

const position = { line: 10, column: 3, excerpt: { firstLine: 9, lines: ["paths:", "  /a: b: c", "x: 1"], mark: 2 } };

it("marks the place below its line", () => {
  expect(excerptText(position)).toBe(["   9 | paths:", "  10 |   /a: b: c", "     |   ^", "  11 | x: 1"].join("\n"));
  expect(placeText({ ...position, file: "a/pets.yaml" })).toBe("line 10, column 3 of a/pets.yaml");
});

it("quotes what the message of a refusal is about, the first error", () => {
  const details = { diagnostics: [{ severity: "info" }, { severity: "error", position }] };
  expect(quotedIn(details)).toContain("^");
  for (const nothing of [undefined, null, {}, { diagnostics: "x" }, { diagnostics: [{ severity: "error" }] }])
    expect(quotedIn(nothing)).toBe("");
});
