import type { Tool } from "@portico/openapi";
import { expect, it } from "vitest";
import { compareVersions, hasChanges } from "./compare-versions.ts";
import type { Manifest } from "./manifest.ts";

const NONE = { path: [], parameters: [], security: [], response: { accept: "application/json", contentTypes: [] } };

const CHANGING = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true };
const READING = { ...CHANGING, readOnlyHint: true };

function tool(change: Partial<Tool> = {}): Tool {
  return {
    name: "list_pets",
    description: "Lists pets.",
    operation: "GET /pets",
    tags: [],
    deprecated: false,
    inputSchema: { type: "object", properties: { limit: { type: "integer" } } },
    annotations: READING,
    plan: { ...NONE, method: "GET", baseUrls: [{ url: "https://pets.example.com/v1", variables: {} }] } as Tool["plan"],
    tokens: 40,
    ...change,
  };
}

function manifest(change: Partial<Manifest> = {}): Manifest {
  return {
    title: "Pets",
    documentVersion: "1.0.0",
    dialect: "auto",
    toolMode: "list",
    tools: [tool()],
    securitySchemes: [],
    ...change,
  };
}

const inputOf = (properties: object, required: string[] = []) => ({ type: "object", properties, required });
const one = { type: "integer" };

/** What one change of the only tool is told as. */
it.each<{ is: string; before?: Partial<Tool>; after: Partial<Tool>; want: [where: string, isBreaking: boolean][] }>([
  { is: "another name", after: { name: "find_pets" }, want: [["name", true]] },
  { is: "a title", after: { title: "Pets" }, want: [["title", false]] },
  { is: "a description", after: { description: "Finds pets." }, want: [["description", false]] },
  { is: "a new parameter", after: { inputSchema: inputOf({ limit: one, tag: one }) }, want: [["tag", false]] },
  {
    is: "a new parameter that is required",
    after: { inputSchema: inputOf({ limit: one, tag: one }, ["tag"]) },
    want: [["tag", true]],
  },
  { is: "a parameter that is gone", after: { inputSchema: inputOf({}) }, want: [["limit", true]] },
  {
    is: "a parameter required now",
    after: { inputSchema: inputOf({ limit: one }, ["limit"]) },
    want: [["limit", true]],
  },
  {
    is: "a parameter no longer required",
    before: { inputSchema: inputOf({ limit: one }, ["limit"]) },
    after: { inputSchema: inputOf({ limit: one }) },
    want: [["limit", false]],
  },
  {
    is: "a required parameter that a person is asked for instead",
    before: { inputSchema: inputOf({ limit: one }, ["limit"]) },
    after: { inputSchema: inputOf({ limit: one }, ["limit"]), askFor: ["limit"] },
    // Its description says so, too.
    want: [
      ["limit", false],
      ["limit", false],
      ["ask for", false],
    ],
  },
  { is: "another type", after: { inputSchema: inputOf({ limit: { type: "string" } }) }, want: [["limit", true]] },
  {
    is: "a wider type",
    after: { inputSchema: inputOf({ limit: { type: ["integer", "string"] } }) },
    want: [["limit", false]],
  },
  {
    is: "an answer with less",
    before: { outputSchema: inputOf({ id: one, age: one }) },
    after: { outputSchema: inputOf({ id: one }) },
    want: [["age", true]],
  },
  { is: "a reading tool that changes something", after: { annotations: CHANGING }, want: [["kind", true]] },
  {
    is: "a reading tool of which somebody says that it deletes",
    after: { annotations: { ...CHANGING, destructiveHint: true }, kind: "destroying" },
    want: [["kind", true]],
  },
  {
    is: "a tool that can be repeated, and stays within the API",
    before: { annotations: CHANGING },
    after: { annotations: { ...CHANGING, idempotentHint: true, openWorldHint: false } },
    want: [
      ["hints", false],
      ["hints", false],
    ],
  },
  {
    is: "a time of its own, and how often it is made again",
    after: { plan: { ...tool().plan, timeoutSeconds: 5, retries: 0 } },
    want: [
      ["timeout", false],
      ["retries", false],
    ],
  },
  { is: "a tool that only reads now", before: { annotations: CHANGING }, after: {}, want: [["kind", false]] },
  { is: "a question before each call", after: { askFirst: true }, want: [["ask first", true]] },
  { is: "no more question", before: { askFirst: true }, after: {}, want: [["ask first", false]] },
  { is: "fewer fields of the answer", after: { shape: { keep: ["id"] } }, want: [["answer", true]] },
  { is: "another form of the answer", after: { shape: { format: "table" } }, want: [["answer", false]] },
  {
    is: "another host",
    after: { plan: { ...tool().plan, baseUrls: [{ url: "https://api.example.com", variables: {} }] } as Tool["plan"] },
    want: [["base URL", true]],
  },
  {
    is: "another path behind the same name",
    after: {
      operation: "GET /animals",
      plan: { ...tool().plan, path: [{ text: "/animals" }] } as unknown as Tool["plan"],
    },
    want: [["call", false]],
  },
])("tells of $is", ({ before = {}, after, want }) => {
  const { changed, added, removed, isBreaking } = compareVersions(
    manifest({ tools: [tool(before)] }),
    manifest({ tools: [tool(after)] }),
  );
  expect({ added, removed }).toEqual({ added: [], removed: [] });
  expect(changed.flatMap(({ changes }) => changes.map(({ where, isBreaking }) => [where, isBreaking]))).toEqual(want);
  expect(isBreaking).toBe(want.some(([, isBreaking]) => isBreaking));
  for (const { changes } of changed) for (const { message } of changes) expect(message).toMatch(/^[A-Z“].+\.$/s);
});

