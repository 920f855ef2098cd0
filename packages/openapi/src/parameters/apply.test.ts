import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toDialect } from "../dialect.ts";
import { applyOverrides } from "../override.ts";
import { packTools, unpackTools } from "../pack.ts";
import { compiled } from "../testing.ts";
import type { JsonObject, ParameterEdit, Tool } from "../types.ts";
import { applyParameters, argumentOf, isFlattened } from "./apply.ts";
import { anyEdit } from "./testing.ts";

const query = (name: string, schema: JsonObject, more: JsonObject = {}) => ({ name, in: "query", schema, ...more });

const customer = {
  type: "object",
  properties: { name: { type: "string" }, status: { type: "string" }, tier: { enum: ["gold", "free"] } },
  required: ["name"],
};
const body = (schema: JsonObject, required = true) => ({
  requestBody: { required, content: { "application/json": { schema } } },
});
const order = body({
  type: "object",
  properties: { customer: { $ref: "#/components/schemas/Customer" }, note: { type: "string" } },
  required: ["customer"],
});
const search = {
  parameters: [
    { name: "tenant", in: "path", required: true, schema: { type: "string" } },
    query("q", { type: "string", description: "What to look for." }, { required: true }),
    query("limit", { type: "integer", maximum: 100 }),
    query("status", { type: "string", enum: ["open", "closed", "all"] }),
    query("tags", { type: "array", items: { type: "string", enum: ["a", "b"] } }),
    query("kind", { $ref: "#/components/schemas/Kind" }),
  ],
};

async function toolOf(operation: JsonObject): Promise<Tool> {
  const { tools } = await compiled({
    paths: { "/{tenant}/things": { post: { operationId: "things", ...operation } } },
    components: { schemas: { Customer: customer, Kind: { type: ["string", "null"], description: "Its kind." } } },
  });
  return tools[0] as Tool;
}

const edited = (tool: Tool, parameters: Record<string, ParameterEdit>) =>
  applyOverrides([tool], [{ operation: tool.operation, parameters }])[0] as Tool;
const names = ({ inputSchema }: Tool) => Object.keys(inputSchema.properties as object);
const schemaOf = ({ inputSchema }: Tool, name: string) => (inputSchema.properties as Record<string, unknown>)[name];

