import { describe, expect, it } from "vitest";
import { compileToJson } from "../compile.ts";
import { cpuTimer } from "../testing.ts";
import { load } from "./load.ts";
import { findPositions, positionText, withPositions } from "./position.ts";

const yaml = `openapi: 3.1.0
info: {title: T, version: '1'}
# What it can do.
paths:
  /pets/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      parameters:
      - in: query
      - &limit
        name: limit
        in: query
      responses:
        '200': {$ref: '#/components/responses/No'}
`;
const json = `{
  "openapi": "3.1.0",
  "paths": {
    "/a~b/c": {
      "get": {"parameters": [{"in": "query"},
        {"in": "header"}]}
    }
  }
}
`;

describe("findPositions", () => {
  it.each<[string, string, string, number, number, string]>([
    ["a key", yaml, "/info", 2, 1, "info: "],
    ["a key in a flow object", yaml, "/info/version", 2, 18, "version: "],
    ["a key with a slash", yaml, "/paths/~1pets~1{id}", 5, 3, "/pets"],
    ["an item of a list", yaml, "/paths/~1pets~1{id}/get/parameters/0", 10, 9, "in: query"],
    ["an item with an anchor", yaml, "/paths/~1pets~1{id}/get/parameters/1/in", 13, 9, "in: query"],
    ["a key in quotes", yaml, "/paths/~1pets~1{id}/get/responses/200", 15, 9, "'200'"],
    [
      "what is not there, at what it would be in",
      yaml,
      "/paths/~1pets~1{id}/get/parameters/0/name",
      10,
      9,
      "in: query",
    ],
    ["what is not there at all, at its path", yaml, "/paths/~1pets~1{id}/put/x/y", 5, 3, "/pets"],
    ["JSON", json, "/openapi", 2, 3, '"openapi"'],
    ["JSON with an escaped name", json, "/paths/~1a~0b~1c/get", 5, 7, '"get"'],
    ["an item of a JSON list", json, "/paths/~1a~0b~1c/get/parameters/1", 6, 9, '{"in": "header"}'],
    ["the last of two keys, as it is read", "a: 1\nb: 2\na: 3\n", "/a", 3, 1, "a: 3"],
    ["after a bracket at the start of a line", "a: {\n  b: 1\n}\nc: 1\n", "/c", 4, 1, "c: 1"],
    ["line ends of Windows", "a: 1\r\nb:\r\n  c: 2\r\n", "/b/c", 3, 3, "c: 2"],
  ])("%s", async (_name, text, pointer, line, column, there) => {
    const position = (await findPositions({ text }, [pointer])).get(pointer);
    expect(position).toMatchObject({ line, column });
    const { excerpt } = position as Required<typeof position> & object;
    const marked = excerpt?.lines[line - excerpt.firstLine] ?? "";
    expect(marked.slice(excerpt?.mark).startsWith(there)).toBe(true);
    expect(JSON.stringify(excerpt)).not.toContain("\\r");
  });

  it("says nothing of the document as a whole, of what has no place, and of a text that cannot be followed", async () => {
    expect([...(await findPositions({ text: yaml }, ["", "/nowhere"])).keys()]).toEqual([]);
    expect([...(await findPositions({ text: "a: [" }, ["/a"])).keys()]).toEqual([]);
    expect([...(await findPositions({ text: `{"a":${"[".repeat(50_000)}` }, ["/a"])).keys()]).toEqual([]);
  });

  it("shows a short piece of a long line, and only of the first places", async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, at) => [`/p${at}`, { get: { x: "é😀\u202e\t" } }]),
    );
    const text = JSON.stringify({ openapi: "3.1.0", paths });
    const pointers = Object.keys(paths).map((path) => `/paths/${path.replace("/", "~1")}/get`);
    const positions = [...(await findPositions({ text, file: "a.json" }, pointers)).values()];
    expect(positions).toHaveLength(2_000);
    expect(positions.filter(({ excerpt }) => excerpt)).toHaveLength(50);
    for (const { line, column, excerpt, file } of positions) {
      expect({ line, file }).toEqual({ line: 1, file: "a.json" });
      expect(text.slice(column - 1).startsWith('"get"')).toBe(true);
      if (!excerpt) continue;
      expect(excerpt.lines).toHaveLength(1);
      expect(excerpt.lines[0]?.length).toBeLessThan(200);
      expect(excerpt.lines[0]?.slice(excerpt.mark).startsWith('"get"')).toBe(true);
      expect(excerpt.lines[0]).not.toContain("\u202e");
      expect(excerpt.lines[0]?.isWellFormed()).toBe(true);
    }
  });

  it("takes no more than a moment for 10 MB of JSON and YAML, however many places are asked for", async () => {
    const item = (at: number) => ({
      get: { parameters: [{ name: `n${at}`, in: "query", description: "x".repeat(400) }] },
    });
    const paths = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`/p${at}`, item(at)]));
    const asJson = JSON.stringify({ openapi: "3.1.0", paths }, null, 2);
    const asYaml = `openapi: 3.1.0\npaths:\n${Object.keys(paths)
      .map(
        (path) =>
          `  ${path}:\n    get:\n      parameters:\n        - name: n\n          in: query\n          description: ${"x".repeat(400)}\n`,
      )
      .join("")}`;
    const pointers = Array.from({ length: 2_000 }, (_, at) => `/paths/~1p${at * 10}/get/parameters/0`);
    for (const text of [asJson, asYaml]) {
      expect(text.length).toBeGreaterThan(9_000_000);
      const taken = cpuTimer();
      expect((await findPositions({ text }, pointers)).size).toBe(2_000);
      expect(taken()).toBeLessThan(3_000);
    }
  });
});

