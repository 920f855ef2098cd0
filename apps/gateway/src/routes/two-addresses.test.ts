import http from "node:http";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bearer, host, inject, startTestGateway, type TestGateway } from "../testing.ts";

let gateway: TestGateway;
let second: FastifyInstance;
let path: string;

beforeAll(async () => {
  gateway = await startTestGateway({ hasTwoAddresses: true });
  second = await gateway.openAnother();
  await gateway.app.listen({ port: 0, host: "127.0.0.1" });
  ({ path } = await gateway.publish({ slug: "notes" }));
});
afterAll(() => gateway.close());

/** The stream, and the messages that came on it. */
async function connect() {
  let text = "";
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const { port } = gateway.app.server.address() as AddressInfo;
    const headers = { host, accept: "text/event-stream", ...bearer(gateway.apiKey) };
    http.get({ port, host: "127.0.0.1", path: `${path}/sse`, agent: false, headers }, resolve).on("error", reject);
  });
  response.on("data", (chunk) => {
    text += chunk;
  });
  response.on("error", () => {});
  await expect.poll(() => text).toContain("event: endpoint");
  const address = /^data: (\S+)$/m.exec(text)?.[1] ?? "";
  return {
    address,
    messages: () =>
      [...text.matchAll(/^data: (\{.*)$/gm)].map(([, json]) => JSON.parse(json as string) as Record<string, unknown>),
    leave: () => response.destroy(),
  };
}

const post = (app: FastifyInstance, url: string, body: object, key = gateway.apiKey) =>
  inject(app, {
    method: "POST",
    url,
    headers: { "content-type": "application/json", ...bearer(key) },
    payload: JSON.stringify({ jsonrpc: "2.0", ...body }),
  });

it("answers on the stream what was posted to another process, and ends all calls when the stream is left", async () => {
  const { address, messages, leave } = await connect();
  const params = { protocolVersion: "2024-11-05", capabilities: {}, clientInfo: { name: "old", version: "1" } };
  expect((await post(second, address, { id: 1, method: "initialize", params })).status).toBe(202);
  await expect.poll(messages).toMatchObject([{ id: 1, result: { protocolVersion: "2024-11-05" } }]);
  expect((await post(gateway.app, address, { method: "notifications/initialized" })).status).toBe(202);
  await post(second, address, { id: 2, method: "tools/call", params: { name: "listNotes", arguments: {} } });
  await expect.poll(messages).toMatchObject([{ id: 1 }, { id: 2, result: { content: [{ type: "text" }] } }]);

  gateway.upstream.state.delayMs = 5_000;
  const { abandoned } = gateway.upstream.state;
  const before = gateway.upstream.seen.length;
  for (const [app, id] of [
    [second, 3],
    [second, 4],
    [gateway.app, 5],
  ] as const)
    await post(app, address, { id, method: "tools/call", params: { name: "listNotes", arguments: {} } });
  await expect.poll(() => gateway.upstream.seen.length).toBe(before + 3);
  leave();
  await expect.poll(() => gateway.upstream.state.abandoned, { timeout: 2_000 }).toBe(abandoned + 3);
  gateway.upstream.state.delayMs = 0;
  await expect.poll(async () => (await post(second, address, { id: 6, method: "ping" })).status).toBe(404);
});

it("gives nobody another's connection", async () => {
  const { address, leave } = await connect();
  const { key } = await gateway.createKey("another");
  expect((await post(gateway.app, address, { id: 1, method: "ping" }, key)).status).toBe(404);
  expect((await post(gateway.app, `${address}x`, { id: 1, method: "ping" })).status).toBe(404);
  expect((await inject(gateway.app, { method: "POST", url: address, payload: "{}" })).status).toBe(401);
  leave();
});

it("is not there unless it is switched on", async () => {
  const plain = await gateway.openAnother({ hasTwoAddresses: false });
  expect((await inject(plain, { url: `${path}/sse`, headers: bearer(gateway.apiKey) })).status).toBe(404);
});
