import { describe, expect, it } from "vitest";
import { explainSuggestion, type Suggestion, suggest } from "./suggest.ts";
import type { Operation } from "./types.ts";

const operation = (key: string, more: Partial<Operation> = {}): Operation => {
  const [method = "", path = ""] = key.split(" ");
  return { key, method, path, tags: [], deprecated: false, status: "ok", reasons: [], suggested: false, ...more };
};
const many = (size: number, method: string, path = "/things") =>
  Array.from({ length: size }, (_, index) => operation(`${method} ${path}${String(index).padStart(3, "0")}`));

const suggested = (operations: Operation[]) => {
  suggest(operations);
  return operations.filter((one) => one.suggested).map(({ key }) => key);
};

describe("what is suggested of a document", () => {
  it.each<[string, Operation[], string[]]>([
    ["is everything that fits", [operation("GET /a"), operation("DELETE /a")], ["GET /a", "DELETE /a"]],
    [
      "is nothing deprecated, and nothing that cannot become a tool",
      [operation("GET /a", { deprecated: true }), operation("GET /b", { status: "skipped" }), operation("GET /c")],
      ["GET /c"],
    ],
    [
      "is reading rather than deleting",
      [operation("DELETE /a"), ...many(40, "GET")],
      many(40, "GET").map(({ key }) => key),
    ],
    [
      "is the short path of two that read",
      [operation("GET /a/b"), ...many(39, "GET"), operation("GET /a")],
      [...many(39, "GET").map(({ key }) => key), "GET /a"],
    ],
    [
      "is creating at the top rather than reading far below it",
      [operation("POST /a"), ...many(40, "GET", "/a/b/c/d/e/f")],
      ["POST /a", ...many(39, "GET", "/a/b/c/d/e/f").map(({ key }) => key)],
    ],
  ])("%s", (_is, given, want) => {
    expect(suggested(given)).toEqual(want);
  });

  it.each<[string, Operation[], Omit<Suggestion, "max">]>([
    ["of nothing", [], { suggested: 0, leftOut: [], methodSteps: [] }],
    [
      "that leaves nothing out",
      [operation("GET /a"), operation("QUERY /a"), operation("HEAD /a")],
      {
        suggested: 3,
        leftOut: [],
        methodSteps: [
          { methods: ["GET", "QUERY"], steps: 0 },
          { methods: ["HEAD"], steps: 12 },
        ],
      },
    ],
    [
      "that leaves out by each rule",
      [
        operation("GET /old", { deprecated: true }),
        operation("GET /odd", { status: "skipped", deprecated: true }),
        ...many(42, "POST"),
      ],
      {
        suggested: 40,
        leftOut: [
          { rule: "deprecated", operations: 1 },
          { rule: "no-tool", operations: 1 },
          { rule: "beyond-limit", operations: 2 },
        ],
        methodSteps: [
          { methods: ["GET"], steps: 0 },
          { methods: ["POST"], steps: 4 },
        ],
      },
    ],
  ])("explains a choice %s", (_choice, given, want) => {
    suggest(given);
    expect(explainSuggestion(given)).toEqual({ max: 40, ...want });
  });

  it("names a rule for each operation that it leaves out", () => {
    const operations = [...many(50, "PUT"), operation("GET /old", { deprecated: true }), ...many(3, "DELETE")];
    suggest(operations);
    const { suggested, leftOut } = explainSuggestion(operations);
    expect(leftOut.reduce((sum, { operations }) => sum + operations, suggested)).toBe(operations.length);
  });
});