describe("a refused document says the line", () => {
  it.each<[string, string, string, string]>([
    ["a comma too many", '{\n  "openapi": "3.1.0",\n  "tags": [,"a"]\n}', "line 3, column 12", "remove a comma"],
    ["a missing comma", '{\n  "openapi": "3.1.0"\n  "paths": {}\n}', "line 3, column 3", "comma is missing"],
    ["a missing colon", '{\n  "openapi": "3.1.0",\n  "paths" {}\n}', "line 3, column 11", "colon is missing"],
    ["a comment", '{\n  // no\n  "openapi": "3.1.0", "x": [1,,]\n}', "line 2, column 3", "no comments"],
    [
      "what was cut off",
      '{\n  "openapi": "3.1.0",\n  "paths": {\n    "/a": {',
      "line 4, column 12",
      "begins in line 4",
    ],
    [
      "what was cut off in a text",
      '{\n  "openapi": "3.1.0",\n  "info": {"title": "Pa',
      "line 3, column 24",
      "begins in line 3",
    ],
    ["a text that is not closed", '{\n  "openapi": "3.1.0,\n  "x": 1\n}', "line 2, column 14", "double quote"],
    ["a tab", "openapi: 3.1.0\ninfo:\n\ttitle: T\n", "line 3, column 1", "spaces"],
    ["wrong indentation", "openapi: 3.1.0\ninfo:\n  title: T\n version: 1\n", "line 4, column 2", "Indent it"],
    ["a colon in a text", "openapi: 3.1.0\ninfo:\n  title: A: B\n", "line 3, column 11", "quotes"],
    ["a list that is not closed", "openapi: 3.1.0\ntags: [a, b\npaths: {}\n", "line 3, column 1", "Close it"],
    ["a name that means nothing", "openapi: 3.1.0\ninfo: *info\n", "line 2, column 8", "Name it"],
    ["a list for paths", 'openapi: 3.1.0\ninfo: {}\npaths:\n- "/a"\n', "line 3, column 1", "should be an object"],
    [
      "a version that is not known",
      '{\n  "info": {},\n  "openapi": "4.0.0"\n}',
      "line 3, column 3",
      "3.0, 3.1 and 3.2",
    ],
  ])("%s", async (_name, content, place, words) => {
    const loaded = await load({ content });
    if (loaded.ok) throw new Error("read");
    const [diagnostic] = loaded.diagnostics;
    expect(diagnostic?.position && positionText(diagnostic.position)).toBe(place);
    expect(diagnostic?.message).toContain(words);
    expect(diagnostic?.position?.excerpt?.lines.length).toBeGreaterThan(1);
  });
});

describe("withPositions", () => {
  it("says where what the compiler reports stands, and nothing for what was converted", async () => {
    const loaded = await load({ content: yaml });
    if (!loaded.ok) throw new Error("refused");
    const { document } = loaded;
    const { diagnostics } = compileToJson(document);
    expect(diagnostics.length).toBeGreaterThan(0);
    for (const { pointer, position } of await withPositions(diagnostics, document.source))
      if (pointer) expect(position?.line, pointer).toBeGreaterThan(4);
    const curl = await load({ content: "curl https://api.example/pets -H 'Authorization: Bearer 123456'" });
    expect(curl.ok && curl.document.source).toBeUndefined();
  });
});

it.each<[string, string, number, string]>([
  ["a parameter without a name", "- in: query", 9, "has no name"],
  ["a parameter that says no place", "- name: a", 9, "does not say where it is sent"],
  ["a parameter that refers to nothing", "- $ref: '#/components/parameters/No'", 9, "#/components/parameters/No"],
  ["a parameter that is none", "- nonsense", 9, "is not an object"],
  [
    "a schema that refers to nothing",
    "- {name: a, in: query, schema: {$ref: '#/components/schemas/No'}}",
    9,
    "#/components/schemas/No",
  ],
])("the compiler names the line of %s", async (_name, parameter, line, words) => {
  const content = `openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        ${parameter}
      responses: {'200': {description: ok}}
`;
  const loaded = await load({ content });
  if (!loaded.ok) throw new Error("refused");
  const { diagnostics } = compileToJson(loaded.document);
  const told = await withPositions(diagnostics, loaded.document.source);
  expect(told).toMatchObject([{ operation: "GET /pets", message: expect.stringContaining(words), position: { line } }]);
});
