import http from "node:http";
import type { AddressInfo } from "node:net";
import {
  createApiKey,
  publishServer,
  removeCredential,
  revokeApiKey,
  rollbackServer,
  setCredential,
  updateServer,
} from "@portico/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  bearer,
  callTool,
  host,
  inject,
  notesDocument,
  openSession,
  rpc,
  startTestGateway,
  startUpstream,
  type TestGateway,
} from "../testing.ts";

const canary = "canary-upstream-0123456789";

let gateway: TestGateway;
let path: string;
let serverId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  const credentials = { key: { type: "apiKey" as const, value: canary } };
  ({ path, serverId } = await gateway.publish({ slug: "notes", credentials }));
});
afterAll(() => gateway?.close());

/** "At once", as far as a message from the database needs. */
const soon = { timeout: 1_000, interval: 20 };

describe("what is served changes at once", () => {
  const names = async () =>
    [...(await rpc(gateway.app, path, "tools/list", {}, bearer(gateway.apiKey))).text.matchAll(/"name":"(\w+)"/g)].map(
      ([, name]) => name,
    );

  it("when a version is published, and when it is rolled back", async () => {
    const { ctx } = gateway;
    expect(await names()).toEqual(["listNotes", "addNote"]);
    await updateServer({ ctx, input: { id: serverId, select: { operations: ["GET /notes"] } } });
    expect(await names()).toEqual(["listNotes", "addNote"]);
    await publishServer({ ctx, input: { id: serverId } });
    await expect.poll(names, soon).toEqual(["listNotes"]);
    await rollbackServer({ ctx, input: { id: serverId, version: 1 } });
    await expect.poll(names, soon).toEqual(["listNotes", "addNote"]);
  });
  it("when it is paused, and when it moves", async () => {
    const { ctx, app, apiKey, organization } = gateway;
    const status = async (url: string) => (await callTool(app, url, apiKey)).status;
    await updateServer({ ctx, input: { id: serverId, status: "paused" } });
    await expect.poll(() => status(path), soon).toBe(404);
    await updateServer({ ctx, input: { id: serverId, status: "live", slug: "moved" } });
    await expect.poll(() => status(`/mcp/${organization}/moved`), soon).toBe(200);
    expect(await status(path)).toBe(404);
    await updateServer({ ctx, input: { id: serverId, slug: "notes" } });
    await expect.poll(() => status(path), soon).toBe(200);
  });
  it("when it is public no more", async () => {
    const { ctx, app } = gateway;
    const { path: open, serverId: id } = await gateway.publish({ slug: "open", visibility: "public" });
    expect((await callTool(app, open, undefined)).status).toBe(200);
    await updateServer({ ctx, input: { id, visibility: "organization" } });
    await expect.poll(async () => (await callTool(app, open, undefined)).status, soon).toBe(401);
  });
  it("when a credential is set or removed", async () => {
    const { ctx, app, apiKey, upstream } = gateway;
    const sent = async () => {
      await callTool(app, path, apiKey);
      return upstream.seen.at(-1)?.headers["x-key"];
    };
    expect(await sent()).toBe(canary);
    const credential = { type: "apiKey" as const, value: "another-upstream-key" };
    await setCredential({ ctx, input: { serverId, scheme: "key", credential } });
    await expect.poll(sent, soon).toBe("another-upstream-key");
    await removeCredential({ ctx, input: { serverId, scheme: "key" } });
    await expect.poll(sent, soon).toBeUndefined();
    await setCredential({ ctx, input: { serverId, scheme: "key", credential: { type: "apiKey", value: canary } } });
    await expect.poll(sent, soon).toBe(canary);
  });
  it("when a document is published again with another credential", async () => {
    const { app, apiKey, upstream } = gateway;
    const sent = async () => {
      await callTool(app, path, apiKey);
      return upstream.seen.at(-1)?.headers["x-key"];
    };
    expect(await sent()).toBe(canary);
    await gateway.publish({ slug: "notes", credentials: { key: { type: "apiKey", value: "rotated-upstream-key" } } });
    await expect.poll(sent, soon).toBe("rotated-upstream-key");
    await gateway.publish({ slug: "notes", credentials: { key: { type: "apiKey", value: canary } } });
    await expect.poll(sent, soon).toBe(canary);
  });
  it("when a key is revoked, at every process", async () => {
    const { ctx, app } = gateway;
    const other = await gateway.openAnother();
    const { id, key } = await createApiKey({ ctx, input: { name: "short-lived" } });
    for (const one of [app, other]) expect((await callTool(one, path, key)).status).toBe(200);
    await revokeApiKey({ ctx, input: { id } });
    for (const one of [app, other])
      await expect.poll(async () => (await callTool(one, path, key)).status, soon).toBe(401);
  });
});

