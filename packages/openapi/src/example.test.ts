import { describe, expect, it } from "vitest";
import { exampleAnswer } from "./example.ts";
import { documentOf } from "./testing.ts";
import type { JsonObject } from "./types.ts";

async function exampleOf(response: unknown, parts: JsonObject = {}) {
  const document = await documentOf({ paths: { "/a": { get: { responses: { 200: response } } } }, ...parts });
  const found = exampleAnswer(document, "GET /a");
  return found && { ...found, body: /json/.test(found.contentType) ? JSON.parse(found.body) : found.body };
}
const json = (media: JsonObject) => ({ description: "ok", content: { "application/json": media } });

describe("exampleAnswer", () => {
  it.each<[string, JsonObject, unknown]>([
    ["an example", { example: { id: 7 } }, { id: 7 }],
    ["an example that is written as text", { example: '{"id":7}' }, { id: 7 }],
    ["the first of several", { examples: { one: { value: [1] }, two: { value: [2] } } }, [1]],
    ["the example of a schema", { schema: { type: "object", example: { id: 8 } } }, { id: 8 }],
  ])("takes %s from the document", async (_what, media, body) => {
    expect(await exampleOf(json(media))).toMatchObject({ status: 200, from: "document", body });
  });

  it("makes up the rest, field by field, the same each time", async () => {
    const schema = {
      type: "object",
      properties: {
        id: { type: "integer", minimum: 5 },
        name: { type: "string" },
        email: { type: "string", format: "email" },
        state: { enum: ["open", "closed"] },
        price: { type: "number", example: 9.5 },
        at: { type: "string", format: "date-time" },
        isOpen: { type: "boolean" },
        tags: { type: "array", items: { type: "string" } },
        owner: { allOf: [{ $ref: "#/components/schemas/Person" }, { properties: { role: { const: "owner" } } }] },
        nothing: { type: ["null", "string"], maxLength: 3 },
        either: { oneOf: [{ type: "integer" }, { type: "string" }] },
        labels: { type: "object", additionalProperties: { type: "integer" } },
        __proto__: undefined,
      },
    };
    const parts = {
      components: { schemas: { Person: { type: "object", properties: { login: { type: "string" } } } } },
    };
    const want = {
      id: 5,
      name: "name",
      email: "ada@example.com",
      state: "open",
      price: 9.5,
      at: "2026-05-17T09:30:00Z",
      isOpen: true,
      tags: ["tag", "tag"],
      owner: { login: "login", role: "owner" },
      nothing: "not",
      either: 1,
      labels: { key: 1 },
    };
    const first = await exampleOf(json({ schema }), parts);
    expect(first).toMatchObject({ from: "schema", body: want });
    expect(await exampleOf(json({ schema }), parts)).toEqual(first);
  });

  it("ends where a schema is recursive, broken or enormous", async () => {
    const Node = {
      type: "object",
      properties: { name: { type: "string" }, next: { $ref: "#/components/schemas/Node" } },
    };
    const tree = await exampleOf(json({ schema: { $ref: "#/components/schemas/Node" } }), {
      components: { schemas: { Node } },
    });
    expect(JSON.stringify(tree?.body)).toMatch(/^\{"name":"name","next":\{/);
    expect(await exampleOf(json({ schema: { $ref: "#/components/schemas/Gone" } }))).toBeUndefined();
    const wide = Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`f${index}`, { type: "integer" }]));
    const cut = await exampleOf(json({ schema: { type: "object", properties: wide } }));
    expect(Object.keys(cut?.body).length).toBeLessThanOrEqual(2_000);
  });

  it("knows Swagger 2.0, other media types, and answers without a body", async () => {
    const swagger = await documentOf({
      openapi: undefined,
      swagger: "2.0",
      paths: {
        "/a": {
          get: {
            produces: ["application/json"],
            responses: {
              200: {
                description: "ok",
                schema: { type: "object", properties: { id: { type: "integer" } } },
                examples: { "application/json": { id: 3 } },
              },
            },
          },
        },
      },
    });
    expect(exampleAnswer(swagger, "GET /a")).toMatchObject({ body: '{"id":3}', from: "document" });
    expect(await exampleOf({ description: "ok", content: { "text/csv": { example: "a,b\n1,2" } } })).toMatchObject({
      contentType: "text/csv",
      body: "a,b\n1,2",
    });
    expect(await exampleOf({ description: "none" })).toMatchObject({ body: "", contentType: "" });
    expect(exampleAnswer(swagger, "GET /gone")).toBeUndefined();
  });
});
