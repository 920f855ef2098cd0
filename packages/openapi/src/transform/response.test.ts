import { describe, expect, it } from "vitest";
import { toolOf } from "../testing.ts";
import { estimateTokens } from "../tokens.ts";

const answering = async (schema: unknown, type = "application/json") => {
  const tool = await toolOf({ responses: { 200: { description: "", content: { [type]: { schema } } } } });
  return { output: tool.outputSchema, response: tool.plan.response as object };
};

describe("output schemas", () => {
  it.each<[string, unknown, unknown]>([
    [
      "an object, without types",
      {
        type: "object",
        required: ["id"],
        properties: { id: { type: "integer", description: "The id." }, w: { writeOnly: true } },
      },
      { type: "object", properties: { id: { description: "The id." } } },
    ],
    [
      "a list",
      { type: "array", items: { type: "object", properties: { a: { type: "string" } } } },
      { type: "object", properties: { result: { items: { properties: { a: {} } } } } },
    ],
    ["a scalar", { type: "string" }, { type: "object", properties: { result: {} } }],
    ["anything", {}, { type: "object" }],
  ])("%s", async (_name, schema, want) => expect((await answering(schema)).output).toEqual(want));

  const wide = (count: number, description: string) => ({
    type: "object",
    properties: Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `member${i}`,
        { type: "object", description, properties: { one: { description }, two: { description } } },
      ]),
    ),
  });
  it("keep only the outermost names when they are large, and are left out when even those are", async () => {
    const large = await answering(wide(20, "A rather long description of what this member is good for and when."));
    expect(estimateTokens(large.output)).toBeLessThanOrEqual(400);
    expect(JSON.stringify(large.output)).not.toContain("one");
    const names = Object.keys(large.output?.properties as object);
    expect(names).toHaveLength(20);
    expect((await answering({ type: "object", properties: { ["x".repeat(5_000)]: {} } })).output).toBeUndefined();
  });
});

describe("what is promised of an answer", () => {
  const object = { type: "object", required: ["a", "gone"], properties: { a: {}, b: {} } };
  it.each<[string, unknown, unknown]>([
    ["an object and its documented members", object, { kind: "object", required: ["a"] }],
    ["members of every part", { allOf: [object, { required: ["b"] }] }, { kind: "object", required: ["a", "b"] }],
    ["a list", { type: "array", items: object }, { kind: "array" }],
    ["nothing of alternatives", { oneOf: [object, { type: "array" }] }, undefined],
    ["nothing of what may be null", { ...object, nullable: true }, undefined],
    ["nothing of several types", { type: ["object", "null"], properties: { a: {} } }, undefined],
    ["nothing of a scalar", { type: "string" }, undefined],
  ])("%s", async (_name, schema, want) =>
    expect(((await answering(schema)).response as { promised?: unknown }).promised).toEqual(want),
  );
  it("nothing of what is not JSON", async () =>
    expect((await answering(object, "application/xml")).response).not.toHaveProperty("promised"));
});