describe("an edit of a parameter", () => {
  it.each<[string, Record<string, ParameterEdit>, Partial<Record<string, unknown>>, string[]]>([
    ["of nothing", {}, {}, ["tenant", "q"]],
    ["of a parameter that is not there", { zzz: { hidden: true } }, {}, ["tenant", "q"]],
    ["hides it", { limit: { hidden: true } }, { limit: undefined }, ["tenant", "q"]],
    ["leaves what the API needs", { q: { hidden: true } }, { q: expect.anything() }, ["tenant", "q"]],
    ["hides it behind a default", { q: { hidden: true, default: { value: "x" } } }, { q: undefined }, ["tenant"]],
    ["fixes it", { tenant: { fixed: { value: "acme" } } }, { tenant: undefined }, ["q"]],
    ["fixes it to a fact", { tenant: { fixed: { person: "email" } } }, { tenant: undefined }, ["q"]],
    [
      "gives it a default",
      { q: { default: { value: "all" } } },
      { q: { default: "all", description: 'May be left out: it is "all" then. What to look for.' } },
      ["tenant"],
    ],
    [
      "gives it a fact by default",
      { q: { default: { person: "name" } } },
      { q: { description: "May be left out: it is the name of the person who calls then. What to look for." } },
      ["tenant"],
    ],
    ["renames it", { q: { name: "words" } }, { q: undefined, words: { type: "string" } }, ["tenant", "words"]],
    ["describes it", { q: { description: "New\u200B words." } }, { q: { description: "New words." } }, ["tenant", "q"]],
    [
      "describes what can be null",
      { kind: { description: "What it is." } },
      { kind: { type: ["string", "null"], description: "What it is." } },
      ["tenant", "q"],
    ],
    ["restricts an enum", { status: { values: ["open"] } }, { status: { enum: ["open"] } }, ["tenant", "q"]],
    ["restricts a text", { q: { values: ["x", "y"] } }, { q: { enum: ["x", "y"] } }, ["tenant", "q"]],
    ["restricts a number", { limit: { values: [5, 10] } }, { limit: { enum: [5, 10] } }, ["tenant", "q"]],
    [
      "restricts the items of a list",
      { tags: { values: ["a"] } },
      { tags: { items: { enum: ["a"] } } },
      ["tenant", "q"],
    ],
    [
      "restricts what could be null",
      { kind: { values: ["x"] } },
      { kind: { type: "string", enum: ["x"] } },
      ["tenant", "q"],
    ],
    ["demands it", { limit: { required: true } }, {}, ["tenant", "q", "limit"]],
  ])("%s", async (_name, edits, want, required) => {
    const tool = await toolOf(search);
    const before = structuredClone(tool);
    const now = edited(tool, edits);
    for (const [name, schema] of Object.entries(want))
      if (schema === undefined) expect(names(now)).not.toContain(name);
      else expect(schemaOf(now, name)).toMatchObject(schema as object);
    expect(now.inputSchema.required).toEqual(required);
    expect(tool).toEqual(before);
  });

  it("says in the plan what is given, under the name that the request is built with", async () => {
    const tool = await toolOf(search);
    const { plan, renamed } = edited(tool, {
      tenant: { fixed: { value: "acme" }, name: "unused" },
      q: { name: "words", default: { value: "all" } },
      limit: { hidden: true },
      status: { hidden: true, default: { value: "open" } },
      kind: { fixed: { person: "id" } },
    });
    expect(plan.given).toEqual([
      { argument: "tenant", isFixed: true, value: "acme", isRequired: true },
      { argument: "words", isFixed: false, value: "all", isRequired: true },
      { argument: "status", isFixed: true, value: "open" },
      { argument: "kind", isFixed: true, person: "id" },
    ]);
    expect(plan.parameters.map(({ argument, name }) => [argument, name])).toEqual([
      ["tenant", "tenant"],
      ["words", "q"],
      ["status", "status"],
      ["tags", "tags"],
      ["kind", "kind"],
    ]);
    expect(renamed).toEqual({ q: "words" });
  });

  it("says in the plan what is allowed, for clients whose models see no such thing", async () => {
    const { plan } = edited(await toolOf(search), {
      q: { name: "words", values: ["x"] },
      tags: { values: ["a"] },
      status: { values: ["open"], fixed: { value: "open" } },
    });
    expect(plan.allowed).toEqual([
      { argument: "words", values: ["x"] },
      { argument: "tags", values: ["a"] },
    ]);
  });

  it.each<[string, Record<string, ParameterEdit>, string[]]>([
    ["a swap", { q: { name: "limit" }, limit: { name: "q" } }, ["tenant", "limit", "q", "status", "tags", "kind"]],
    ["a taken name", { q: { name: "limit" } }, ["tenant", "q", "limit", "status", "tags", "kind"]],
    [
      "the name of a hidden one",
      { q: { name: "limit" }, limit: { hidden: true } },
      ["tenant", "limit", "status", "tags", "kind"],
    ],
    [
      "the name of a fixed one",
      { q: { name: "limit" }, limit: { fixed: { value: 1 } } },
      ["tenant", "q", "status", "tags", "kind"],
    ],
    [
      "two that want one",
      { q: { name: "x" }, kind: { name: "x" } },
      ["tenant", "q", "limit", "status", "tags", "kind"],
    ],
    ["a name that no client takes", { q: { name: "a b" } }, ["tenant", "q", "limit", "status", "tags", "kind"]],
    ["a name that all objects have", { q: { name: "__proto__" } }, ["tenant", "q", "limit", "status", "tags", "kind"]],
  ])("renames to %s", async (_name, edits, want) => {
    expect(names(edited(await toolOf(search), edits))).toEqual(want);
  });

  it("costs what the model then sees", async () => {
    const tool = await toolOf(search);
    expect(
      edited(tool, { q: { description: "A longer description than before, to be sure." } }).tokens,
    ).toBeGreaterThan(edited(tool, {}).tokens);
    expect(edited(tool, { tags: { hidden: true } }).tokens).toBeLessThan(edited(tool, {}).tokens);
  });

  it("is nowhere in any list once it is fixed", async () => {
    const tool = edited(await toolOf(search), { tenant: { fixed: { value: "s3cret-tenant" } } });
    for (const dialect of ["full", "safe", "openai-strict", "gemini"] as const)
      expect(JSON.stringify(toDialect(tool.inputSchema, dialect))).not.toMatch(/s3cret|tenant/);
  });

  it("asks a person for a renamed argument, and for none that has a value", async () => {
    const tool = await toolOf(search);
    const ask = (parameters: Record<string, ParameterEdit>) =>
      applyOverrides([tool], [{ operation: tool.operation, askFor: ["q", "limit"], parameters }])[0]?.askFor;
    expect(ask({ q: { name: "words" } })).toEqual(["words", "limit"]);
    expect(ask({ q: { default: { value: "x" } }, limit: { hidden: true } })).toBeUndefined();
    expect(ask({ q: { name: "limit" }, limit: { name: "q" } })).toEqual(["limit", "q"]);
  });
});