const prompt = { name: "start", messages: [{ role: "user" as const, text: "Begin." }] };
const resource = { uri: "pets://about", name: "about", text: "Pets." };

/** What one change beside the tools is told as. */
it.each<{ is: string; before?: Partial<Manifest>; after: Partial<Manifest>; want: [string, boolean][] }>([
  { is: "a title", after: { title: "Animals" }, want: [["title", false]] },
  { is: "a description", after: { description: "All of them." }, want: [["description", false]] },
  { is: "an empty description and none", before: { description: "" }, after: {}, want: [] },
  { is: "instructions", after: { instructions: "Be brief." }, want: [["instructions", false]] },
  { is: "a base URL", after: { baseUrl: "https://other.example.com" }, want: [["baseUrl", false]] },
  { is: "an icon", after: { icon: "https://example.com/i.png" }, want: [["icon", false]] },
  { is: "a dialect", after: { dialect: "gemini" }, want: [["dialect", false]] },
  { is: "tool search", after: { toolMode: "search" }, want: [["toolMode", false]] },
  { is: "a prompt that came", after: { prompts: [prompt] }, want: [["prompts", false]] },
  { is: "a prompt that went", before: { prompts: [prompt] }, after: {}, want: [["prompts", true]] },
  {
    is: "a resource that changed",
    before: { resources: [resource] },
    after: { resources: [{ ...resource, text: "Cats." }] },
    want: [["resources", false]],
  },
  { is: "stand-ins that went", before: { standInTools: true }, after: {}, want: [["standInTools", true]] },
  { is: "answers read in parts", after: { readAnswers: true }, want: [["readAnswers", false]] },
  { is: "texts that are searched", after: { searchTexts: true }, want: [["searchTexts", false]] },
  { is: "texts that are searched no more", before: { searchTexts: true }, after: {}, want: [["searchTexts", true]] },
  { is: "another version of the document", after: { documentVersion: "2" }, want: [["documentVersion", false]] },
])("tells of a setting: $is", ({ before = {}, after, want }) => {
  const changes = compareVersions(manifest(before), manifest(after));
  expect(changes.settings.map(({ where, isBreaking }) => [where, isBreaking])).toEqual(want);
  expect(changes.isBreaking).toBe(want.some(([, isBreaking]) => isBreaking));
  expect(hasChanges(changes)).toBe(want.length > 0);
});

it("lists tools that came and went, a tool that moved only once, and counts the rest", () => {
  const kept = tool({ name: "kept", operation: "GET /kept" });
  const before = manifest({
    tools: [
      kept,
      tool({ name: "gone", operation: "DELETE /gone", annotations: CHANGING }),
      tool({ name: "moved", operation: "GET /a" }),
    ],
  });
  const after = manifest({
    tools: [
      tool({ name: "fresh", operation: "POST /fresh", annotations: CHANGING }),
      tool({ name: "moved", operation: "GET /b" }),
      kept,
    ],
  });
  expect(compareVersions(before, after)).toMatchObject({
    added: [{ name: "fresh", kind: "changing" }],
    removed: [{ name: "gone", kind: "destroying" }],
    changed: [{ name: "moved", operation: "GET /b", isBreaking: false }],
    unchangedCount: 1,
    isBreaking: true,
  });
  expect(compareVersions(after, after)).toMatchObject({ added: [], removed: [], changed: [], isBreaking: false });
});

it("is told of a name that went from one tool to another as two renamed tools", () => {
  const [first, second] = [tool({ name: "a", operation: "GET /1" }), tool({ name: "b", operation: "GET /2" })];
  const swapped = [tool({ name: "b", operation: "GET /1" }), tool({ name: "a", operation: "GET /2" })];
  const { added, removed, changed } = compareVersions(
    manifest({ tools: [first, second] }),
    manifest({ tools: swapped }),
  );
  expect([added, removed]).toEqual([[], []]);
  expect(changed.map(({ changes }) => changes.map(({ where }) => where))).toEqual([["name"], ["name"]]);
});

it("does not tell of another address in the document where the server has its own", () => {
  const plan = { ...tool().plan, baseUrls: [{ url: "https://api.example.com", variables: {} }] } as Tool["plan"];
  const baseUrl = "https://own.example.com";
  const { changed } = compareVersions(manifest({ baseUrl }), manifest({ baseUrl, tools: [tool({ plan })] }));
  expect(changed).toMatchObject([{ isBreaking: false }]);
});
