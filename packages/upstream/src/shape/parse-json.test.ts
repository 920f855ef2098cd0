import { describe, expect, it } from "vitest";
import { mayHoldLongNumber, parseJson } from "./parse-json.ts";

describe("numbers that a double cannot hold", () => {
  it.each([
    ['{"id":9007199254740993}', { id: "9007199254740993" }, false],
    ['{"id":-9223372036854775808}', { id: "-9223372036854775808" }, false],
    ['{"id":9007199254740991}', { id: 9007199254740991 }, false],
    ['{"id":900719925474099}', { id: 900719925474099 }, true],
    // A card's number in a text is a text, but the answer is written anew.
    ['{"card":"4111111111111111"}', { card: "4111111111111111" }, false],
    ['{"rate":0.1234567890123456789}', { rate: 0.12345678901234568 }, false],
    ["[]", [], true],
  ])("%s", (text, value, isAsWritten) => {
    expect(parseJson(text)).toEqual({ value, isAsWritten });
  });

  it("are no reason to take something for JSON", () => {
    expect(parseJson("12345678901234567890 apples")).toBeUndefined();
    expect(parseJson("")).toBeUndefined();
  });
});

it("finds sixteen digits in a row wherever they stand, as searching for them does", () => {
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  let long = 0;
  for (let round = 0; round < 20_000; round++) {
    // Mostly digits, so that runs of about sixteen are common.
    const text = Array.from({ length: random(60) }, () => "0123456789012345678x".charAt(random(20))).join("");
    const has = /\d{16}/.test(text);
    if (has) long++;
    expect(mayHoldLongNumber(text), text).toBe(has);
  }
  expect(long).toBeGreaterThan(1_000);
  expect(long).toBeLessThan(19_000);
});
