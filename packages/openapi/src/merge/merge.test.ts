import { describe, expect, it } from "vitest";
import { compiled } from "../testing.ts";
import type { JsonObject } from "../types.ts";
import { mergeDocuments } from "./merge.ts";

const things = (operation: JsonObject, parts: JsonObject = {}) => ({
  paths: { "/things": { get: { operationId: "listThings", ...operation } } },
  ...parts,
});
const query = (name: string, schema: JsonObject, more: JsonObject = {}) => ({ name, in: "query", schema, ...more });
const answer = (...names: string[]) => ({
  responses: {
    200: {
      description: "",
      content: {
        "application/json": {
          schema: { type: "object", properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])) },
        },
      },
    },
  },
});
const body = (schema: JsonObject) => ({ requestBody: { content: { "application/json": { schema } } } });
const KEY = "GET /things";

async function merge(before: JsonObject, after: JsonObject, edits = { selection: [KEY], overrides: [] as never[] }) {
  return mergeDocuments(await compiled(before), await compiled(after), edits);
}

describe("a changed operation", () => {
  it.each<[string, JsonObject, JsonObject, boolean, RegExp]>([
    ["a new optional parameter", {}, { parameters: [query("a", {})] }, false, /“a” is new\./],
    ["a new required parameter", {}, { parameters: [query("a", {}, { required: true })] }, true, /new and required/],
    ["a parameter that is gone", { parameters: [query("a", {})] }, {}, true, /“a” is gone/],
    [
      "an optional parameter that is required now",
      { parameters: [query("a", {})] },
      { parameters: [query("a", {}, { required: true })] },
      true,
      /now required/,
    ],
    [
      "another type",
      { parameters: [query("a", { type: "string" })] },
      { parameters: [query("a", { type: "integer" })] },
      true,
      /now integer; it was string/,
    ],
    [
      "a wider type",
      { parameters: [query("a", { type: "integer" })] },
      { parameters: [query("a", { type: "number" })] },
      false,
      /also be number/,
    ],
    [
      "fewer choices",
      { parameters: [query("a", { enum: ["x", "y"] })] },
      { parameters: [query("a", { enum: ["x"] })] },
      true,
      /no longer takes "y"/,
    ],
    [
      "more choices",
      { parameters: [query("a", { enum: ["x"] })] },
      { parameters: [query("a", { enum: ["x", "y"] })] },
      false,
      /also takes "y"/,
    ],
    [
      "a tighter limit",
      { parameters: [query("a", { type: "integer", maximum: 100 })] },
      { parameters: [query("a", { type: "integer", maximum: 10 })] },
      true,
      /maximum is now 10; it was 100/,
    ],
    [
      "a looser limit",
      { parameters: [query("a", { type: "integer", minimum: 1 })] },
      { parameters: [query("a", { type: "integer" })] },
      false,
      /minimum is now gone/,
    ],
    [
      "a property inside",
      body({ type: "object", properties: { a: { type: "object", properties: { b: {}, c: {} } } } }),
      body({ type: "object", properties: { a: { type: "object", properties: { b: {} } } } }),
      true,
      /“a.c” is gone/,
    ],
    [
      "an item of a list",
      body({ type: "object", properties: { a: { type: "array", items: { type: "string" } } } }),
      body({ type: "object", properties: { a: { type: "array", items: { type: "integer" } } } }),
      true,
      /“a\[\]” is now integer/,
    ],
    ["less in the answer", answer("a", "b"), answer("a"), true, /no longer has “b”/],
    ["more in the answer", answer("a"), answer("a", "b"), false, /also has “b”/],
    ["another description", { description: "One." }, { description: "Two." }, false, /description changed/],
    [
      "another host",
      { servers: [{ url: "https://a.example/v1" }] },
      { servers: [{ url: "https://b.example/v1" }] },
      true,
      /now called at https:\/\/b\.example/,
    ],
    [
      "another path of the host",
      { servers: [{ url: "https://a.example/v1" }] },
      { servers: [{ url: "https://a.example/v2" }] },
      false,
      /base URLs changed/,
    ],
    ["other credentials", { security: [{ key: [] }] }, { security: [{ token: [] }] }, true, /now wants token/],
    ["no credentials any more", { security: [{ key: [] }] }, { security: [] }, false, /no credential/],
  ])("%s", async (_name, before, after, isBreaking, message) => {
    const schemes = {
      components: {
        securitySchemes: {
          key: { type: "apiKey", in: "header", name: "X-Key" },
          token: { type: "http", scheme: "bearer" },
        },
      },
    };
    const { report } = await merge(things(before, schemes), things(after, schemes));
    expect(report.changed).toMatchObject([{ operation: KEY, isBreaking }]);
    expect(report.changed[0]?.changes.map((change) => change.message).join("\n")).toMatch(message);
    expect(report.isBreaking).toBe(isBreaking);
  });

  it("is none when only what is not seen changed", async () => {
    const { report } = await merge(things({ "x-internal": 1 }), things({ "x-internal": 2 }));
    expect(report).toEqual({
      added: [],
      removed: [],
      renamed: [],
      changed: [],
      conflicting: [],
      unchangedCount: 1,
      isBreaking: false,
    });
  });

  it("compares schemas that contain themselves", async () => {
    const tree = (leaf: string) => ({
      components: {
        schemas: {
          Tree: {
            type: "object",
            properties: {
              leaf: { type: leaf },
              children: { type: "array", items: { $ref: "#/components/schemas/Tree" } },
            },
          },
        },
      },
    });
    const use = body({ type: "object", properties: { tree: { $ref: "#/components/schemas/Tree" } } });
    const { report } = await merge(things(use, tree("string")), things(use, tree("integer")));
    expect(report.changed[0]?.changes).toMatchObject([{ where: "tree.leaf", isBreaking: true }]);
  });
});

