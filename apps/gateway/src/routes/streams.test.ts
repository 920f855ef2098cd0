import http from "node:http";
import type { AddressInfo } from "node:net";
import { overrideTool, publishServer, revokeApiKey, updateServer } from "@portico/services";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { bearer, host, rpc, startTestGateway, type TestGateway } from "../testing.ts";

let gateway: TestGateway;
let second: FastifyInstance;
let path: string;
let serverId: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  second = await gateway.openAnother();
  await Promise.all([gateway.app, second].map((app) => app.listen({ port: 0, host: "127.0.0.1" })));
  ({ path, serverId } = await gateway.publish({ slug: "notes" }));
});
afterAll(() => gateway.close());

const CAPABILITIES = { elicitation: {} };
const both = "application/json, text/event-stream";

/** A request whose answer is read as it comes. */
async function open(
  app: FastifyInstance,
  url: string,
  { body, ...options }: { method: string; headers?: Record<string, string>; body?: object },
) {
  const text: string[] = [];
  let isEnded = false;
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = http.request(
      {
        port: (app.server.address() as AddressInfo).port,
        host: "127.0.0.1",
        path: url,
        agent: false,
        ...options,
        headers: { host, accept: both, "content-type": "application/json", ...options.headers },
      },
      resolve,
    );
    request.on("error", reject);
    request.end(body && JSON.stringify(body));
  });
  response.on("data", (chunk) => text.push(String(chunk)));
  response.on("error", () => {});
  response.on("close", () => {
    isEnded = true;
  });
  return {
    status: response.statusCode,
    headers: response.headers,
    text: () => text.join(""),
    messages: () =>
      [...text.join("").matchAll(/^data: (\{.*)$/gm)].map(
        ([, json]) => JSON.parse(json as string) as Record<string, unknown>,
      ),
    isEnded: () => isEnded,
    leave: () => response.destroy(),
  };
}

async function openSession(app: FastifyInstance, url: string, token = gateway.apiKey) {
  const params = { protocolVersion: "2025-11-25", capabilities: CAPABILITIES, clientInfo: { name: "t", version: "1" } };
  const answer = await rpc(app, url, "initialize", params, bearer(token));
  return { ...bearer(token), "mcp-session-id": String(answer.headers["mcp-session-id"]) };
}

const modern = (method: string, params: object, name?: string) => ({
  method: "POST",
  headers: {
    ...bearer(gateway.apiKey),
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": method,
    ...(name ? { "mcp-name": name } : {}),
  },
  body: {
    jsonrpc: "2.0",
    id: 1,
    method,
    params: {
      ...params,
      _meta: {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": CAPABILITIES,
      },
    },
  },
});

const listen = (app: FastifyInstance, url: string) =>
  open(app, url, modern("subscriptions/listen", { notifications: { toolsListChanged: true } }));
const sessionStream = async (app: FastifyInstance, url: string, token?: string) =>
  open(app, url, { method: "GET", headers: { ...(await openSession(app, url, token)), accept: "text/event-stream" } });
const changesOf = ({ messages }: Awaited<ReturnType<typeof open>>) =>
  messages().filter(({ method }) => method === "notifications/tools/list_changed").length;

/** Another version of the server: an unchanged draft makes none. */
async function publishAnother(title: string): Promise<void> {
  const input = { serverId, operation: "GET /notes", patch: { title } };
  await overrideTool({ ctx: gateway.ctx, input });
  await publishServer({ ctx: gateway.ctx, input: { id: serverId } });
}

