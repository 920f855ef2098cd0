import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compiled } from "../testing.ts";
import type { ParameterEdit, Tool } from "../types.ts";
import { checkParameters } from "./check.ts";
import { listParameters } from "./list.ts";
import { mergeParameters } from "./merge.ts";
import { anyEdit } from "./testing.ts";

const query = (name: string, schema: object, more: object = {}) => ({ name, in: "query", schema, ...more });
const operation = {
  parameters: [
    query("q", { type: "string", description: "What to look for." }, { required: true }),
    query("limit", { type: "integer", default: 20 }),
    query("status", { type: "string", enum: ["open", "closed"] }),
    query("tags", { type: "array", items: { type: "string" } }),
    query("filter", { type: "object", properties: { a: {} } }),
  ],
  requestBody: {
    content: {
      "application/json": {
        schema: {
          type: "object",
          properties: {
            customer: { type: "object", properties: { name: { type: "string" }, vip: { type: "boolean" } } },
            subject: { type: "string" },
            note: { type: "string" },
          },
          required: ["subject"],
        },
      },
    },
  },
};

async function toolOf(more: object = {}): Promise<Tool> {
  const { tools } = await compiled({ paths: { "/things": { post: { ...operation, ...more } } } });
  return tools[0] as Tool;
}

describe("an edit that cannot be", () => {
  it.each<[string, Record<string, ParameterEdit>, string, RegExp]>([
    ["of no parameter", { zzz: { hidden: true } }, "parameter", /no parameter "zzz"; it has q, limit, /],
    ["of a property that is not flattened", { "customer.vip": { hidden: true } }, "parameter", /flatten "customer"/],
    ["hides what the API needs", { q: { hidden: true } }, "hidden", /"q" cannot be hidden.*fix it to a value/],
    [
      "hides what the API needs with another",
      { subject: { hidden: true } },
      "hidden",
      /"subject" cannot be hidden.*whenever "customer" is given/,
    ],
    ["fixes a value of another type", { limit: { fixed: { value: "many" } } }, "fixed", /"limit" cannot be "many"/],
    [
      "fixes a value that is none of the list",
      { status: { fixed: { value: "x" } } },
      "fixed",
      /"status" cannot be "x"/,
    ],
    ["fixes a number to a person", { limit: { fixed: { person: "id" } } }, "fixed", /"limit" does not take any text/],
    ["fixes a choice to a person", { status: { default: { person: "id" } } }, "default", /"status" does not take any/],
    [
      "fixes and gives a default",
      { q: { fixed: { value: "a" }, default: { value: "b" } } },
      "default",
      /"q" is fixed.*remove one/,
    ],
    ["has a default that it does not allow", { q: { default: { value: "a" }, values: ["b"] } }, "default", /add it/],
    ["takes a taken name", { q: { name: "limit" } }, "name", /"q" cannot be called "limit".*choose another/],
    ["takes a name that no client takes", { q: { name: "a b" } }, "name", /"q" cannot be called "a b": use 1 to 64/],
    ["takes a dangerous name", { q: { name: "__proto__" } }, "name", /cannot be called "__proto__"/],
    ["restricts to nothing", { q: { values: [] } }, "values", /choose at least one value of "q"/],
    [
      "restricts to what is not there",
      { status: { values: ["x"] } },
      "values",
      /"status" takes only open, closed: remove/,
    ],
    ["restricts a number to text", { limit: { values: ["x"] } }, "values", /"limit" takes integer values: remove "x"/],
    ["restricts an object", { customer: { values: ["x"] } }, "values", /"customer" cannot be restricted/],
    [
      "demands what is given",
      { limit: { required: true, default: { value: 1 } } },
      "required",
      /remove one of the two/,
    ],
    ["demands what is hidden", { limit: { required: true, hidden: true } }, "required", /remove one of the two/],
    ["flattens what is in the query", { filter: { flatten: true } }, "flatten", /"filter" is not part of the body/],
    ["flattens what is no object", { note: { flatten: true } }, "flatten", /"note" is no plain object/],
    ["fixes what is flattened", { customer: { flatten: true, fixed: { value: {} } } }, "fixed", /do not flatten it/],
    [
      "hides what is in an object that is not there",
      { customer: { flatten: true }, "customer.zzz": { hidden: true } },
      "parameter",
      /flatten "customer" to edit "customer.zzz", if it has/,
    ],
  ])("%s", async (_name, edits, field, message) => {
    const { problems } = checkParameters(await toolOf(), edits);
    expect(problems).toEqual([{ key: expect.any(String), field, message: expect.stringMatching(message) }]);
  });
});

