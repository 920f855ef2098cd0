import { describe, expect, it } from "vitest";
import { estimateTokens } from "./tokens.ts";

describe("estimateTokens", () => {
  // Counted with the o200k vocabulary.
  it.each([
    ["Returns the list of pets that belong to the user.", 11],
    [
      JSON.stringify({
        type: "object",
        properties: { id: { type: "integer", description: "Identifier of the pet" } },
        required: ["id"],
      }),
      26,
    ],
    ["", 0],
  ])("%.40s", (text, want) => {
    expect(Math.abs(estimateTokens(text) - want)).toBeLessThanOrEqual(Math.ceil(want * 0.25));
  });
});