describe("upstream", () => {
  it("sees what the plan says and nothing of the client", async () => {
    const { app, apiKey, upstream } = gateway;
    await callTool(app, path, apiKey, { tag: "a" }, "listNotes", {
      cookie: "portico.session=canary-cookie",
      origin: "http://localhost:6274",
      referer: "https://canary.example/",
      "x-forwarded-for": "203.0.113.9",
      "x-api-key": "canary-header",
      "x-key": "canary-header",
      "mcp-session-id": await openSession(app, path, apiKey),
      "mcp-protocol-version": "2025-11-25",
      "user-agent": "canary-client/1",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    });
    const seen = upstream.seen.at(-1);
    expect(seen).toMatchObject({ method: "GET", url: "/notes?tag=a" });
    expect(Object.keys(seen?.headers ?? {}).sort()).toEqual([
      "accept",
      "accept-encoding",
      "connection",
      "host",
      "user-agent",
      "x-key",
    ]);
    expect(seen?.headers["x-key"]).toBe(canary);
    expect(JSON.stringify(upstream.seen)).not.toMatch(/canary-(cookie|header|client)|ptk_/);
  });
  it("gets a credential only where it was stored for, whoever moves the tools", async () => {
    const { app, apiKey, ctx, upstream, usage } = gateway;
    const elsewhere = await startUpstream();
    try {
      const credential = { type: "apiKey" as const, value: canary };
      const before = usage.length;
      const moved = await gateway.publish({ slug: "moved-api", credentials: { key: credential } });
      const call = async () => (await callTool(app, moved.path, apiKey)).text;
      expect(await call()).toContain('"ok":true');
      await updateServer({ ctx, input: { id: moved.serverId, baseUrl: elsewhere.url } });
      await publishServer({ ctx, input: { id: moved.serverId } });
      await expect.poll(call, soon).toContain(`stored for ${upstream.url}; this tool now calls ${elsewhere.url}`);
      await gateway.publish({ slug: "moved-api", source: { content: notesDocument(elsewhere.url) } });
      expect(await call()).toContain("Nothing was sent.");
      expect(elsewhere.seen).toEqual([]);
      // Events of calls one after the other may come in another order.
      await expect.poll(() => usage.slice(before).map(({ outcome }) => outcome), soon).toContain("blocked");
      await setCredential({ ctx, input: { serverId: moved.serverId, scheme: "key", credential } });
      await expect.poll(call, soon).toContain('"ok":true');
      expect(elsewhere.seen.at(-1)?.headers["x-key"]).toBe(canary);
    } finally {
      await elsewhere.stop();
    }
  });
  it("is not waited for when the client has gone", async () => {
    const { app, apiKey, upstream, usage } = gateway;
    await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = app.server.address() as AddressInfo;
    const before = upstream.state.abandoned;
    upstream.state.delayMs = 3_000;
    const headers = { host, "content-type": "application/json", ...bearer(apiKey) };
    const call = http.request({ hostname: "127.0.0.1", port, path, method: "POST", headers });
    call.on("error", () => {});
    const count = upstream.seen.length;
    call.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "listNotes" } }));
    await expect.poll(() => upstream.seen.length, soon).toBe(count + 1);
    call.destroy();
    await expect.poll(() => upstream.state.abandoned, soon).toBe(before + 1);
    upstream.state.delayMs = 0;
    await expect.poll(() => usage.at(-1)?.outcome, soon).toBe("cancelled");
    expect(gateway.errors).toEqual([]);
  });
});