it("keeps of an edit what changes something", async () => {
  const { parameters, problems } = checkParameters(await toolOf(), {
    q: { name: "q", description: " What to look for. ", hidden: false, required: true },
    limit: { hidden: false },
    status: { values: ["open", "open"] },
    customer: { flatten: true, hidden: false },
    "customer.vip": { hidden: true },
    note: { required: true },
    subject: { fixed: { value: "Hello" } },
  });
  expect(problems).toEqual([]);
  expect(parameters).toEqual({
    customer: { flatten: true },
    "customer.vip": { hidden: true },
    note: { required: true },
    status: { values: ["open"] },
    subject: { fixed: { value: "Hello" } },
  });
});

it("takes a value as whoever judges it hands it back", async () => {
  const { parameters } = checkParameters(await toolOf(), { limit: { fixed: { value: "5" } } }, () => ({ value: 5 }));
  expect(parameters).toEqual({ limit: { fixed: { value: 5 } } });
});

it("hides an optional body as a whole", async () => {
  const edits = { customer: { hidden: true }, subject: { hidden: true }, note: { hidden: true } };
  expect(checkParameters(await toolOf(), edits).problems).toEqual([]);
});

it("lists what a person can make of each parameter", async () => {
  const listed = listParameters(await toolOf());
  expect(listed.map(({ key, in: place, type, isRequired }) => [key, place, type, isRequired])).toEqual([
    ["q", "query", "string", true],
    ["limit", "query", "integer", false],
    ["status", "query", "string", false],
    ["tags", "query", "list of string", false],
    ["filter", "query", "object", false],
    ["customer", "body", "object", false],
    ["subject", "body", "string", false],
    ["note", "body", "string", false],
  ]);
  const [, limit, status, tags, , customer] = listed;
  expect(limit).toMatchObject({ default: 20, values: { type: "integer", isList: false } });
  expect(status?.values).toEqual({ type: "string", isList: false, choices: ["open", "closed"] });
  expect(tags?.values).toEqual({ type: "string", isList: true });
  expect(customer?.properties?.map(({ key, name, type }) => [key, name, type])).toEqual([
    ["customer.name", "name", "string"],
    ["customer.vip", "vip", "boolean"],
  ]);
});

describe("edits for a new document", () => {
  const taking = (...parameters: object[]) => toolOf({ parameters, requestBody: undefined });

  it.each<[string, object[], Record<string, ParameterEdit>, Record<string, ParameterEdit>, string[]]>([
    ["that has all", [query("a", {})], { a: { name: "b" } }, { a: { name: "b" } }, []],
    [
      "that has one no more",
      [query("a", {})],
      { a: { name: "b" }, gone: { hidden: true } },
      { a: { name: "b" } },
      ["gone"],
    ],
    [
      "that has fewer values",
      [query("a", { type: "string", enum: ["x", "z"] })],
      { a: { values: ["x", "y"], description: "A." } },
      { a: { values: ["x"], description: "A." } },
      ["a"],
    ],
    ["that needs what was hidden", [query("a", {}, { required: true })], { a: { hidden: true } }, {}, ["a"]],
    ["that has a parameter of a given name", [query("a", {}), query("b", {})], { a: { name: "b" } }, {}, ["a"]],
    [
      "in which a default does not fit",
      [query("a", { type: "integer" })],
      { a: { default: { value: "x" } } },
      {},
      ["a"],
    ],
    [
      "in which what is fixed does not fit, and stays fixed",
      [query("a", { type: "integer" })],
      { a: { fixed: { value: "x" } }, gone: { hidden: true } },
      { a: { fixed: { value: "x" } } },
      ["a", "gone"],
    ],
    [
      "that flattens no more",
      [query("customer", {})],
      { customer: { flatten: true }, "customer.name": { hidden: true } },
      {},
      ["customer", "customer.name"],
    ],
  ])("%s", async (_name, parameters, yours, want, lost) => {
    const before = structuredClone(yours);
    expect(mergeParameters(await taking(...parameters), yours)).toEqual({ parameters: want, lost });
    expect(yours).toEqual(before);
  });
});

it("has nothing left to say of what it kept, whatever the edits", async () => {
  const tool = await toolOf();
  const keys = ["q", "limit", "status", "tags", "customer", "customer.name", "subject", "note", "gone"];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), anyEdit), (edits) => {
      const yours = edits as Record<string, ParameterEdit>;
      const merged = mergeParameters(tool, yours);
      const again = mergeParameters(tool, merged.parameters);
      expect(again.parameters).toEqual(merged.parameters);
      // What is fixed stays, and is told as long as it does not fit.
      for (const { field } of checkParameters(tool, merged.parameters).problems) expect(field).toBe("fixed");
      for (const key of Object.keys(yours))
        if (yours[key]?.fixed && key !== "gone" && !key.includes(".") && key !== "customer")
          expect(merged.parameters[key]).toHaveProperty("fixed");
      const { parameters, problems } = checkParameters(tool, yours);
      if (problems.length === 0) expect(checkParameters(tool, parameters)).toEqual({ parameters, problems: [] });
    }),
    { numRuns: 500 },
  );
});