describe("a flattened object", () => {
  it("has its properties beside the others, which keep their names", async () => {
    const operation = { ...order, parameters: [query("status", {}), ...search.parameters.slice(0, 1)] };
    const now = edited(await toolOf(operation), { customer: { flatten: true } });
    expect(names(now)).toEqual(["status", "tenant", "name", "customer_status", "tier", "note"]);
    expect(now.inputSchema.required).toEqual(["tenant", "name"]);
    expect(now.plan.body).toMatchObject({
      objects: ["customer"],
      mapping: {
        kind: "flat",
        properties: [
          { argument: "name", name: "name", within: "customer" },
          { argument: "customer_status", name: "status", within: "customer" },
          { argument: "tier", name: "tier", within: "customer" },
          { argument: "note", name: "note" },
        ],
      },
    });
    expect(argumentOf(now, "customer.status")).toBe("customer_status");
    expect([isFlattened(now, "customer"), isFlattened(now, "note")]).toEqual([true, false]);
  });

  it("takes edits of its properties", async () => {
    const now = edited(await toolOf(order), {
      customer: { flatten: true },
      "customer.name": { fixed: { person: "name" } },
      "customer.tier": { values: ["gold"], name: "level" },
      "customer.status": { hidden: true },
    });
    expect(names(now)).toEqual(["tenant", "level", "note"]);
    expect(schemaOf(now, "level")).toMatchObject({ enum: ["gold"] });
    expect(now.plan.given).toEqual([{ argument: "name", isFixed: true, person: "name", isRequired: true }]);
  });

  it("has what it needs together when it may be left out", async () => {
    const optional = body({ type: "object", properties: { customer, note: { type: "string" } } });
    const tool = await toolOf(optional);
    const flat = edited(tool, { customer: { flatten: true } });
    expect(flat.inputSchema).toMatchObject({
      required: ["tenant"],
      dependentRequired: { status: ["name"], tier: ["name"] },
    });
    const fixed = edited(tool, { customer: { flatten: true }, "customer.tier": { fixed: { value: "gold" } } });
    expect(fixed.inputSchema).toMatchObject({ required: ["tenant", "name"], dependentRequired: { status: ["name"] } });
  });

  it("can be the whole body", async () => {
    const now = edited(await toolOf(body({ type: "object", properties: { data: customer }, required: ["data"] })), {
      body: { flatten: true },
    });
    expect(names(now)).toEqual(["tenant", "data"]);
    expect(now.plan.body?.mapping).toEqual({ kind: "flat", properties: [{ argument: "data", name: "data" }] });
  });

  it.each<[string, JsonObject]>([
    ["a choice of objects", { oneOf: [customer, { type: "object" }] }],
    ["an object with free keys", { ...customer, additionalProperties: { type: "string" } }],
    ["a list", { type: "array", items: customer }],
    ["text", { type: "string" }],
    ["an object without properties", { type: "object" }],
  ])("is none that is %s", async (_name, schema) => {
    const tool = await toolOf(body({ type: "object", properties: { customer: schema, note: {} } }));
    expect(names(edited(tool, { customer: { flatten: true } }))).toEqual(["tenant", "customer", "note"]);
  });

  it("keeps names within what clients take", async () => {
    const long = "c".repeat(64);
    const properties = { [long]: { type: "object", properties: { note: {}, [long]: {} } }, note: {} };
    const now = edited(await toolOf(body({ type: "object", properties })), { [long]: { flatten: true } });
    expect(new Set(names(now)).size).toBe(4);
    for (const name of names(now)) expect(name).toMatch(/^[\w.-]{1,64}$/);
  });
});

