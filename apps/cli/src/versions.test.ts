import { describe, expect, it } from "vitest";
import { describeDifference, operationsToAdd, operationsToHold, parseTake } from "./versions.ts";

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

describe("operationsToHold", () => {
  const changes = {
    ...{ added: [], conflicting: [], isBreaking: true },
    removed: [
      { operation: "GET /a", wasSelected: true },
      { operation: "GET /b", wasSelected: false },
    ],
    renamed: [{ from: "GET /c", to: "GET /d" }],
    changed: [
      { operation: "GET /d", isBreaking: true, changes: [] },
      { operation: "GET /e", isBreaking: false, changes: [] },
    ],
  };
  const holdable = ["GET /a", "GET /b", "GET /c", "GET /e"];
  it.each([
    { which: "all", want: holdable },
    { which: "none", want: [] },
    { which: "breaking", want: ["GET /a", "GET /c"] },
    { which: "GET /e,GET /z", want: ["GET /e", "GET /z"] },
  ])("$which", ({ which, want }) => expect(operationsToHold({ holdable, changes }, which)).toEqual(want));
});

describe("parseTake", () => {
  it.each([
    { given: "GET /pets=title", want: { operation: "GET /pets", field: "title" } },
    { given: "GET /pets?a=b=name", want: { operation: "GET /pets?a=b", field: "name" } },
  ])("$given", ({ given, want }) => expect(parseTake(given)).toEqual(want));
  it.each(["GET /pets", "=title"])("refuses %s", (text) => expect(() => parseTake(text)).toThrow("--take"));
});

describe("describeDifference", () => {
  const same = {
    ...{ dropped: [], picked: [], edits: [], composedTools: [], prompts: [], resources: [] },
    ...{ documents: [], revisions: [], settings: [] },
  };
  it.each([
    { given: {}, want: [] },
    { given: { dropped: ["GET /a", "GET /b"] }, want: ["Tools that go: GET /a, GET /b"] },
    {
      given: { picked: ["GET /c"], settings: ["title"] },
      want: ["Tools that come: GET /c", "Settings that change: title"],
    },
  ])("$want", ({ given, want }) => expect(describeDifference({ ...same, ...given })).toEqual(want));
});