describe("streams", () => {
  it("hear of a publish within two seconds in every process, and only of their own server", async () => {
    const other = await gateway.publish({ slug: "other" });
    const mine = [await listen(gateway.app, path), await sessionStream(second, path), await listen(second, path)];
    const others = [await sessionStream(gateway.app, other.path), await listen(second, other.path)];
    for (const one of [...mine, ...others]) {
      expect(one.status).toBe(200);
      expect(one.headers).toMatchObject({ "content-type": "text/event-stream", "x-accel-buffering": "no" });
    }
    await publishAnother("One");
    await expect.poll(() => mine.map(changesOf), { timeout: 2_000 }).toEqual([1, 1, 1]);
    await publishAnother("Two");
    await expect.poll(() => mine.map(changesOf), { timeout: 2_000 }).toEqual([2, 2, 2]);
    expect(others.map(changesOf)).toEqual([0, 0]);
    for (const one of [...mine, ...others]) one.leave();
  });

  it("end when the server is paused", async () => {
    const { path: url, serverId: id } = await gateway.publish({ slug: "paused" });
    const streams = [await listen(gateway.app, url), await sessionStream(second, url)];
    await updateServer({ ctx: gateway.ctx, input: { id, status: "paused" } });
    await expect.poll(() => streams.map((one) => one.isEnded()), { timeout: 2_000 }).toEqual([true, true]);
    expect(streams[0]?.messages().at(-1)).toMatchObject({ id: 1, result: { resultType: "complete" } });
  });

  it("end within a second when their key is revoked", async () => {
    const { key, id } = await gateway.createKey("short-lived");
    const stays = await sessionStream(second, path);
    const goes = await sessionStream(second, path, key);
    await revokeApiKey({ ctx: gateway.ctx, input: { id } });
    await expect.poll(() => goes.isEnded(), { timeout: 1_000 }).toBe(true);
    expect(stays.isEnded()).toBe(false);
    stays.leave();
  });

  it("end with a result when the process stops", async () => {
    const third = await gateway.openAnother();
    await third.listen({ port: 0, host: "127.0.0.1" });
    const stream = await listen(third, path);
    await third.close();
    await expect.poll(() => stream.isEnded()).toBe(true);
    expect(stream.messages().at(-1)).toMatchObject({ id: 1, result: { resultType: "complete" } });
  });
});