describe("usage", () => {
  it("says who called what with which client, and what came of it", async () => {
    const { app, apiKey, apiKeyId, usage, ctx } = gateway;
    const sid = await openSession(app, path, apiKey, { name: "claude-code", version: "2.1" });
    await callTool(app, path, apiKey, { tag: "b" }, "listNotes", {
      "mcp-session-id": sid,
      "user-agent": "claude-code/2.1",
    });
    await expect.poll(() => usage.at(-1)?.userAgent, soon).toBe("claude-code/2.1");
    expect(usage.at(-1)).toMatchObject({
      kind: "call",
      organizationId: ctx.organizationId,
      serverId,
      versionId: expect.stringMatching(/^ver_/),
      tool: "listNotes",
      operation: "GET /notes",
      outcome: "ok",
      status: 200,
      responseBytes: 11,
      clientName: "claude-code",
      clientVersion: "2.1",
      era: "legacy",
      protocolVersion: "2025-11-25",
      principal: "apiKey",
      subject: apiKeyId,
    });
    expect(usage.findLast(({ kind }) => kind === "initialize")).toMatchObject({
      clientName: "claude-code",
      outcome: "ok",
    });
  });
  it("is written whatever a client calls itself", async () => {
    const { app, apiKey, deps } = gateway;
    for (const name of ["nul\u0000byte", "half\ud800pair", "\u202eevil", "x".repeat(10_000)]) {
      const version = `v-${name.length}`;
      await openSession(app, path, apiKey, { name, version });
      const stored = () => deps.db.usageEvent.count({ where: { clientVersion: version, kind: "initialize" } });
      await expect.poll(stored, { ...soon, message: JSON.stringify(name.slice(0, 20)) }).toBe(1);
    }
  });
});

it("keeps every secret to itself", async () => {
  const { app, apiKey, ctx, deps, upstream } = gateway;
  upstream.state.body = JSON.stringify({ echo: `X-Key: ${canary}`, list: [canary] });
  const { key: wrongKey } = await createApiKey({ ctx, input: { name: "elsewhere" } });
  const secretArgument = "s3cr";
  const answers = [
    await callTool(app, path, apiKey, { tag: secretArgument }),
    await callTool(app, path, `${wrongKey}x`),
    await inject(app, { url: `${path}?token=${wrongKey}`, headers: bearer(apiKey) }),
    await inject(app, { url: `/nowhere/${apiKey}?code=${canary}` }),
  ];
  upstream.state.body = '{"ok":true}';
  // A fault of ours, with a secret in its message.
  const broken = await gateway.openAnother({
    deps: {
      ...deps,
      db: Object.create(deps.db, {
        server: { value: { findFirst: async () => Promise.reject(new Error(`no route for Bearer ${wrongKey}`)) } },
      }),
    },
  });
  const failed = await callTool(broken, path, apiKey);
  expect(failed).toMatchObject({ status: 500, body: { error: { code: -32_603, message: "Internal error" } } });
  expect(gateway.errors.splice(0)).toHaveLength(1);

  expect(answers[0]?.text).toContain("[hidden]");
  const told = JSON.stringify([answers.slice(0, 3), failed]);
  expect(told).not.toContain(canary);
  expect(told).not.toContain(apiKey);
  expect(told).not.toContain(wrongKey);
  const logs = gateway.lines.join("");
  const rows = JSON.stringify([
    await deps.db.usageEvent.findMany(),
    await deps.db.auditEvent.findMany(),
    gateway.usage,
  ]);
  for (const kept of [logs, rows]) for (const secret of [canary, apiKey, wrongKey]) expect(kept).not.toContain(secret);
  expect(rows).not.toContain(secretArgument);
});
