import { overrideTool, publishServer } from "@portico/services";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bearer, rpc, startTestGateway, type TestGateway } from "../testing.ts";

const SHOWS = { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } } };
const URI = "ui://portico/answer.html";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway?.close());

/** A server of which the reading tool has a widget. */
async function publish(slug: string, more: object = {}) {
  const { path, serverId } = await gateway.publish({ slug, ...more });
  await overrideTool({ ctx: gateway.ctx, input: { serverId, operation: "GET /notes", patch: { widget: true } } });
  await publishServer({ ctx: gateway.ctx, input: { id: serverId } });
  return { path, serverId };
}

async function connect(path: string, capabilities: object) {
  const hello = { protocolVersion: "2025-11-25", capabilities, clientInfo: { name: "t", version: "1" } };
  const { headers } = await rpc(gateway.app, path, "initialize", hello, bearer(gateway.apiKey));
  const session = { ...bearer(gateway.apiKey), "mcp-session-id": String(headers["mcp-session-id"]) };
  return async (method: string, params: object = {}) =>
    (await rpc(gateway.app, path, method, params, session)).body as {
      result: { tools: { name: string; _meta?: object }[]; contents: object[] };
      error?: object;
    };
}

const widgetsOf = async (ask: Awaited<ReturnType<typeof connect>>) =>
  (await ask("tools/list")).result.tools.filter(({ _meta }) => _meta).map(({ name }) => name);

it("offers the widget that a person gave a tool, to clients that show it, until it is taken away", async () => {
  const { path, serverId } = await publish("shown");
  const ask = await connect(path, SHOWS);
  expect(await widgetsOf(ask)).toEqual(["listNotes"]);
  expect(await widgetsOf(await connect(path, {}))).toEqual([]);
  expect((await ask("resources/read", { uri: URI })).result.contents).toMatchObject([
    { uri: URI, mimeType: "text/html;profile=mcp-app" },
  ]);
  await overrideTool({ ctx: gateway.ctx, input: { serverId, operation: "GET /notes", patch: {} } });
  await publishServer({ ctx: gateway.ctx, input: { id: serverId } });
  await expect.poll(() => widgetsOf(ask)).toEqual([]);
  expect((await ask("resources/read", { uri: URI })).error).toBeDefined();
});

it("offers none where tools are found by searching", async () => {
  const { path } = await publish("searched", { toolMode: "search" });
  const ask = await connect(path, SHOWS);
  expect(await widgetsOf(ask)).toEqual([]);
  expect((await ask("resources/read", { uri: URI })).error).toBeDefined();
});