describe("a tool that asks first", () => {
  const call = (id: unknown, headers: Record<string, string>, args: object = { body: { title: "x" } }) => ({
    method: "POST",
    headers,
    body: { jsonrpc: "2.0", id, method: "tools/call", params: { name: "addNote", arguments: args } },
  });

  beforeAll(async () => {
    const input = { serverId, operation: "POST /notes", patch: { askFirst: true } };
    await overrideTool({ ctx: gateway.ctx, input });
    await publishServer({ ctx: gateway.ctx, input: { id: serverId } });
    // Both processes have heard of it when they ask.
    for (const app of [gateway.app, second]) {
      const isAsking = async () => {
        const answer = await rpc(app, path, "tools/call", { name: "addNote", arguments: {} }, bearer(gateway.apiKey));
        return answer.text.includes("elicitation");
      };
      await vi.waitUntil(isAsking, { timeout: 2_000, interval: 50 });
    }
  });

  it("is sent once the person said yes, at whichever process", async () => {
    const session = await openSession(gateway.app, path);
    const before = gateway.upstream.seen.length;
    const stream = await open(gateway.app, path, call(1, session));
    await expect.poll(() => stream.messages().length).toBe(1);
    const [question] = stream.messages();
    expect(question).toMatchObject({
      method: "elicitation/create",
      params: { message: expect.stringContaining('"title": "x"') },
    });
    expect(gateway.upstream.seen).toHaveLength(before);
    const reply = { jsonrpc: "2.0", id: question?.id, result: { action: "accept", content: {} } };
    const posted = await open(second, path, { method: "POST", headers: session, body: reply });
    expect(posted.status).toBe(202);
    await expect.poll(() => stream.messages().length).toBe(2);
    expect(stream.messages()[1]).toMatchObject({ id: 1, result: { structuredContent: { ok: true } } });
    expect(gateway.upstream.seen).toHaveLength(before + 1);
  });

  it("is not sent when the person said no, nor where nobody can be asked, nor asked about when it cannot be sent", async () => {
    const before = gateway.upstream.seen.length;
    const session = await openSession(second, path);
    const stream = await open(second, path, call(2, session));
    await expect.poll(() => stream.messages().length).toBe(1);
    const reply = { jsonrpc: "2.0", id: stream.messages()[0]?.id, result: { action: "decline" } };
    await open(gateway.app, path, { method: "POST", headers: session, body: reply });
    await expect.poll(() => stream.messages().length).toBe(2);
    expect(JSON.stringify(stream.messages()[1])).toContain("said no");

    const mute = await rpc(second, path, "tools/call", { name: "addNote", arguments: {} }, bearer(gateway.apiKey));
    expect(mute.body).toMatchObject({ result: { isError: true } });
    expect(mute.text).toContain("elicitation");

    const wrong = await open(second, path, call(3, session, { nonsense: 1 }));
    await expect.poll(() => wrong.text()).toContain("nonsense");
    expect(wrong.text()).not.toContain("elicitation/create");
    expect(gateway.upstream.seen).toHaveLength(before);
    await expect
      .poll(() => gateway.usage.filter(({ outcome }) => outcome === "declined").map(({ tool }) => tool))
      .toEqual(["addNote"]);
  });

  it("asks a modern client with a state that works once, at any process", async () => {
    const args = { name: "addNote", arguments: { body: { title: "modern" } } };
    const first = await open(gateway.app, path, modern("tools/call", args, "addNote"));
    await expect.poll(() => first.isEnded()).toBe(true);
    const { result } = JSON.parse(first.text()) as { result: { resultType: string; requestState: string } };
    expect(result).toMatchObject({
      resultType: "input_required",
      inputRequests: { confirm: { method: "elicitation/create" } },
    });
    const again = modern(
      "tools/call",
      { ...args, requestState: result.requestState, inputResponses: { confirm: { action: "accept", content: {} } } },
      "addNote",
    );
    const answers = [await open(second, path, again), await open(gateway.app, path, again)];
    await expect.poll(() => answers.map((one) => one.isEnded())).toEqual([true, true]);
    expect(JSON.parse(answers[0]?.text() ?? "")).toMatchObject({
      result: { resultType: "complete", structuredContent: { ok: true } },
    });
    expect(JSON.parse(answers[1]?.text() ?? "")).toMatchObject({ error: { code: -32602 } });
    expect(gateway.upstream.seen.at(-1)?.body).toBe('{"title":"modern"}');
  });
});

it("a long call says how long it has waited, and a cancelled one lets the API go", async () => {
  gateway.upstream.state.delayMs = 3_000;
  const { abandoned } = gateway.upstream.state;
  try {
    const session = await openSession(gateway.app, path);
    const params = { name: "listNotes", arguments: {}, _meta: { progressToken: "p1" } };
    const body = { jsonrpc: "2.0", id: "long", method: "tools/call", params };
    const [stays, goes] = await Promise.all([
      open(gateway.app, path, { method: "POST", headers: session, body }),
      open(gateway.app, path, { method: "POST", headers: session, body: { ...body, id: "gone" } }),
    ]);
    const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "gone" } };
    await open(second, path, { method: "POST", headers: session, body: cancel });
    await expect.poll(() => gateway.upstream.state.abandoned, { timeout: 500 }).toBe(abandoned + 1);
    await expect.poll(() => stays.messages().length, { timeout: 4_000 }).toBe(2);
    expect(stays.messages()[0]).toMatchObject({
      method: "notifications/progress",
      params: { progressToken: "p1", progress: 2, message: expect.stringMatching(/^Waiting for 127/) },
    });
    expect(stays.messages()[1]).toMatchObject({ id: "long", result: { structuredContent: { ok: true } } });
    await expect.poll(() => goes.isEnded()).toBe(true);
    expect(goes.messages().some(({ id }) => id === "gone")).toBe(false);
  } finally {
    gateway.upstream.state.delayMs = 0;
  }
});
