import { describe, expect, it } from "vitest";
import { operationsToAdd, parseTake } from "./versions.ts";

describe("operationsToAdd", () => {
  const added = [
    { key: "GET /a", status: "ok", suggested: true },
    { key: "GET /b", status: "degraded", suggested: false },
    { key: "GET /c", status: "skipped", suggested: false },
  ];
  it.each([
    { which: "all", want: ["GET /a", "GET /b"] },
    { which: "suggested", want: ["GET /a"] },
    { which: "GET /b,GET /z", want: ["GET /b", "GET /z"] },
  ])("$which", ({ which, want }) => expect(operationsToAdd({ added }, which)).toEqual(want));
});

describe("parseTake", () => {
  it.each([
    { given: "GET /pets=title", want: { operation: "GET /pets", field: "title" } },
    { given: "GET /pets?a=b=name", want: { operation: "GET /pets?a=b", field: "name" } },
  ])("$given", ({ given, want }) => expect(parseTake(given)).toEqual(want));
  it.each(["GET /pets", "=title"])("refuses %s", (text) => expect(() => parseTake(text)).toThrow("--take"));
});
