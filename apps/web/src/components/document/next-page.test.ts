import type { JobView } from "@portico/services";
import { describe, expect, it } from "vitest";
import { type ImportFor, importQuery, nextPage, readImportFor, startPage } from "./next-page.ts";

const done = { state: "done", result: { documentId: "doc_1" } } as unknown as JobView;

describe("what a document is read for", () => {
  it.each<[string, ImportFor | undefined, { start: string; next: string }]>([
    ["a new server", undefined, { start: "", next: "/documents/doc_1" }],
    [
      "another API of a server",
      { serverSlug: "pets", isAdded: true },
      { start: "/servers/pets/add-document", next: "/documents/doc_1?server=pets" },
    ],
    ["the next version", { serverSlug: "pets" }, { start: "/servers/pets/upgrade", next: "/servers/pets/upgrade" }],
    [
      "the next version of one of several",
      { serverSlug: "pets", documentId: "doc_2" },
      { start: "/servers/pets/upgrade?document=doc_2", next: "/servers/pets/upgrade?document=doc_2" },
    ],
  ])("is %s in the address and back, and leads on", (_what, goal, { start, next }) => {
    const query = Object.fromEntries(new URLSearchParams(importQuery(goal)));
    expect(readImportFor(query)).toEqual(goal);
    if (goal) expect(startPage(goal)).toBe(start);
    expect(nextPage(done, goal)).toBe(next);
    expect(nextPage({ ...done, state: "running" }, goal)).toBeUndefined();
  });

  it("takes nothing from an address that means nothing", () => {
    expect(readImportFor({ server: "//evil.example", add: "yes" })).toBeUndefined();
    expect(readImportFor({ server: ["a", "b"] })).toBeUndefined();
    expect(readImportFor({ server: "pets", add: "no", document: "../x" })).toEqual({ serverSlug: "pets" });
  });
});