describe("operations that move", () => {
  const at = (path: string, operation: JsonObject = {}, method = "get") => ({
    paths: { [path]: { [method]: { responses: {}, ...operation } } },
  });
  it("are followed by their operationId, with choices, edits and the name that clients know", async () => {
    const before = await compiled(at("/v1/things", { operationId: "listThings" }));
    const after = await compiled(at("/v2/things", { operationId: "listThings" }));
    const merged = mergeDocuments(before, after, {
      selection: ["GET /v1/things"],
      overrides: [{ operation: "GET /v1/things", title: "Mine" }],
    });
    expect(merged.report).toMatchObject({
      added: [],
      removed: [],
      renamed: [{ from: "GET /v1/things", to: "GET /v2/things", by: "operationId" }],
    });
    expect(merged.edits).toEqual({
      selection: ["GET /v2/things"],
      overrides: [{ operation: "GET /v2/things", title: "Mine" }],
    });
  });
  it("are followed by their path without the names of its parameters, and keep their name", async () => {
    const before = await compiled(at("/things/{id}"));
    const after = await compiled(at("/things/{thingId}"));
    const merged = mergeDocuments(before, after, { selection: ["GET /things/{id}"], overrides: [] });
    expect(merged.report.renamed).toMatchObject([{ by: "path" }]);
    expect(merged.edits.overrides).toEqual([{ operation: "GET /things/{thingId}", name: "get_things_by_id" }]);
    expect(merged.report.isBreaking).toBe(true);
  });
  it("keep their name when something new is called that, which gets another", async () => {
    const before = await compiled(at("/a", { operationId: "list" }));
    const after = await compiled({
      paths: {
        "/a": { get: { operationId: "listAll", responses: {} } },
        "/b": { get: { operationId: "list", responses: {} } },
        "/c": { get: { operationId: "other", responses: {} } },
      },
    });
    expect(mergeDocuments(before, after, { selection: ["GET /a"], overrides: [] }).edits.overrides).toEqual([
      { operation: "GET /a", name: "list" },
      { operation: "GET /b", name: "list_2" },
    ]);
    expect(mergeDocuments(before, after, { selection: [], overrides: [] }).edits.overrides).toEqual([]);
  });
  it("take the document's new name where nobody was offered the old one", async () => {
    const before = await compiled(at("/things/{id}"));
    const after = await compiled(at("/things/{thingId}"));
    expect(mergeDocuments(before, after, { selection: [], overrides: [] }).edits.overrides).toEqual([]);
  });
  it("are not guessed where two could be meant", async () => {
    const before = await compiled(at("/a", { operationId: "same" }));
    const after = await compiled({
      paths: {
        "/b": { get: { operationId: "same", responses: {} } },
        "/c": { get: { operationId: "same", responses: {} } },
      },
    });
    const { report } = mergeDocuments(before, after, { selection: [], overrides: [] });
    expect(report).toMatchObject({ renamed: [], added: ["GET /b", "GET /c"], removed: [{ operation: "GET /a" }] });
  });
});

