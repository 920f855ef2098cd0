import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "./compile.ts";
import { load } from "./load/load.ts";
import { compiled, documentOf, toolOf } from "./testing.ts";
import type { JsonObject } from "./types.ts";

const json = (schema: unknown, required = true) => ({
  requestBody: { required, content: { "application/json": { schema } } },
});

describe("compile", () => {
  it("leaves out a path with a NUL, and reports none", async () => {
    const get = { responses: { 200: { description: "OK" } } };
    const { operations, diagnostics } = await compiled({ paths: { "/a\u0000": { get }, "/b": { get } } });
    expect(operations.map(({ key }) => key)).toEqual(["GET /b"]);
    expect(diagnostics).toMatchObject([{ code: "invalid_path", pointer: "/paths/~1a\ufffd" }]);
  });

  it("puts parameters and body properties side by side", async () => {
    const tool = await toolOf(
      {
        operationId: "update",
        summary: "Update a thing",
        parameters: [{ name: "id", in: "query", schema: { type: "integer" } }],
        ...json({ type: "object", required: ["id"], properties: { id: { type: "string" }, note: { type: "string" } } }),
      },
      {},
      "/things/{key}",
    );
    expect(tool).toMatchObject({
      name: "update",
      title: "Update a thing",
      operation: "POST /things/{key}",
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
      inputSchema: {
        type: "object",
        properties: {
          key: { type: "string" },
          id_query: { type: "integer" },
          id_body: { type: "string" },
          note: { type: "string" },
        },
        required: ["key", "id_body"],
        additionalProperties: false,
      },
      plan: {
        body: {
          mapping: {
            kind: "flat",
            properties: [
              { argument: "id_body", name: "id" },
              { argument: "note", name: "note" },
            ],
          },
        },
      },
    });
  });

  it.each<[string, unknown]>([
    ["a list", { type: "array", items: { type: "string" } }],
    ["a scalar", { type: "string" }],
    ["a choice", { oneOf: [{ type: "object" }, { type: "string" }] }],
    ["a map", { type: "object", additionalProperties: { type: "string" } }],
    ["properties and more", { type: "object", properties: { a: {} }, additionalProperties: true }],
    ["an envelope", { type: "object", properties: { data: { type: "object" } } }],
    ["anything", {}],
  ])("keeps %s whole", async (_name, schema) => {
    const tool = await toolOf(json(schema));
    expect(tool.inputSchema).toMatchObject({ required: ["body"] });
    expect(tool.plan.body?.mapping).toEqual({ kind: "whole", argument: "body" });
  });

  it("lets an optional body be left out, but not in part", async () => {
    const tool = await toolOf(
      json({ type: "object", required: ["a", "b"], properties: { a: {}, b: {}, c: {} } }, false),
    );
    expect(tool.inputSchema).toMatchObject({ dependentRequired: { a: ["b"], b: ["a"], c: ["a", "b"] } });
    expect(tool.inputSchema.required).toBeUndefined();
  });

  it("merges allOf and keeps recursion as $defs", async () => {
    const components = {
      schemas: {
        Base: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
        Node: {
          allOf: [
            { $ref: "#/components/schemas/Base" },
            { properties: { children: { type: "array", items: { $ref: "#/components/schemas/Node" } } } },
          ],
        },
      },
    };
    const tool = await toolOf(json({ $ref: "#/components/schemas/Node" }), { components });
    expect(tool.inputSchema).toMatchObject({
      required: ["name"],
      properties: { children: { items: { $ref: "#/$defs/Node" } } },
      $defs: { Node: {} },
    });
  });

  it("lets an operation's parameter replace the path's", async () => {
    const { tools } = await compiled({
      paths: {
        "/a": {
          parameters: [{ name: "q", in: "query", schema: { type: "string" } }],
          get: { parameters: [{ name: "q", in: "query", required: true, schema: { type: "integer" } }] },
        },
      },
    });
    expect(tools[0]?.inputSchema).toMatchObject({ properties: { q: { type: "integer" } }, required: ["q"] });
  });

  it("never exposes connection headers or credentials", async () => {
    const names = [
      "Host",
      "Content-Length",
      "Transfer-Encoding",
      "Cookie",
      "Authorization",
      "X-Forwarded-For",
      "Via",
      "X-HTTP-Method-Override",
      "X-Key",
      "X-Fine",
    ];
    const tool = await toolOf(
      {
        security: [{ key: [] }],
        parameters: names.map((name) => ({ name, in: "header", schema: { type: "string" } })),
      },
      { components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } } },
    );
    expect(Object.keys(tool.inputSchema.properties as object)).toEqual(["X-Fine"]);
  });

  it.each([
    [{ type: "apiKey", in: "header", name: "Host" }, "unsupported"],
    [{ type: "apiKey", in: "header", name: "X\r\nEvil" }, "unsupported"],
    [{ type: "http", scheme: "bearer" }, "bearer"],
    [{ type: "http", scheme: "Basic" }, "basic"],
    [{ type: "openIdConnect", openIdConnectUrl: "javascript:alert(1)" }, "openIdConnect"],
    [{ type: "mutualTLS" }, "unsupported"],
  ])("security scheme %j is %s", async (scheme, type) => {
    const result = await compiled({ paths: {}, components: { securitySchemes: { s: scheme } } });
    expect(result.securitySchemes).toMatchObject([{ name: "s", type }]);
    expect(JSON.stringify(result.securitySchemes)).not.toContain("javascript:");
  });

  it("skips or degrades one operation and keeps the others", async () => {
    const { operations, tools, diagnostics } = await compiled({
      paths: { "/ok": { get: {} }, "/a/../b": { get: {} }, "/c": { get: { parameters: [{ $ref: "#/nowhere" }] } } },
    });
    expect(operations.map((operation) => operation.status)).toEqual(["ok", "skipped", "degraded"]);
    expect(tools).toHaveLength(2);
    expect(diagnostics.map((diagnostic) => diagnostic.pointer)).toEqual([
      "/paths/~1a~1..~1b/get",
      "/paths/~1c/get/parameters/0",
    ]);
  });

  it("compiles only what is selected, under the same names", async () => {
    const document = await documentOf({ paths: { "/a": { get: { operationId: "x" }, post: { operationId: "x" } } } });
    const all = compile(document);
    const some = compile(document, { select: new Set(["POST /a"]) });
    expect(some.tools).toEqual(all.tools.filter((tool) => tool.operation === "POST /a"));
    expect(some.operations.map((operation) => operation.toolName)).toEqual(
      all.operations.map((operation) => operation.toolName),
    );
  });

  it("cuts a reference mesh that would explode", async () => {
    const schemas: JsonObject = {};
    for (let i = 0; i < 3_000; i++)
      schemas[`S${i}`] = {
        type: "object",
        properties: {
          a: { $ref: `#/components/schemas/S${(i + 1) % 3_000}` },
          b: { type: "object", properties: { c: {}, d: {} } },
        },
      };
    const { operations, tools } = await compiled({
      paths: { "/a": { post: json({ $ref: "#/components/schemas/S0" }) } },
      components: { schemas },
    });
    expect(operations[0]).toMatchObject({ status: "degraded", reasons: [expect.stringContaining("very large")] });
    expect(JSON.stringify(tools).length).toBeLessThan(2_000_000);
  });

  it("describes within the budget and without invisible text", async () => {
    const tool = await toolOf({ summary: "Do\u202Eit", description: "long ".repeat(5_000) });
    expect(tool.description.length).toBeLessThanOrEqual(1_024);
    expect(tool.title).toBe("Doit");
  });

  it("never throws and always yields usable JSON, whatever is broken", { timeout: 30_000 }, async () => {
    const base = {
      openapi: "3.0.0",
      info: { title: "x", version: "1" },
      servers: [{ url: "https://{h}/v1", variables: { h: { default: "a.example" } } }],
      security: [{ k: [] }],
      paths: {
        "/p/{id}": {
          parameters: [{ name: "id", in: "path", schema: { $ref: "#/components/schemas/A" } }],
          post: {
            operationId: "o",
            tags: ["t"],
            requestBody: {
              content: {
                "multipart/form-data": {
                  schema: { $ref: "#/components/schemas/A" },
                  encoding: { a: { style: "form" } },
                },
              },
            },
            responses: { 200: { content: { "application/json": { schema: { $ref: "#/components/schemas/A" } } } } },
          },
        },
      },
      components: {
        securitySchemes: { k: { type: "apiKey", in: "query", name: "k" } },
        schemas: {
          A: {
            type: "object",
            required: ["a"],
            properties: { a: { type: "string", enum: ["x"] }, b: { $ref: "#/components/schemas/A" } },
          },
        },
      },
    };
    const text = JSON.stringify(base);
    const places = [...text.matchAll(/"[^"]*"(?=:)|"[^"]*"|\{|\[/g)].map((match) => match.index);
    const junk = fc.constantFrom(
      "null",
      "1",
      '"#"',
      "[]",
      "{}",
      "true",
      '"__proto__"',
      '{"$ref":"#/components/schemas/A"}',
      '{"$ref":"#/paths"}',
      '[{"in":"query","name":"q"}]',
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), junk, fc.boolean(), async (place, value, isYaml) => {
        const broken = replaceValue(text, place, value);
        const loaded = await load({ content: isYaml ? ` ${broken}` : broken });
        if (!loaded.ok) return;
        const result = compile(loaded.document);
        const copy = JSON.parse(JSON.stringify(result));
        expect(structuredClone(result).tools).toHaveLength(copy.tools.length);
        for (const tool of result.tools)
          new Ajv2020({ strict: false, validateFormats: false, logger: false }).compile(tool.inputSchema);
      }),
      { numRuns: 100 },
    );
  });
});

/** Replaces the JSON value that starts at or after this place. */
function replaceValue(text: string, place: number, value: string): string {
  let end = place + 1;
  const open = text[place];
  if (open === '"') end = text.indexOf('"', place + 1) + 1;
  else
    for (let depth = 1; depth > 0 && end < text.length; end++)
      depth += "{[".includes(text[end] as string) ? 1 : "}]".includes(text[end] as string) ? -1 : 0;
  if (text[end] === ":") return `${text.slice(0, place)}"broken"${text.slice(end)}`;
  return text.slice(0, place) + value + text.slice(end);
}
