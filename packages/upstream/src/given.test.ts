import type { GivenArgument } from "@portico/openapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callTool } from "./call-tool.ts";
import { createEgress } from "./egress/egress.ts";
import { disallowed, fixedArguments, withDefaults } from "./given.ts";
import { buildRequest } from "./request/build-request.ts";
import { parameterOf, planOf, startServer, toolOf } from "./testing.ts";
import type { Egress, Person } from "./types.ts";
import { createValidator } from "./validate/validator.ts";

const given: GivenArgument[] = [
  { argument: "tenant", isFixed: true, value: "acme" },
  { argument: "by", isFixed: true, person: "email" },
  { argument: "limit", isFixed: false, value: 20 },
  { argument: "owner", isFixed: false, person: "name", isRequired: true },
];
const ada: Person = { email: "ada@example.com", name: "Ada", id: "usr_1" };

describe("arguments that a version gives", () => {
  it.each<[string, Record<string, unknown>, object]>([
    ["left out", {}, { limit: 20, owner: "Ada" }],
    ["said", { limit: 5, owner: "Bob" }, { limit: 5, owner: "Bob" }],
    ["said to be nothing", { limit: null }, { limit: 20, owner: "Ada" }],
    ["false or zero", { limit: 0, owner: false }, { limit: 0, owner: false }],
  ])("stand for what the model left out: %s", (_name, args, want) => {
    expect(withDefaults({ given }, args, ada)).toEqual({ args: want });
  });

  it("are a problem where the API needs one and nothing is known of the caller", () => {
    expect(withDefaults({ given }, {})).toMatchObject({
      problem: expect.stringMatching(/^Argument "owner": expected/),
    });
    expect(withDefaults({ given }, { owner: "Bob" })).toEqual({ args: { owner: "Bob", limit: 20 } });
  });

  it("are fixed for everybody, and refused to whoever lacks a fact", () => {
    expect(fixedArguments({ given }, ada)).toEqual({ args: { tenant: "acme", by: "ada@example.com" } });
    expect(fixedArguments({ given }, { name: "Ada" })).toEqual({
      problem: expect.stringMatching(/always works with the verified e-mail address.*Connect as a person/),
    });
  });
});

it.each<[string, Record<string, unknown>, string[]]>([
  ["nothing", {}, []],
  ["all that is allowed", { size: 1, tags: ["a", "b"] }, []],
  ["something else", { size: "1" }, ["size"]],
  ["something else in a list", { tags: ["a", "c"] }, ["tags"]],
  ["nothing in a list", { tags: [] }, []],
])("holds arguments to the values that they are restricted to: %s", (_name, args, want) => {
  const allowed = [
    { argument: "size", values: [1, 2] },
    { argument: "tags", values: ["a", "b"] },
  ];
  expect(disallowed({ allowed }, args).map(({ argument }) => argument)).toEqual(want);
});

describe("a call", () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let egress: Egress;
  beforeAll(async () => {
    server = await startServer(() => ({}));
    egress = createEgress({ allow: ["127.0.0.0/8"] });
  });
  afterAll(async () => {
    await egress.close();
    await server.stop();
  });
  const tool = (tenant: unknown) =>
    toolOf({
      inputSchema: { type: "object", properties: { words: { type: "string" } }, additionalProperties: false },
      plan: planOf({
        baseUrls: [{ url: server.origin, variables: {} }],
        path: [{ literal: "/" }, { parameter: "tenant" }, { literal: "/things" }],
        parameters: [
          parameterOf({ argument: "tenant", in: "path", name: "tenant", required: true, style: "simple" }),
          parameterOf({ argument: "words", name: "q" }),
        ],
        given: [{ argument: "tenant", isFixed: true, value: tenant }],
      }),
    });
  const call = (args: unknown, tenant: unknown = "acme") =>
    callTool({
      ...{ tool: tool(tenant), toolId: `t ${String(tenant)}`, args, egress, validate: createValidator() },
      target: { credentials: {} },
    });

  it("sends what is fixed, under the names of the API", async () => {
    expect(await call({ words: "x" })).toMatchObject({ outcome: "ok" });
    expect(server.seen.at(-1)?.url).toBe("/acme/things?q=x");
  });

  it("takes neither what is fixed nor the names of the API from the model", async () => {
    const before = server.seen.length;
    for (const args of [{ tenant: "other" }, { q: "x" }]) {
      const { outcome, result } = await call(args);
      expect(outcome).toBe("invalid_arguments");
      expect(JSON.stringify(result)).toContain("no such argument; known are words");
      expect(JSON.stringify(result)).not.toContain("acme");
    }
    expect(server.seen.length).toBe(before);
  });

  it("never tells the model what is fixed, when it is what does not fit", async () => {
    for (const tenant of ["..", "s3cret\u0000", ""]) {
      const { outcome, result } = await call({}, tenant);
      expect(outcome).toBe("invalid_arguments");
      expect(JSON.stringify(result)).toContain("a value that is fixed for it does not fit");
      expect(JSON.stringify(result)).not.toMatch(/s3cret|tenant|\.\."/);
    }
  });
});

describe("a flattened object", () => {
  const bodyOf = (args: Record<string, unknown>, required: boolean, contentType = "application/json") => {
    const built = buildRequest(
      toolOf({
        plan: planOf({
          method: "POST",
          body: {
            contentType,
            required,
            objects: ["customer"],
            mapping: {
              kind: "flat",
              properties: [
                { argument: "name", name: "name", within: "customer" },
                { argument: "customer_note", name: "note", within: "customer" },
                { argument: "note", name: "note" },
              ],
            },
          },
        }),
      }),
      args,
      { credentials: {} },
    );
    if (!built.ok) throw new Error("not built");
    return built.request.body;
  };

  it.each<[string, Record<string, unknown>, boolean, string | undefined]>([
    [
      "is whole again",
      { name: "Ada", customer_note: "a", note: "b" },
      true,
      '{"customer":{"name":"Ada","note":"a"},"note":"b"}',
    ],
    ["is there though nothing in it is, where the API needs it", { note: "b" }, false, '{"note":"b","customer":{}}'],
    ["is alone in a body that is needed", {}, true, '{"customer":{}}'],
    ["is left out with its body", {}, false, undefined],
  ])("%s", (_name, args, required, want) => {
    expect(bodyOf(args, required)).toBe(want);
  });

  it("goes into a form as it would whole", () => {
    const type = "application/x-www-form-urlencoded";
    expect(bodyOf({ name: "Ada", note: "b" }, true, type)).toBe(bodyOf({ name: "Ada", note: "b" }, false, type));
    expect(decodeURIComponent(String(bodyOf({ name: "Ada" }, true, type)))).toContain("Ada");
  });
});
