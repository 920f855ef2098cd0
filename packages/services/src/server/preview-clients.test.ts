import { afterAll, beforeAll, expect, it } from "vitest";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

let test: TestServices;
beforeAll(async () => {
  test = await createTestServices();
});
afterAll(() => test.close());

async function publish(content: string, slug: string, more: object = {}) {
  const { ctx, deps } = test;
  const { jobId } = await services.publishSource({ ctx, input: { source: { content }, select: "all", slug, ...more } });
  await services.runJob(deps, {
    jobId,
    compileSource: compileInProcess,
    onBug: (error) => {
      throw error;
    },
  });
  const { id } = await services.getServer({ ctx, input: { id: slug } });
  return id;
}

const manyTools = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Many", version: "1" },
  servers: [{ url: "https://many.example.com" }],
  paths: Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`/things/${index}`, { get: { operationId: `readThing${index}` } }]),
  ),
});

it("tells for each client what it gets, what it leaves out, and what does not work there", async () => {
  const serverId = await publish(petsDocument, "pets");
  const { ctx } = test;
  await services.overrideTool({ ctx, input: { serverId, operation: "DELETE /pets/{id}", patch: { askFirst: true } } });
  await services.overrideTool({ ctx, input: { serverId, operation: "GET /pets", patch: { widget: true } } });
  await services.overrideTool({ ctx, input: { serverId, operation: "POST /pets", patch: { askFor: ["name"] } } });
  await services.updateServer({
    ctx,
    input: { id: serverId, prompts: [{ name: "greet", messages: [{ role: "user", text: "Hi" }] }] },
  });
  await services.publishServer({ ctx, input: { id: serverId } });
  const clients = new Map((await services.previewClients({ ctx, input: { serverId } })).map((one) => [one.id, one]));
  expect(clients.get("claude-code")).toMatchObject({
    dialect: "full",
    tools: 3,
    leftOut: 0,
    prompts: 1,
    widgets: 0,
    showsWidgets: false,
    standIns: { prompts: [], resources: [] },
    cannotAsk: [],
  });
  expect(clients.get("chatgpt")).toMatchObject({
    dialect: "safe",
    prompts: 0,
    widgets: 1,
    showsWidgets: true,
    tools: 5,
    standIns: { prompts: ["list_prompts", "get_prompt"], resources: [] },
    cannotAsk: [],
    asksInChat: [],
    seesChanges: false,
  });
  expect(clients.get("gemini-cli")).toMatchObject({
    dialect: "gemini",
    cannotAsk: ["removePet"],
    asksInChat: ["addPet"],
  });
});

it("counts what is over a client's limit, unless the tools are searched", async () => {
  const { ctx } = test;
  const windsurf = async (serverId: string) =>
    (await services.previewClients({ ctx, input: { serverId } })).find(({ id }) => id === "windsurf");
  expect(await windsurf(await publish(manyTools, "many"))).toMatchObject({ tools: 60, leftOut: 10 });
  expect(await windsurf(await publish(manyTools, "searched", { toolMode: "search" }))).toMatchObject({
    tools: 3,
    leftOut: 0,
  });
});
