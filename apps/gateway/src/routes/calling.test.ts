import http from "node:http";
import type { AddressInfo } from "node:net";
import { overrideTool, publishServer, updateServer } from "@portico/services";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { bearer, callTool, rpc, startTestGateway, type TestGateway } from "../testing.ts";

const SLOW_MS = 4_000;
const asked: string[] = [];
/** One that takes its time, and one that is always busy. */
const api = http.createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  if (request.url === "/busy") return void response.writeHead(429, { "retry-after": "0" }).end();
  const timer = setTimeout(() => response.end("{}"), SLOW_MS);
  request.on("close", () => clearTimeout(timer));
});

let gateway: TestGateway;
let path: string;
let serverId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const responses = { 200: { description: "ok" } };
  const content = JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Slow", version: "1" },
    servers: [{ url }],
    paths: {
      "/slow": { get: { operationId: "readSlowly", responses } },
      "/busy": {
        get: { operationId: "readBusy", responses },
        post: { operationId: "changeBusy", responses },
        put: { operationId: "replaceBusy", responses },
      },
    },
  });
  ({ path, serverId } = await gateway.publish({ slug: "slow", source: { content } }));
  const edit = (operation: string, patch: object) =>
    overrideTool({ ctx: gateway.ctx, input: { serverId, operation, patch } });
  await edit("GET /slow", { timeoutSeconds: 1 });
  await edit("GET /busy", { retries: 3 });
  await edit("PUT /busy", { retries: 1 });
  const steps = [{ id: "slow", operation: "GET /slow", arguments: {} }];
  const composedTools = [{ name: "inSteps", description: "In steps.", steps }];
  await updateServer({ ctx: gateway.ctx, input: { id: serverId, composedTools } });
  await publishServer({ ctx: gateway.ctx, input: { id: serverId } });
  await vi.waitFor(async () => {
    const { text } = await rpc(gateway.app, path, "tools/list", {}, bearer(gateway.apiKey));
    expect(text).toContain("inSteps");
  });
});
afterAll(async () => {
  await gateway?.close();
  api.closeAllConnections();
  api.close();
});

async function call(name: string) {
  const begun = performance.now();
  const { body } = await callTool(gateway.app, path, gateway.apiKey, {}, name);
  const { isError, content } = (body as { result: { isError?: boolean; content: { text: string }[] } }).result;
  return { isError, text: content.map(({ text }) => text).join("\n"), ms: performance.now() - begun };
}

describe("a tool with a time of its own", () => {
  it.each(["readSlowly", "inSteps"])("ends then, and says so: %s", async (name) => {
    const { isError, text, ms } = await call(name);
    expect([isError, text]).toEqual([true, expect.stringContaining("A call of this tool may take 1 s.")]);
    expect(ms).toBeGreaterThanOrEqual(950);
    expect(ms).toBeLessThan(SLOW_MS);
  });
});

it.each([
  ["readBusy", 4],
  ["replaceBusy", 2],
  ["changeBusy", 1],
])("%s is called %i times where the API asks for patience", async (name, times) => {
  asked.length = 0;
  expect(await call(name)).toMatchObject({ isError: true });
  expect(asked).toHaveLength(times);
});
