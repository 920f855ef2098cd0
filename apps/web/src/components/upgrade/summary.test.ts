import type { UpgradeReview } from "@portico/services";
import { expect, it } from "vitest";
import { summarize, toSections } from "./summary.ts";

const revision = (number: number) => ({ id: `rev_${number}`, number, createdAt: new Date(0) });
const review: UpgradeReview = {
  from: revision(1),
  to: revision(2),
  lock: 0,
  added: [],
  held: [],
  usedBy: {},
  holdable: ["GET /used", "GET /lost"],
  tools: { "GET /used": "used", "GET /lost": "lost" },
  changes: {
    added: ["GET /new"],
    removed: [
      { operation: "GET /lost", wasSelected: true },
      { operation: "GET /gone", wasSelected: false },
    ],
    renamed: [],
    changed: [
      { operation: "GET /used", isBreaking: true, changes: [] },
      { operation: "GET /unused", isBreaking: true, changes: [] },
    ],
    conflicting: [{ operation: "GET /lost", field: "operation" }],
    unchangedCount: 3,
    isBreaking: true,
  },
};

it("calls breaking what is a tool of the server, and nothing else", () => {
  expect(toSections(review)).toMatchObject({
    breaking: { lost: ["GET /lost"], changed: [{ operation: "GET /used" }] },
    removed: ["GET /gone"],
    changed: [{ operation: "GET /unused" }],
    edits: [],
    lostEdits: [{ operation: "GET /lost" }],
  });
  expect(summarize(review)).toBe("1 added, 2 removed, 2 changed, 2 breaking");
});

it("says nothing where no operation is another one", () => {
  const changes = { ...review.changes, added: [], removed: [], changed: [] };
  expect(summarize({ ...review, changes })).toBeUndefined();
});
