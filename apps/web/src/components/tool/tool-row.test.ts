import type { Operation } from "@portico/openapi";
import { describe, expect, it } from "vitest";
import { layOutTree, matching, toToolRows } from "./tool-row.ts";

function operation(method: string, path: string, more: Partial<Operation> = {}): Operation {
  return {
    key: `${method} ${path}`,
    method,
    path,
    tags: [],
    deprecated: false,
    status: "ok",
    reasons: [],
    toolName: `${method}${path}`.replace(/\W+/g, "_"),
    tokens: 100,
    suggested: false,
    ...more,
  };
}

const ids = (rows: ReturnType<typeof toToolRows>, filter = "", closed: string[] = []) =>
  layOutTree(matching(rows, filter), filter !== "", new Set(closed)).map(({ id }) => id);

describe("the tree of operations", () => {
  const rows = toToolRows([
    operation("GET", "/pets", { tags: ["pet", "list"], summary: "Lists pets" }),
    operation("DELETE", "/pets/{id}", { tags: ["pet"], status: "skipped", reasons: ["It has no answer."] }),
    operation("GET", "/health"),
  ]);

  it("puts each operation under its first tag once, and the untagged together", () => {
    expect(ids(rows)).toEqual(["group:pet", "GET /pets", "DELETE /pets/{id}", "group:Other", "GET /health"]);
  });

  it("names no tool for an operation that was skipped", () => {
    expect(rows.map(({ name }) => name !== undefined)).toEqual([true, false, true]);
  });

  it("hides what is under a closed group, but not from the filter", () => {
    expect(ids(rows, "", ["pet"])).toEqual(["group:pet", "group:Other", "GET /health"]);
    expect(ids(rows, "lists GET", ["pet"])).toEqual(["group:pet", "GET /pets"]);
  });

  it("groups by the first telling part of the path where nothing has a tag", () => {
    const untagged = toToolRows([operation("GET", "/api/v2/orders/{id}"), operation("GET", "/{id}")]);
    expect(untagged.map(({ group }) => group)).toEqual(["orders", "Other"]);
  });
});
