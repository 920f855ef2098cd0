import { describe, expect, it } from "vitest";
import { createContext } from "../context.ts";
import { documentOf } from "../testing.ts";
import type { JsonObject } from "../types.ts";

const convert = async (schema: unknown, openapi = "3.1.0", schemas: JsonObject = {}) => {
  const context = createContext(await documentOf({ openapi, components: { schemas }, paths: {} }), () => {});
  return context.schemas.draft(schema).schema;
};

describe("schema, OpenAPI 3.0 to JSON Schema 2020-12", () => {
  it.each<[string, unknown, unknown]>([
    ["nullable", { type: "string", nullable: true }, { type: ["string", "null"] }],
    ["nullable enum", { type: "string", nullable: true, enum: ["a"] }, { type: ["string", "null"], enum: ["a", null] }],
    [
      "boolean limits",
      { type: "integer", minimum: 1, exclusiveMinimum: true },
      { type: "integer", exclusiveMinimum: 1 },
    ],
    ["unused boolean limit", { maximum: 3, exclusiveMaximum: false }, { maximum: 3 }],
    ["unknown types", { type: "any" }, {}],
    ["type aliases", { type: "int" }, { type: "integer" }],
    ["files", { type: "file" }, { type: "string", format: "binary" }],
    ["patterns that no client compiles", { type: "string", pattern: "[" }, { type: "string" }],
    ["wrong limit types", { minLength: -1, maxLength: "3", multipleOf: 0 }, {}],
    ["duplicate choices", { enum: [1, 1, 2] }, { enum: [1, 2] }],
    ["empty enum", { enum: [] }, {}],
    [
      "read-only properties",
      { type: "object", properties: { id: { readOnly: true }, n: { type: "string" } }, required: ["id", "n"] },
      { type: "object", properties: { n: { type: "string" } }, required: ["n"] },
    ],
    [
      "read-only across allOf",
      { allOf: [{ properties: { id: { readOnly: true } } }, { required: ["id"] }] },
      { allOf: [{ properties: {} }, {}] },
    ],
    [
      "nullable composition",
      { nullable: true, allOf: [{ type: "object" }] },
      { anyOf: [{ allOf: [{ type: "object" }] }, { type: "null" }] },
    ],
    ["tuples", { type: "array", items: [{ type: "string" }] }, { type: "array", prefixItems: [{ type: "string" }] }],
    ["booleans", { additionalProperties: false }, { additionalProperties: false }],
    ["nonsense", { properties: "x", required: "y", allOf: 3, enum: "z" }, {}],
    [
      "a prototype key",
      JSON.parse('{"properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"}}}'),
      { properties: { constructor: { type: "string" } } },
    ],
  ])("%s", async (_name, given, want) => expect(await convert(given, "3.0.3")).toEqual(want));

  it("puts references under $defs and small scalars in place", async () => {
    const schemas = {
      Pet: { type: "object", properties: { next: { $ref: "#/components/schemas/Pet" } } },
      Id: { type: "integer" },
    };
    expect(await convert({ $ref: "#/components/schemas/Pet" }, "3.1.0", schemas)).toEqual({ $ref: "#/$defs/Pet" });
    expect(await convert({ $ref: "#/components/schemas/Id" }, "3.1.0", schemas)).toEqual({ type: "integer" });
  });

  it("ends references that lead back to themselves", async () => {
    const schemas = { A: { $ref: "#/components/schemas/B" }, B: { $ref: "#/components/schemas/A" } };
    expect(await convert({ $ref: "#/components/schemas/A" }, "3.1.0", schemas)).toEqual({
      description: "The document does not describe this value.",
    });
  });

  it("says which kinds a discriminator tells apart", async () => {
    const schema = {
      oneOf: [{ type: "object" }],
      discriminator: { propertyName: "kind", mapping: { cat: "#/x", dog: "#/y" } },
    };
    expect(await convert(schema)).toMatchObject({ description: "kind tells which kind it is: cat, dog." });
  });
});
