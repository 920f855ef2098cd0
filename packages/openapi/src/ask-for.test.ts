import { describe, expect, it } from "vitest";
import { formFieldOf, shownInput } from "./ask-for.ts";
import { toDialect } from "./dialect.ts";
import { applyOverrides } from "./override.ts";
import { compiled, toolOf } from "./testing.ts";
import type { Dialect, JsonSchema } from "./types.ts";

describe("formFieldOf", () => {
  const defs = { Kind: { type: "string", enum: ["cat", "dog"], description: "What it is." } };
  const fieldOf = (schema: JsonSchema) =>
    formFieldOf({ type: "object", properties: { it: schema }, $defs: defs }, "it");

  it.each<[JsonSchema, JsonSchema]>([
    [{ type: "string" }, { type: "string" }],
    [
      {
        type: "string",
        title: "E-mail",
        description: "Whose.",
        format: "email",
        minLength: 3,
        maxLength: 9,
        default: "a@b",
      },
      {
        type: "string",
        title: "E-mail",
        description: "Whose.",
        minLength: 3,
        maxLength: 9,
        format: "email",
        default: "a@b",
      },
    ],
    [{ type: "string", format: "uuid", pattern: "^x" }, { type: "string" }],
    [
      { type: "integer", minimum: 1, maximum: 9, default: 1.5 },
      { type: "integer", minimum: 1, maximum: 9 },
    ],
    [{ type: ["number", "null"], exclusiveMinimum: 0 }, { type: "number" }],
    [
      { type: "boolean", default: false },
      { type: "boolean", default: false },
    ],
    [{ $ref: "#/$defs/Kind" }, { type: "string", description: "What it is.", enum: ["cat", "dog"] }],
    [
      { anyOf: [{ $ref: "#/$defs/Kind" }, { type: "null" }] },
      { type: "string", description: "What it is.", enum: ["cat", "dog"] },
    ],
    [
      { enum: [1, 2, null], default: 2 },
      { type: "string", enum: ["1", "2"], default: "2" },
    ],
    [{ const: "only" }, { type: "string", enum: ["only"] }],
  ])("%j", (schema, field) => {
    expect(fieldOf(schema)).toMatchObject({ field });
    expect(Object.keys((fieldOf(schema) as { field: object }).field).sort()).toEqual(Object.keys(field).sort());
  });

  it.each<[JsonSchema, string]>([
    [{ type: "object", properties: { a: {} } }, "an object"],
    [{ type: "array", items: { type: "string" } }, "a list"],
    [{ type: ["string", "integer"] }, "several kinds"],
    [{}, "several kinds"],
    [{ type: "string", contentEncoding: "base64" }, "a file"],
    [{ type: "string", format: "password" }, "a secret"],
  ])("refuses %j", (schema, reason) => {
    expect(fieldOf(schema)).toEqual({ problem: expect.stringContaining(reason) });
  });

  it("knows no parameter that an object always has", () => {
    expect(formFieldOf({ type: "object", properties: {} }, "constructor")).toHaveProperty("problem");
  });
});

describe("an argument that a person is asked for", () => {
  const owner = { name: "owner", in: "query", required: true, description: "Whose.", schema: { type: "string" } };
  const operation = {
    parameters: [owner, { ...owner, name: "tags", schema: { type: "array", items: { type: "string" } } }],
    requestBody: {
      content: {
        "application/json": {
          schema: {
            type: "object",
            required: ["title", "size"],
            properties: { title: { type: "string" }, size: { type: "integer" } },
          },
        },
      },
    },
  };

  it("is marked where it can be, in the order of the tool, and is demanded of the call all the same", async () => {
    const tool = await toolOf(operation);
    const [marked] = applyOverrides([tool], [{ operation: tool.operation, askFor: ["size", "tags", "gone", "owner"] }]);
    expect(marked).toMatchObject({ askFor: ["owner", "size"], inputSchema: tool.inputSchema });
    expect(tool.inputSchema.dependentRequired).toBeDefined();
  });

  it.each<Dialect>(["full", "safe", "gemini"])("need not come from the model in the dialect %s", async (dialect) => {
    const tool = { ...(await toolOf(operation)), askFor: ["owner", "size"] };
    const shown = toDialect(shownInput(tool), dialect);
    expect(shown.required).toEqual(["tags"]);
    expect(JSON.stringify(shown.dependentRequired ?? {})).not.toContain('["size"]');
    expect(shown.properties).toMatchObject({
      owner: { description: "May be left out: the person is then asked for it. Whose." },
      size: { description: "May be left out: the person is then asked for it." },
    });
  });

  it("may be null where every argument has to be there", async () => {
    const shown = toDialect(shownInput({ ...(await toolOf(operation)), askFor: ["owner"] }), "openai-strict");
    expect(shown).toMatchObject({ properties: { owner: { type: ["string", "null"] }, tags: { type: "array" } } });
  });

  it("changes nothing of a tool without one", async () => {
    const { tools } = await compiled({ paths: { "/a": { get: { parameters: [owner] } } } });
    expect(shownInput(tools[0] as (typeof tools)[number])).toBe(tools[0]?.inputSchema);
  });
});
