import { describe, expect, it } from "vitest";
import { oneOf, operationsOr, parseArguments, parseObject, wholeNumber } from "./arguments.ts";

describe("parseArguments", () => {
  it.each([
    { given: ["id=7"], want: { id: 7 } },
    { given: ['id="7"'], want: { id: "7" } },
    { given: ["name=Ada Lovelace"], want: { name: "Ada Lovelace" } },
    { given: ["q=a=b"], want: { q: "a=b" } },
    { given: ['body:={"a":[1,null]}'], want: { body: { a: [1, null] } } },
    { given: ["tag=a", "tag=b", "tag=c"], want: { tag: ["a", "b", "c"] } },
    { given: ["empty="], want: { empty: "" } },
    { given: ["ok=true", "none=null"], want: { ok: true, none: null } },
  ])("$given", ({ given, want }) => expect(parseArguments(given)).toEqual(want));
  it.each(["no-value", "=x", "a:=not json"])("refuses %s", (pair) =>
    expect(() => parseArguments([pair])).toThrow("--arg"),
  );
});

describe("parseObject", () => {
  it("reads one JSON object", () => expect(parseObject('{"a":[1]}')).toEqual({ a: [1] }));
  it.each(["{bad", "[1]", "null", "7", ""])("refuses %s", (text) => expect(() => parseObject(text)).toThrow("--args"));
});

describe("wholeNumber", () => {
  it("reads one", () => expect(wholeNumber("--limit", "20")).toBe(20));
  it.each(["", "-1", "1.5", "x", "1e3", "12345678"])("refuses %s, and says of what", (text) =>
    expect(() => wholeNumber("--limit", text)).toThrow(/^--limit is a whole number/),
  );
});

describe("oneOf", () => {
  it("names the words that there are", () => {
    expect(oneOf("--on", "draft", ["draft", "published"])).toBe("draft");
    expect(() => oneOf("--on", "live", ["draft", "published"])).toThrow('--on is draft or published, and not "live".');
  });
});

describe("operationsOr", () => {
  it.each([
    { given: "all", want: "all" },
    { given: "GET /pets, POST /pets", want: { operations: ["GET /pets", "POST /pets"] } },
  ])("$given", ({ given, want }) => expect(operationsOr(given, ["all"])).toEqual(want));
});
