import { describe, expect, it } from "vitest";
import { buildSearchIndex, countTags, firstSentence } from "./search-index.ts";
import { searchedTool, shop } from "./testing.ts";

const index = await buildSearchIndex(shop);
const namesOf = (text: string, more: { limit?: number; tag?: string } = {}) =>
  index.search({ text, limit: 3, ...more }).map(({ name }) => name);

describe("what is found first", () => {
  it.each([
    { given: "close an issue", want: "issues_update" },
    { given: "list invoices of a customer", want: "listCustomerInvoices" },
    { given: "list all invoices", want: "listInvoices" },
    { given: "add a comment to an issue", want: "issues_create_comment" },
    { given: "show me one customer", want: "getCustomer" },
    { given: "remove customers", want: "deleteCustomer" },
    { given: "creating invoices", want: "createInvoice" },
    { given: "custmer invoces", want: "listCustomerInvoices" },
    { given: "listCustomerInvoices", want: "listCustomerInvoices" },
    { given: "list_customer_invoices", want: "listCustomerInvoices" },
    { given: "replace configmap", want: "putConfigMap" },
    { given: "issues in a repository", want: "issues_list_for_repo" },
    { given: "due before", want: "listCustomerInvoices" },
    { given: "mime type", want: "uploadFile" },
    { given: "upload", want: "uploadFile" },
    { given: "cust", want: "getCustomer" },
  ])("$given: $want", ({ given, want }) => {
    expect(namesOf(given)[0]).toBe(want);
  });

  it.each([
    { given: "customer", tag: "Invoices", want: ["listCustomerInvoices", "createInvoice"] },
    { given: "customer", tag: "invoices", want: ["listCustomerInvoices", "createInvoice"] },
    { given: "", tag: "Customers", want: ["getCustomer", "deleteCustomer"] },
    { given: "customer", tag: "payments", want: [] },
    { given: "zebra", tag: undefined, want: [] },
    { given: "", tag: undefined, want: [] },
    { given: "🦓 — ?", tag: undefined, want: [] },
  ])("$given within $tag: $want", ({ given, tag, want }) => {
    expect(namesOf(given, { limit: 20, ...(tag === undefined ? {} : { tag }) })).toEqual(want);
  });

  it("is the same every time, and at most what was asked for", async () => {
    const again = await buildSearchIndex(shop);
    for (const text of ["customer", "issue", "invoice of", "file"])
      expect(again.search({ text, limit: 4 }).map(({ name }) => name)).toEqual(namesOf(text, { limit: 4 }));
    expect(namesOf("customer", { limit: 1 })).toHaveLength(1);
  });

  it("finds equals in the order of the version", async () => {
    const equals = ["y", "z", "x"].map((name) => searchedTool(`${name}_widget`, "GET /widgets"));
    const found = (await buildSearchIndex(equals)).search({ text: "widget", limit: 3 });
    expect(found.map(({ name }) => name)).toEqual(["y_widget", "z_widget", "x_widget"]);
  });

  it("takes a long query, and names of objects' own members", async () => {
    const odd = await buildSearchIndex([searchedTool("constructor", "GET /__proto__", { tags: ["toString"] })]);
    expect(odd.search({ text: "constructor", limit: 1 })).toHaveLength(1);
    expect(odd.search({ text: "hasOwnProperty valueOf", limit: 1 })).toHaveLength(0);
    expect(namesOf("invoice ".repeat(100_000))[0]).toBe("listInvoices");
  });
});

describe("the index", () => {
  it("is built with a pause between two tools", async () => {
    let pauses = 0;
    await buildSearchIndex(shop, async () => void pauses++);
    expect(pauses).toBe(shop.length);
  });

  it("counts tags, the most used first", () => {
    expect(countTags(shop)).toEqual([
      { tag: "issues", tools: 4 },
      { tag: "Invoices", tools: 3 },
      { tag: "Customers", tools: 2 },
      { tag: "files", tools: 2 },
      { tag: "admin", tools: 1 },
    ]);
  });

  it.each([
    { given: "Lists pods. Paged.", want: "Lists pods." },
    { given: "Since v1.2 lists pods\nand more", want: "Since v1.2 lists pods" },
    { given: "", want: "" },
  ])("takes the first sentence of $given", ({ given, want }) => {
    expect(firstSentence(given)).toBe(want);
  });
});
