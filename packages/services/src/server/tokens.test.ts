import { afterAll, beforeAll, expect, it } from "vitest";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, type TestServices } from "../testing.ts";

let test: TestServices;
beforeAll(async () => {
  test = await createTestServices();
});
afterAll(() => test.close());

const text = { type: "string" };
const pet = {
  type: "object",
  properties: { id: { type: "integer" }, name: { ...text, description: "What it hears to" } },
};
const answer = { 200: { description: "ok", content: { "application/json": { schema: pet } } } };
const document = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Pets", version: "1" },
  servers: [{ url: "https://pets.example.com" }],
  paths: {
    "/pets": {
      get: { operationId: "listPets", parameters: [{ name: "kind", in: "query", schema: text }], responses: answer },
      post: { operationId: "addPet", responses: answer },
    },
  },
});

it.each(["auto", "full", "safe"] as const)(
  "counts a draft as its picker does and its version after it, edited or not: %s",
  async (dialect) => {
    const { ctx, deps } = test;
    const { jobId } = await services.publishSource({
      ctx,
      input: { source: { content: document }, slug: `pets-${dialect}`, select: "all", dialect },
    });
    await services.runJob(deps, { jobId, compileSource: compileInProcess, onBug: console.error });
    const { id } = await services.getServer({ ctx, input: { id: `pets-${dialect}` } });
    const listed = async () =>
      (await services.listTools({ ctx, input: { serverId: id } })).reduce(
        (sum, { tool }) => sum + (tool?.tokens ?? 0),
        0,
      );
    const served = async () => (await services.getServer({ ctx, input: { id } })).publishedVersion?.tokenCount;
    const before = await listed();
    expect(await served()).toBe(before);
    await services.editTools({
      ctx,
      input: { serverId: id, operations: ["GET /pets"], changes: { askFirst: true } },
    });
    await services.overrideTool({
      ctx,
      input: { serverId: id, operation: "POST /pets", patch: { description: "Adds a pet. ".repeat(20) } },
    });
    const after = await listed();
    expect(after).toBeGreaterThan(before);
    expect((await services.reviewPublish({ ctx, input: { id } })).draft.tokens).toBe(after);
    await services.publishServer({ ctx, input: { id } });
    expect(await served()).toBe(after);
  },
);
