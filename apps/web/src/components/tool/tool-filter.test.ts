import { describe, expect, it } from "vitest";
import { kindOf } from "./kind.ts";
import {
  filterQuery,
  filterRows,
  methodsOf,
  NO_FILTER,
  readFilter,
  type ToolFilter,
  withFilter,
} from "./tool-filter.ts";
import type { ToolRow } from "./tool-row.ts";

const row = (key: string, more: Partial<ToolRow> = {}): ToolRow => ({
  key,
  method: key.split(" ")[0] ?? "",
  kind: kindOf(key.split(" ")[0] ?? ""),
  path: key.split(" ")[1] ?? "",
  name: key.toLowerCase().replace(/\W+/g, "_"),
  summary: undefined,
  group: "all",
  tokens: 1,
  status: "ok",
  isSuggested: false,
  isDeprecated: false,
  isEdited: false,
  isAskedFirst: false,
  hasWidget: false,
  isSummarized: false,
  reasons: [],
  ...more,
});
const rows = [
  row("GET /pets", { isEdited: true, document: "doc_pets" }),
  row("POST /pets", { document: "doc_pets" }),
  row("POST /pets/search", { kind: "reading", document: "doc_pets" }),
  row("DELETE /pets/{id}", { isEdited: true, document: "doc_pets" }),
  row("GET /toys", { document: "doc_toys" }),
];
const facts = {
  picked: new Set(["GET /pets", "DELETE /pets/{id}"]),
  grades: { "GET /pets": { grade: "A" as const }, "DELETE /pets/{id}": { grade: "F" as const } },
  found: new Set(["DELETE /pets/{id}"]),
};

describe("the filter of tools", () => {
  it.each<[Partial<ToolFilter>, string[]]>([
    [{}, ["GET /pets", "POST /pets", "POST /pets/search", "DELETE /pets/{id}", "GET /toys"]],
    [{ text: "pets get" }, ["GET /pets"]],
    [{ kind: "reading" }, ["GET /pets", "POST /pets/search", "GET /toys"]],
    [{ kind: "destroying" }, ["DELETE /pets/{id}"]],
    [{ method: "POST" }, ["POST /pets", "POST /pets/search"]],
    [{ method: "GET,DELETE", text: "pets" }, ["GET /pets", "DELETE /pets/{id}"]],
    [{ method: "POST", kind: "reading" }, ["POST /pets/search"]],
    [{ picked: "yes" }, ["GET /pets", "DELETE /pets/{id}"]],
    [{ picked: "no", text: "pets" }, ["POST /pets", "POST /pets/search"]],
    [{ edited: "yes" }, ["GET /pets", "DELETE /pets/{id}"]],
    [{ edited: "no", kind: "reading" }, ["POST /pets/search", "GET /toys"]],
    [{ grade: "A" }, ["GET /pets"]],
    [{ grade: "found" }, ["DELETE /pets/{id}"]],
    [{ grade: "C" }, []],
    [{ document: "doc_toys" }, ["GET /toys"]],
    [{ document: "doc_pets", kind: "reading" }, ["GET /pets", "POST /pets/search"]],
    [{ document: "doc_gone" }, []],
  ])("shows by %j", (given, want) => {
    expect(filterRows(rows, { ...NO_FILTER, ...given }, facts).map(({ key }) => key)).toEqual(want);
  });

  it.each<[Partial<ToolFilter>, string]>([
    [{}, ""],
    [{ text: "  " }, ""],
    [{ text: "a b&c", kind: "changing", grade: "found" }, "?q=a+b%26c&kind=changing&grade=found"],
    [{ picked: "no", edited: "yes" }, "?picked=no&edited=yes"],
    [{ document: "doc_pets" }, "?document=doc_pets"],
    [{ method: "GET,DELETE" }, "?method=GET%2CDELETE"],
  ])("is %j in the address and back", (given, query) => {
    const filter = { ...NO_FILTER, ...given };
    expect(filterQuery(filter)).toBe(query);
    expect(readFilter(new URLSearchParams(query))).toEqual({ ...filter, text: filter.text.trim() });
  });

  it("shows all tools of a server whose document is the only one, whatever the address says", () => {
    const only = [row("GET /pets")];
    expect(filterRows(only, { ...NO_FILTER, document: "doc_gone" }, facts)).toEqual(only);
  });

  it("leaves what else the address says", () => {
    const before = "?server=shop&q=old&kind=reading&picked=yes";
    expect(withFilter(before, { ...NO_FILTER, text: "new", method: "GET" })).toBe("?server=shop&q=new&method=GET");
    expect(withFilter("?q=old", NO_FILTER)).toBe("");
  });

  it("counts the methods that there are, the usual ones first", () => {
    expect(methodsOf([...rows, row("TRACE /x"), row("PUT /x")])).toEqual(["GET", "POST", "PUT", "DELETE", "TRACE"]);
  });

  it("takes nothing from an address that means nothing", () => {
    expect(
      readFilter(new URLSearchParams("?kind=__proto__&picked=maybe&grade=Z&edited=&method=%3Cb%3E&document=%3Cb%3E")),
    ).toEqual(NO_FILTER);
    expect(readFilter(new URLSearchParams({ q: "x".repeat(999) })).text).toHaveLength(200);
  });
});