describe("edits", () => {
  const edit = { operation: KEY, description: "Mine." };
  const described = (description: string) => things({ description });
  it.each<[string, JsonObject, JsonObject, object[], object[]]>([
    ["stay where the document did not change", described("One."), described("One."), [edit], []],
    [
      "stay and are reported where it did",
      described("One."),
      described("Two."),
      [edit],
      [{ operation: KEY, field: "description", yours: "Mine.", before: "One.", after: "Two." }],
    ],
    ["go where the document says the same now", described("One."), described("Mine."), [], []],
    [
      "are reported with an operation that is gone",
      described("One."),
      { paths: {} },
      [],
      [{ operation: KEY, field: "operation", yours: "Mine." }],
    ],
  ])("%s", async (_name, before, after, overrides, conflicting) => {
    const merged = mergeDocuments(await compiled(before), await compiled(after), {
      selection: [KEY],
      overrides: [edit],
    });
    expect(merged.edits.overrides).toEqual(overrides);
    expect(merged.report.conflicting).toEqual(conflicting);
  });

  it("keep a chosen media type while the document has it, and tell when it has it no more", async () => {
    const taking = (...types: string[]) => {
      const schema = { type: "object", properties: { a: { type: "string" } } };
      return compiled({
        paths: {
          "/things": {
            post: {
              requestBody: { content: Object.fromEntries(types.map((type) => [type, { schema }])) },
              responses: {},
            },
          },
        },
      });
    };
    const form = "application/x-www-form-urlencoded";
    const chosen = { operation: "POST /things", contentType: form };
    const before = await taking("application/json", form);
    const edits = { selection: [chosen.operation], overrides: [chosen] };
    expect(mergeDocuments(before, await taking("application/json", form), edits).edits.overrides).toEqual([chosen]);
    const lost = mergeDocuments(before, await taking("application/json"), edits);
    expect(lost.edits.overrides).toEqual([]);
    expect(lost.report.conflicting).toEqual([
      { operation: "POST /things", field: "contentType", yours: form, after: "application/json" },
    ]);
    expect(mergeDocuments(before, await taking(form), edits)).toMatchObject({
      report: { conflicting: [] },
      edits: { overrides: [] },
    });
  });

  it("keep that a person is asked first, and what is made of the answers", async () => {
    const shape = { keep: ["items[].id"], itemsMax: 30 };
    const calling = { timeoutSeconds: 5, retries: 3 };
    const marked = { operation: KEY, askFirst: true, widget: true, summarize: true, shape, ...calling };
    const merged = mergeDocuments(await compiled(described("One.")), await compiled(described("Two.")), {
      selection: [KEY],
      overrides: [marked],
    });
    expect(merged.edits.overrides).toEqual([marked]);
  });

  it("keep one cursor for the pages while there are pages", async () => {
    const paged = (...names: string[]) =>
      compiled({
        paths: {
          "/things": {
            get: { parameters: names.map((name) => ({ name, in: "query", schema: { type: "integer" } })) },
          },
        },
      });
    const edits = { selection: [KEY], overrides: [{ operation: KEY, paging: true }] };
    const before = await paged("page");
    expect(mergeDocuments(before, await paged("page", "q"), edits).edits.overrides).toEqual(edits.overrides);
    expect(mergeDocuments(before, await paged("q"), edits).edits.overrides).toEqual([]);
  });

  it("keep what a person says that a tool does, and tell when it is another kind of call now", async () => {
    const search = (method: string, more: JsonObject = {}) =>
      compiled({ paths: { "/search": { [method]: { operationId: "search", ...more, responses: {} } } } });
    const said = { operation: "POST /search", annotations: { readOnlyHint: true, openWorldHint: false } };
    const edits = { selection: [said.operation], overrides: [said] };
    const before = await search("post");
    const kept = mergeDocuments(before, await search("post", { description: "Searches." }), edits);
    expect(kept.edits.overrides).toEqual([said]);
    const lost = mergeDocuments(before, await search("delete"), edits);
    expect(lost.edits.overrides.filter(({ annotations }) => annotations)).toEqual([]);
    expect(lost.report.conflicting).toEqual([
      { operation: "DELETE /search", field: "annotations", yours: "reads only", before: "changes", after: "deletes" },
    ]);
    const same = { "x-mcp": { annotations: said.annotations } };
    const needless = mergeDocuments(before, await search("post", same), edits);
    expect([needless.edits.overrides, needless.report.conflicting]).toEqual([[], []]);
  });

  it("keep the arguments that a person is asked for, and report those that are gone or no text", async () => {
    const taking = (...names: string[]) =>
      compiled({
        paths: {
          "/things": {
            get: {
              parameters: names.map((name) => ({
                name,
                in: "query",
                schema: { type: name === "list" ? "array" : "string" },
              })),
            },
          },
        },
      });
    const marked = { operation: "GET /things", askFor: ["owner", "list", "gone"] };
    const { report, edits } = mergeDocuments(await taking("owner", "gone"), await taking("owner", "list"), {
      selection: [marked.operation],
      overrides: [marked],
    });
    expect(edits.overrides).toEqual([{ operation: "GET /things", askFor: ["owner"] }]);
    expect(report.conflicting).toEqual([{ operation: "GET /things", field: "askFor", yours: "list, gone" }]);
  });

  it("change nothing that they are given", async () => {
    const [before, after] = [await compiled(described("One.")), await compiled(described("Two."))];
    const copies = structuredClone([before, after]);
    mergeDocuments(before, after, { selection: [KEY], overrides: [edit] });
    expect([before, after]).toEqual(copies);
  });
});

it("tells an operation that can no longer be called, and one that is chosen and gone", async () => {
  const before = await compiled({ paths: { "/a": { get: { responses: {} } }, "/b": { get: { responses: {} } } } });
  const after = await compiled({ paths: { "/a": { get: { responses: {}, "x-mcp": false } } } });
  const { report, edits } = mergeDocuments(before, after, { selection: ["GET /a", "GET /b"], overrides: [] });
  expect(report).toMatchObject({
    removed: [{ operation: "GET /b", wasSelected: true }],
    changed: [{ operation: "GET /a", isBreaking: true }],
    isBreaking: true,
  });
  expect(edits.selection).toEqual([]);
});
