import { describe, expect, it } from "vitest";
import { csvLine } from "./csv.ts";

describe("a line of CSV", () => {
  it.each([
    [["a", "b"], "a,b\r\n"],
    [['say "hi"', "one, two", "line\nbreak"], '"say ""hi""","one, two","line\nbreak"\r\n'],
    [["", "é"], ",é\r\n"],
  ])("writes %j", (cells, want) => {
    expect(csvLine(cells)).toBe(want);
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])("WB-13: is no formula with %j", (cell) => {
    expect(csvLine([cell])).toContain(`'${cell}`);
  });
});