it("an optional body that a fixed value is in has what it needs", async () => {
  const tool = await toolOf(
    body({ type: "object", properties: { name: {}, source: { type: "string" } }, required: ["name"] }, false),
  );
  expect(tool.inputSchema.required).toEqual(["tenant"]);
  const now = edited(tool, { source: { fixed: { value: "mcp" } } });
  expect(now.inputSchema.required).toEqual(["tenant", "name"]);
});

it("survives being stored", async () => {
  const tool = edited(await toolOf({ ...order, parameters: search.parameters }), {
    customer: { flatten: true },
    q: { name: "words" },
    limit: { fixed: { value: 5 } },
    status: { values: ["open"] },
  });
  const { variants: _variants, ...kept } = tool;
  expect(unpackTools(JSON.parse(JSON.stringify(packTools([kept]))))).toEqual([JSON.parse(JSON.stringify(kept))]);
});

const keys = [
  "tenant",
  "q",
  "limit",
  "status",
  "tags",
  "kind",
  "customer",
  "customer.name",
  "customer.tier",
  "note",
  "__proto__",
];

it("gives a tool that can be called, whatever the edits", async () => {
  const tool = await toolOf({ ...order, parameters: search.parameters });
  const before = JSON.stringify(tool);
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), anyEdit), (edits) => {
      const now = applyParameters(tool, edits as Record<string, ParameterEdit>);
      const {
        properties,
        required = [],
        dependentRequired = {},
      } = now.inputSchema as {
        properties: object;
        required?: string[];
        dependentRequired?: Record<string, string[]>;
      };
      const shown = new Set(Object.keys(properties));
      const { body } = now.plan;
      const inBody = body?.mapping.kind === "flat" ? body.mapping.properties.map(({ argument }) => argument) : [];
      const planned = [...now.plan.parameters.map(({ argument }) => argument), ...inBody];
      const fixed = (now.plan.given ?? []).filter(({ isFixed }) => isFixed).map(({ argument }) => argument);
      expect(new Set(planned).size).toBe(planned.length);
      expect([...shown, ...fixed].sort()).toEqual([...planned].sort());
      for (const name of [...required, ...Object.keys(dependentRequired), ...Object.values(dependentRequired).flat()])
        expect(shown).toContain(name);
      // What the API needs comes from the model or from the version.
      const sources = new Set([...required, ...(now.plan.given ?? []).map(({ argument }) => argument)]);
      for (const { argument, required: isNeeded } of now.plan.parameters)
        if (isNeeded) expect(sources).toContain(argument);
      expect(JSON.stringify(applyParameters(tool, edits as Record<string, ParameterEdit>))).toBe(JSON.stringify(now));
    }),
    { numRuns: 500 },
  );
  expect(JSON.stringify(tool)).toBe(before);
});
