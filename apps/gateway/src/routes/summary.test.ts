import { overrideTool, publishServer } from "@portico/services";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { bearer, inject, rpc, startTestGateway, type TestGateway } from "../testing.ts";

let gateway: TestGateway;
let second: FastifyInstance;
let path: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  second = await gateway.openAnother();
  const published = await gateway.publish({ slug: "notes" });
  path = published.path;
  const input = { serverId: published.serverId, operation: "GET /notes", patch: { summarize: true } };
  await overrideTool({ ctx: gateway.ctx, input });
  await publishServer({ ctx: gateway.ctx, input: { id: published.serverId } });
  for (const app of [gateway.app, second]) {
    const isAsking = async () => (await call(app)).result?.resultType === "input_required";
    await vi.waitUntil(isAsking, { timeout: 3_000, interval: 50 });
  }
});
afterAll(() => gateway?.close());

const MODERN = "2026-07-28";
const large = JSON.stringify(Array.from({ length: 3_000 }, (_, id) => ({ id, text: "a note" })));

interface Result {
  resultType: string;
  requestState: string;
  inputRequests: Record<string, { method: string; params: object }>;
  content: { text: string }[];
  isError?: boolean;
}

/** A call of a modern client whose model can be asked. */
async function call(
  app: FastifyInstance,
  more: object = {},
  { body = large, token = gateway.apiKey, sampling = true } = {},
): Promise<{ result?: Result; error?: object }> {
  gateway.upstream.state.body = body;
  const params = {
    name: "listNotes",
    arguments: {},
    ...more,
    _meta: {
      "io.modelcontextprotocol/protocolVersion": MODERN,
      "io.modelcontextprotocol/clientCapabilities": sampling ? { sampling: {} } : {},
    },
  };
  const { body: answer } = await inject(app, {
    method: "POST",
    url: path,
    headers: {
      ...bearer(token),
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": MODERN,
      "mcp-method": "tools/call",
      "mcp-name": "listNotes",
    },
    payload: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  return answer as { result?: Result; error?: object };
}

async function askedBy(app: FastifyInstance) {
  const { result } = await call(app);
  if (result?.resultType !== "input_required") throw new Error("Nobody was asked.");
  const [key = ""] = Object.keys(result.inputRequests);
  return { key, requestState: result.requestState };
}

const summary = { role: "assistant", model: "m", content: { type: "text", text: "All notes." } };

it("keeps the answer for the reply, which may come to another process, and records one call", async () => {
  await new Promise((resolve) => setTimeout(resolve, 500));
  const [calls, sent] = [gateway.usage.length, gateway.upstream.seen.length];
  const { key, requestState } = await askedBy(gateway.app);
  const { result } = await call(second, { requestState, inputResponses: { [key]: summary } });
  expect(result?.content[0]?.text).toContain("All notes.");
  expect(result?.content.some(({ text }) => text.startsWith("Shortened:"))).toBe(true);
  expect(gateway.upstream.seen).toHaveLength(sent + 1);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(gateway.usage.slice(calls).map(({ tool, outcome }) => [tool, outcome])).toEqual([["listNotes", "ok"]]);
});

it.each([
  ["nothing", {}],
  ["no text", { role: "assistant", content: { type: "image", data: "" } }],
  ["something else", { action: "accept" }],
])("gives the shortened answer to a client that replies %s, without another call", async (what, reply) => {
  const sent = gateway.upstream.seen.length;
  const { key, requestState } = await askedBy(gateway.app);
  const inputResponses = what === "nothing" ? {} : { [key]: reply };
  const { result } = await call(second, { requestState, inputResponses });
  expect(result).toMatchObject({ resultType: "complete" });
  expect(result?.content[0]?.text).not.toContain("Summary");
  expect(result?.content.some(({ text }) => text.startsWith("Shortened:"))).toBe(true);
  expect(gateway.upstream.seen).toHaveLength(sent + 1);
});

it("asks about no answer that fits, and nobody that cannot be asked", async () => {
  expect((await call(gateway.app, {}, { body: '{"ok":true}' })).result).toMatchObject({ resultType: "complete" });
  expect((await call(gateway.app, {}, { sampling: false })).result).toMatchObject({ resultType: "complete" });
});

it("believes no reply that was not asked for, and nobody else's", async () => {
  const { key, requestState } = await askedBy(gateway.app);
  const inputResponses = { [key]: summary };
  expect((await call(gateway.app, { inputResponses })).result).toMatchObject({ resultType: "input_required" });
  const { key: token } = await gateway.createKey("another");
  expect(await call(gateway.app, { requestState, inputResponses }, { token })).toMatchObject({
    error: { code: -32_602 },
  });
});

it("does not ask where no message reaches the client", async () => {
  const { text } = await rpc(
    gateway.app,
    path,
    "tools/call",
    { name: "listNotes", arguments: {} },
    {
      ...bearer(gateway.apiKey),
    },
  );
  expect(text).toContain("Shortened:");
});
