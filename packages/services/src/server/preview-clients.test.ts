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

it("tells of the draft what clients would get, also before anything is published", async () => {
  const serverId = await publish(petsDocument, "drafted");
  const { ctx } = test;
  await services.pickTools({ ctx, input: { serverId, operations: ["GET /pets"], isPicked: false } });
  const of = async (which: "published" | "draft") => {
    const clients = await services.previewClients({ ctx, input: { serverId, of: which } });
    return clients.find(({ id }) => id === "claude-code")?.tools;
  };
  expect([await of("published"), await of("draft")]).toEqual([3, 2]);
  const { documentId } = await services.getServer({ ctx, input: { id: serverId } });
  const { id } = await services.createServer({ ctx, input: { documentId, slug: "unpublished", select: "all" } });
  const clients = await services.previewClients({ ctx, input: { serverId: id, of: "draft" } });
  expect(clients.find(({ id }) => id === "claude-code")).toMatchObject({ tools: 3 });
});

it("shows one tool of the draft as each client would get it, and says what is changed there", async () => {
  const { ctx } = test;
  const content = JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Orders", version: "1" },
    servers: [{ url: "https://orders.example.com" }],
    paths: {
      "/orders": {
        get: {
          operationId: "listOrders",
          description: "Lists the orders of everybody who ever ordered something here.",
          parameters: [
            { name: "limit", in: "query", schema: { type: "integer", maximum: 10, default: 5 } },
            { name: "debug", in: "query", schema: { type: "boolean" }, description: "Says much of what is done." },
          ],
          responses: {},
        },
      },
    },
  });
  const serverId = await publish(content, "orders");
  const operation = "GET /orders";
  const name = `list_the_orders_of_everybody_who_ever_ordered_something_here_${"x".repeat(2)}`;
  const patch = { name, description: "Lists orders.", askFirst: true, parameters: { debug: { hidden: true } } };
  await services.overrideTool({ ctx, input: { serverId, operation, patch } });
  const preview = (as = ctx) => services.previewTool({ ctx: as, input: { serverId, operation } });
  const { clients, forms, isPicked } = await preview();
  expect(isPicked).toBe(true);
  const of = (id: string) => clients.find((one) => one.id === id);
  expect(of("cursor")).toEqual({
    ...{ id: "cursor", label: "Cursor", dialect: "full" },
    problems: [`Takes names of 60 characters at most, and this one has ${name.length}.`],
  });
  expect(of("zed")?.problems).toEqual(["Cannot ask a person, so nothing is sent."]);
  const [full, safe] = ["full", "safe"].map((dialect) => forms.find((form) => form.dialect === dialect));
  expect(full).toMatchObject({
    entry: { name, description: "Lists orders.", inputSchema: { properties: { limit: { maximum: 10 } } } },
    changes: [],
  });
  expect(Object.keys(full?.entry.inputSchema.properties ?? {})).toEqual(["limit"]);
  expect(full?.tokens.after).toBeLessThan(full?.tokens.before ?? 0);
  expect(safe).toMatchObject({
    entry: { inputSchema: { properties: { limit: { description: "(maximum 10)" } } } },
    changes: [
      { kind: "limits", arguments: ["limit"] },
      { kind: "defaults", arguments: ["limit"] },
    ],
  });
  await expect(preview(test.stranger)).rejects.toMatchObject({ code: "not_found" });
  await expect(services.previewTool({ ctx, input: { serverId, operation: "GET /none" } })).rejects.toMatchObject({
    code: "not_found",
  });
});

it("says of a tool that is beyond what a client takes that it is left out there", async () => {
  const { ctx } = test;
  const serverId = await publish(manyTools, "beyond");
  const problems = async (operation: string, id: string) =>
    (await services.previewTool({ ctx, input: { serverId, operation } })).clients.find((one) => one.id === id)
      ?.problems;
  expect(await problems("GET /things/3", "windsurf")).toEqual([expect.stringContaining("may be left out")]);
  expect(await problems("GET /things/59", "windsurf")).toEqual([expect.stringContaining("this is number 60")]);
  expect(await problems("GET /things/59", "cursor")).toEqual([]);
});
