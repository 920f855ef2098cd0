import { describe, expect, it } from "vitest";
import { compileToJson } from "./compile.ts";
import { openCompiled, packTools, unpackTools } from "./pack.ts";
import { documentOf } from "./testing.ts";
import type { JsonObject } from "./types.ts";

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const body = (schema: JsonObject) => ({ requestBody: { content: { "application/json": { schema } } } });
const tree = {
  type: "object",
  properties: { name: { type: "string" }, left: ref("Tree"), leaf: ref("Leaf") },
};
const leaf = { type: "object", properties: { value: { type: "integer" } } };

const document = (schemas: JsonObject) =>
  documentOf({
    paths: {
      "/trees": { post: { operationId: "plant", ...body({ type: "object", properties: { tree: ref("Tree") } }) } },
      "/leaves": { post: { operationId: "pick", ...body({ type: "object", properties: { leaf: ref("Leaf") } }) } },
      "/x": { get: { operationId: "look", parameters: [{ name: "q", in: "query", schema: { type: "string" } }] } },
    },
    components: { schemas },
  });

describe("the compiled JSON", () => {
  it("opens into tools with exactly the definitions that they reach", async () => {
    const { chunks, toolCount, operationCount } = compileToJson(
      await document({ Tree: tree, Leaf: leaf, Unused: leaf }),
    );
    const { tools } = openCompiled(chunks);
    expect([toolCount, operationCount]).toEqual([3, 3]);
    expect(tools.map(({ inputSchema }) => Object.keys((inputSchema.$defs as object) ?? {}))).toEqual([
      ["Tree", "Leaf"],
      ["Leaf"],
      [],
    ]);
  });

  it("opens the tools of some operations alone", async () => {
    const { chunks } = compileToJson(await document({ Tree: tree, Leaf: leaf }));
    const compiled = openCompiled(chunks, new Set(["GET /x"]));
    expect(compiled.tools.map(({ name }) => name)).toEqual(["look"]);
    expect(compiled.operations).toHaveLength(3);
  });

  it("holds a definition once, however many tools use it, and cuts only what exceeds the budget", async () => {
    const wide = (next: string) => ({
      type: "object",
      properties: {
        ...Object.fromEntries(Array.from({ length: 1_500 }, (_, i) => [`p${i}`, { type: "string", maxLength: i + 1 }])),
        next: ref(next),
      },
    });
    const names = ["A", "B", "C", "D", "E", "F"];
    const schemas = Object.fromEntries(names.map((name, i) => [name, wide(names[(i + 1) % names.length] as string)]));
    const loaded = await documentOf({
      paths: Object.fromEntries(
        names.map((name) => [`/${name}`, { post: body({ type: "object", properties: { it: ref(name) } }) }]),
      ),
      components: { schemas },
    });
    const { chunks } = compileToJson(loaded);
    expect(Buffer.concat(chunks).toString().split('"maxLength":777}').length - 1).toBe(names.length);
    const { tools, operations } = openCompiled(chunks);
    for (const [index, tool] of tools.entries()) {
      const defs = tool.inputSchema.$defs as Record<string, JsonObject>;
      // The nearest are whole; what comes after the budget is there, and permissive.
      expect(Object.keys(defs)).toHaveLength(4);
      expect(Object.keys(defs)[0]).toBe(names[index]);
      expect(Object.values(defs).map((schema) => schema.properties !== undefined)).toEqual([true, true, true, false]);
      expect(operations[index]?.status).toBe("degraded");
    }
  });
});

describe("packed tools", () => {
  it("come out as they went in, and smaller when they share", async () => {
    const { tools } = openCompiled(compileToJson(await document({ Tree: tree, Leaf: leaf })).chunks);
    const packed = JSON.stringify(packTools(tools));
    expect(unpackTools(JSON.parse(packed))).toEqual(tools);
    const many = Array.from({ length: 50 }, () => tools[0] as (typeof tools)[number]);
    expect(JSON.stringify(packTools(many)).length).toBeLessThan(JSON.stringify(many).length / 1.5);
  });
});
