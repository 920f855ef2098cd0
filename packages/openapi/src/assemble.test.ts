import { describe, expect, it } from "vitest";
import { assembleDocuments, assembledKey, isMistakenFor, splitKey } from "./assemble.ts";
import { applyOverrides } from "./override.ts";
import { packTools, unpackTools } from "./pack.ts";
import { compiled } from "./testing.ts";
import type { JsonObject } from "./types.ts";

const api = (host: string, operationIds: Record<string, string>, parts: JsonObject = {}) => ({
  servers: [{ url: `https://{region}.${host}/v1`, variables: { region: { default: "eu" } } }],
  security: [{ key: [] }],
  components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
  paths: Object.fromEntries(
    Object.entries(operationIds).map(([path, operationId]) => [path, { get: { operationId } }]),
  ),
  ...parts,
});

const pets = api("pets.example.com", { "/pets": "list", "/pets/{id}": "getPet" });
const zoo = api("zoo.example.com", { "/pets": "List", "/animals": "zoo_list", "/cages": "cages" });
const both = async () =>
  assembleDocuments([
    { key: "", compiled: await compiled(pets) },
    { key: "zoo", compiled: await compiled(zoo) },
  ]);

describe("several documents as one", () => {
  it("is the document itself, where there is one that keeps its names", async () => {
    const only = await compiled(pets);
    expect(assembleDocuments([{ key: "", compiled: only }])).toBe(only);
  });

  it("keeps what the first document says, and tells the operations of the others apart", async () => {
    const [one, whole] = [await compiled(pets), await both()];
    expect(whole.tools.slice(0, 2)).toEqual(one.tools);
    expect(whole.operations.map(({ key, document }) => [key, document])).toEqual([
      ["GET /pets", undefined],
      ["GET /pets/{id}", undefined],
      ["GET zoo:/pets", "zoo"],
      ["GET zoo:/animals", "zoo"],
      ["GET zoo:/cages", "zoo"],
    ]);
    expect(whole.tools.map(({ operation }) => operation)).toEqual(whole.operations.map(({ key }) => key));
    expect(whole.title).toBe(one.title);
  });

  it("gives a tool whose name is taken, whatever its case, the name of its document in front", async () => {
    const { tools, operations } = await both();
    expect(tools.map(({ name }) => name)).toEqual(["list", "getPet", "zoo_List_2", "zoo_list", "cages"]);
    expect(operations.map(({ toolName }) => toolName)).toEqual(tools.map(({ name }) => name));
  });

  it("has two schemes of one name, and two variables, each of its own document", async () => {
    const { tools, securitySchemes } = await both();
    expect(securitySchemes.map(({ name }) => name)).toEqual(["key", "zoo:key"]);
    const wanted = tools.map(({ plan }) => plan.security.flat().map(({ scheme }) => scheme.name));
    expect(wanted).toEqual([["key"], ["key"], ["zoo:key"], ["zoo:key"], ["zoo:key"]]);
    expect(tools[2]?.plan.baseUrls).toEqual([
      { url: "https://{zoo:region}.zoo.example.com/v1", variables: { "zoo:region": { default: "eu" } } },
    ]);
    expect(tools[0]?.plan.baseUrls[0]?.url).toBe("https://{region}.pets.example.com/v1");
  });

  it("stays what it is when it is stored, and shares what the documents share", async () => {
    const { tools } = await both();
    expect(unpackTools(packTools(tools))).toEqual(tools);
    expect(tools[2]?.plan.security).toBe(tools[3]?.plan.security);
  });

  it.each([
    ["GET /pets", "", "GET /pets"],
    ["GET zoo:/pets", "zoo", "GET /pets"],
    ["GET zoo-2:/pets", "", "GET zoo-2:/pets"],
    ["COMPOSED zoo", "", "COMPOSED zoo"],
  ])("%s is of document “%s”", (key, document, operation) => {
    expect(splitKey(key, ["", "zoo"])).toEqual({ document, operation });
    expect(assembledKey(document, operation)).toBe(key);
  });

  it("knows a document whose own names would be taken for another's", async () => {
    const scheme = { components: { securitySchemes: { "zoo:key": { type: "http", scheme: "bearer" } } } };
    const odd = await compiled({ ...pets, security: [], ...scheme });
    expect(isMistakenFor("zoo", odd)).toBe(true);
    expect(isMistakenFor("zoo-2", odd)).toBe(false);
    expect(isMistakenFor("zoo", await compiled(pets))).toBe(false);
  });
});

describe("names that people give", () => {
  it("take time in proportion to their number, however they depend on each other", async () => {
    const count = 5_000;
    const { tools } = await compiled(
      api("x.example.com", Object.fromEntries(Array.from({ length: count }, (_, at) => [`/${at}`, `tool_${at}`]))),
    );
    const wants = (at: number) => `tool_${at + 1 === count - 1 ? count - 1 : at + 1}`;
    // Each wants the name of the next, and the last of them one that is not given up.
    const overrides = tools.slice(0, -1).map(({ operation }, at) => ({ operation, name: wants(at) }));
    expect(applyOverrides(tools, overrides).map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  });

  const named = async (names: Record<string, string>) => {
    const { tools } = await compiled(api("x.example.com", { "/a": "a", "/b": "b", "/c": "c" }));
    const overrides = Object.entries(names).map(([path, name]) => ({ operation: `GET ${path}`, name }));
    return applyOverrides(tools, overrides).map(({ name }) => name);
  };
  it.each<[string, Record<string, string>, string[]]>([
    ["a name that another gives up", { "/a": "b", "/b": "d" }, ["b", "d", "c"]],
    ["each other's", { "/a": "b", "/b": "a" }, ["b", "a", "c"]],
    ["a name that its holder wanted to give up and cannot", { "/a": "b", "/b": "c" }, ["a", "b", "c"]],
    ["one name twice", { "/a": "d", "/b": "D" }, ["d", "b", "c"]],
    ["another case of its own", { "/a": "A" }, ["A", "b", "c"]],
  ])("can be %s, and stay unique", async (_what, names, want) => {
    expect(await named(names)).toEqual(want);
  });
});
