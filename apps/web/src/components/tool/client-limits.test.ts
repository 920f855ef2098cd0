import { KNOWN_CLIENTS } from "@portico/mcp";
import { TOOL_DESCRIPTION_CHARS_MAX } from "@portico/openapi";
import { describe, expect, it } from "vitest";
import { textLimits, tooLong } from "./client-limits.ts";

const clients = [
  { label: "Wide", nameCharsMax: 64, descriptionCharsMax: 1_024 },
  { label: "Narrow", nameCharsMax: 10 },
  { label: "Wide too", nameCharsMax: 64, descriptionCharsMax: 500 },
  { label: "Free" },
];
const name = (chars: number) => "n".repeat(chars);

describe("what clients take of texts", () => {
  it("is the same limit of several together, the tightest first", () => {
    expect(textLimits(clients, 1_024)).toEqual({
      names: [
        { max: 10, clients: ["Narrow"] },
        { max: 64, clients: ["Wide", "Wide too"] },
      ],
      descriptions: { max: 1_024, tooLongFor: [{ max: 500, clients: ["Wide too"] }] },
    });
  });

  it.each<[string, number[], [number, number][]]>([
    ["nothing is picked", [], []],
    ["all fit, to the last character", [10, 3], []],
    ["some are too long for one", [11, 64, 10], [[10, 2]]],
    [
      "one is too long for all",
      [65],
      [
        [10, 1],
        [64, 1],
      ],
    ],
  ])("tells of names when %s", (_when, lengths, want) => {
    const found = tooLong(lengths.map(name), textLimits(clients, 1_024).names);
    expect(found.map(({ max, names }) => [max, names])).toEqual(want);
  });

  it("is more than a description ever has, in each known client", () => {
    expect(textLimits(KNOWN_CLIENTS, TOOL_DESCRIPTION_CHARS_MAX).descriptions.tooLongFor).toEqual([]);
    expect(KNOWN_CLIENTS.some(({ descriptionCharsMax }) => descriptionCharsMax !== undefined)).toBe(true);
  });
});
