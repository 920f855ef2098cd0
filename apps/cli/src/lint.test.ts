import { expect, it } from "vitest";
import { describeReport, type Finding } from "./lint.ts";

const finding = (more: Partial<Finding>): Finding => ({
  ...{ id: "x", code: "no-when-to-use", severity: "info", message: "It says not when.", why: "Models guess." },
  ...more,
});

it("tells the grade, and what was found under what it has in common, the worst first", () => {
  const lines = describeReport({
    grade: "C",
    score: 71,
    tools: { "GET /a": { grade: "B" }, "DELETE /a": { grade: "F" } },
    findings: [
      finding({ operation: "GET /a" }),
      finding({
        ...{ code: "destroys-unasked", severity: "error", operation: "DELETE /a", message: "It deletes." },
        ...{ why: "Nobody is asked.", fix: { words: "Ask first" } },
      }),
      finding({ operation: "DELETE /a", parameter: "id" }),
      finding({ code: "too-many-tools", severity: "warning", message: "100 tools.", why: "Clients leave some out." }),
    ],
  });
  expect(lines.join("\n")).toBe(
    [
      "Grade C, 71 of 100: 1 error, 1 warning, 2 more to know",
      "error destroys-unasked: Nobody is asked.",
      "  DELETE /a  F  It deletes. (--fix: Ask first)",
      "warning too-many-tools: Clients leave some out.",
      "  the server  100 tools.",
      "info no-when-to-use: Models guess.",
      "  GET /a         B  It says not when.",
      "  DELETE /a  id  F  It says not when.",
    ].join("\n"),
  );
});

it("says so when there is nothing", () => {
  expect(describeReport({ grade: "A", score: 100, tools: {}, findings: [] })).toEqual([
    "Grade A, 100 of 100. There is nothing to mend.",
  ]);
});
