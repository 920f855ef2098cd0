import type { AddressInfo } from "node:net";
import { updateServer } from "@portico/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  bearer,
  callTool,
  host,
  inject,
  openSession,
  publicUrl,
  raw,
  rpc,
  startTestGateway,
  type TestGateway,
} from "../testing.ts";

let gateway: TestGateway;
let path: string;
let serverId: string;
let openPath: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  ({ path, serverId } = await gateway.publish({ slug: "notes", credentials: { key: { type: "apiKey", value: "k" } } }));
  ({ path: openPath } = await gateway.publish({ slug: "open", visibility: "public" }));
});
afterAll(() => gateway?.close());

describe("the way to a token", () => {
  it("is a challenge without an error when there was no token", async () => {
    const answer = await rpc(gateway.app, path, "tools/list");
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe(
      `Bearer resource_metadata="${publicUrl}/.well-known/oauth-protected-resource${path}", scope="tools"`,
    );
    expect(answer.text).not.toContain("listNotes");
  });
  it.each([
    { name: "a made-up API key", authorization: `Bearer ptk_${"x".repeat(30)}` },
    { name: "a word", authorization: "Bearer x" },
    { name: "nothing", authorization: "Bearer" },
    { name: "a password", authorization: `Basic ${btoa("a:b")}` },
    { name: "two tokens in one", authorization: "Bearer a, Bearer b" },
    { name: "a token with more", authorization: "Bearer a b" },
    { name: "a long one", authorization: `Bearer ${"a".repeat(8_000)}` },
    { name: "an empty header", authorization: "" },
  ])("names the error when $name was sent", async ({ authorization }) => {
    const answer = await rpc(gateway.app, path, "tools/list", {}, { authorization });
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toMatch(
      /^Bearer error="invalid_token", error_description="[^"]+", resource_metadata="[^"]+", scope="tools"$/,
    );
  });
  it("takes a scheme in any case, and no second header", async () => {
    const { apiKey, app } = gateway;
    expect((await rpc(app, path, "ping", {}, { authorization: `bearer ${apiKey}` })).status).toBe(200);
    await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = app.server.address() as AddressInfo;
    const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
    const answer = await raw(
      port,
      `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${apiKey}\r\nAuthorization: Bearer x\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });
  it("takes no token from the address or the body", async () => {
    expect((await rpc(gateway.app, `${path}?access_token=${gateway.apiKey}`, "ping")).status).toBe(401);
    expect((await rpc(gateway.app, path, "ping", { access_token: gateway.apiKey })).status).toBe(401);
    expect(gateway.lines.join("")).not.toContain(gateway.apiKey);
  });
  it("is described by a document that names the very address", async () => {
    const answer = await inject(gateway.app, { url: `/.well-known/oauth-protected-resource${path}` });
    expect(answer.body).toEqual({
      resource: publicUrl + path,
      authorization_servers: [publicUrl],
      scopes_supported: ["tools"],
      bearer_methods_supported: ["header"],
    });
  });
  it("is not needed for a public server, where a wrong token is still refused", async () => {
    expect(await callTool(gateway.app, openPath, undefined)).toMatchObject({
      status: 200,
      body: { result: { structuredContent: { ok: true } } },
    });
    expect((await callTool(gateway.app, openPath, "x")).status).toBe(401);
  });
  it("leads a key to the servers of its own organization only", async () => {
    const stranger = await startTestGateway();
    try {
      expect((await rpc(gateway.app, path, "ping", {}, bearer(stranger.apiKey))).status).toBe(401);
    } finally {
      await stranger.close();
    }
  });
});

it("answers alike for a server that is unknown, never published, or paused", async () => {
  const { app, ctx, services, organization } = gateway;
  const paused = await gateway.publish({ slug: "paused" });
  await updateServer({ ctx, input: { id: paused.serverId, status: "paused" } });
  const { path: draft, serverId: draftId } = await gateway.publish({ slug: "draft" });
  await services.deps.db.server.update({ where: { id: draftId }, data: { publishedVersionId: null } });
  await services.deps.state.publish("server-changed", draftId);
  const unknown = `/mcp/${organization}/unknown`;
  for (const token of [gateway.apiKey, undefined]) {
    const want = await callTool(app, unknown, token);
    expect(want).toMatchObject({ status: 404, body: { error: { code: -32_001 } } });
    for (const url of [draft, paused.path, "/mcp/nobody/notes"]) {
      const answer = () => callTool(app, url, token).then(({ status, text }) => ({ status, text }));
      await expect.poll(answer, { timeout: 1_000 }).toEqual({ status: want.status, text: want.text });
    }
  }
  for (const url of [unknown, draft, paused.path])
    expect((await inject(app, { url: `/.well-known/oauth-protected-resource${url}` })).status, url).toBe(404);
});

describe("bodies", () => {
  const post = (payload: string | Buffer, headers: Record<string, string> = {}) =>
    inject(gateway.app, {
      method: "POST",
      url: path,
      headers: { "content-type": "application/json", ...bearer(gateway.apiKey), ...headers },
      payload,
    });
  const list = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';

  it.each<{
    name: string;
    given: () => string | Buffer;
    headers?: Record<string, string>;
    status: number;
    code: number;
  }>([
    { name: "no JSON", given: () => "tools/list", status: 400, code: -32_700 },
    { name: "half of it", given: () => list.slice(0, -1), status: 400, code: -32_700 },
    { name: "nothing", given: () => "", status: 400, code: -32_700 },
    { name: "NaN", given: () => '{"jsonrpc":"2.0","id":NaN,"method":"ping"}', status: 400, code: -32_700 },
    {
      name: "compressed",
      given: () => Buffer.from([0x1f, 0x8b, 8]),
      headers: { "content-encoding": "gzip" },
      status: 400,
      code: -32_700,
    },
    { name: "over 4 MB", given: () => `"${"x".repeat(4 * 1024 * 1024)}"`, status: 413, code: -32_600 },
    { name: "open brackets", given: () => "[".repeat(1_000_000), status: 400, code: -32_700 },
    {
      name: "deep arguments",
      given: () => `${'{"a":'.repeat(500_000)}1${"}".repeat(500_000)}`,
      status: 400,
      code: -32_700,
    },
    { name: "another type", given: () => list, headers: { "content-type": "text/plain" }, status: 415, code: -32_000 },
    {
      name: "a form",
      given: () => "a=b",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      status: 415,
      code: -32_000,
    },
    {
      name: "a type that is none",
      given: () => list,
      headers: { "content-type": "json;;" },
      status: 415,
      code: -32_600,
    },
    { name: "an empty batch", given: () => "[]", status: 400, code: -32_600 },
    { name: "a thousand in a batch", given: () => `[${Array(1_000).fill(list)}]`, status: 400, code: -32_600 },
    { name: "a float for an id", given: () => list.replace("1,", "1.5,"), status: 400, code: -32_600 },
  ])("$name: $status", async ({ given, headers, status, code }) => {
    const started = performance.now();
    const answer = await post(given(), headers);
    expect(answer).toMatchObject({ status, body: { jsonrpc: "2.0", error: { code, message: expect.any(String) } } });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(gateway.errors).toEqual([]);
  });
  it.each(['"__proto__"', '"__pr\\u006fto__"', '"\\u005F_proto__"'])(
    "lose a member %s, wherever it is",
    async (name) => {
      const args = `{"body":{"title":"x",${name}:{"polluted":true},"nested":{${name}:{"polluted":true}}}}`;
      const answer = await post(
        `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"addNote","arguments":${args}}}`,
      );
      expect(answer.status).toBe(200);
      expect({}).not.toHaveProperty("polluted");
      expect(gateway.upstream.seen.at(-1)?.body).toBe('{"title":"x","nested":{}}');
    },
  );
  it.each(["__proto__", "constructor", "", "x".repeat(10_000), "toString"])("name no tool %.20j", async (name) => {
    const answer = await callTool(gateway.app, path, gateway.apiKey, {}, name);
    expect(answer).toMatchObject({ status: 200, body: { id: 7, error: { code: -32_602 } } });
    expect(answer.text.length).toBeLessThan(1_000);
  });
});

describe("browsers", () => {
  it.each(["text/html", "text/html,application/xhtml+xml,*/*;q=0.8"])(
    "that ask for %s see the server's page",
    async (accept) => {
      const answer = await inject(gateway.app, { url: path, headers: { accept } });
      expect(answer).toMatchObject({ status: 302, headers: { location: path.replace("/mcp/", "/s/") } });
    },
  );
  it("are never sent to another host", async () => {
    for (const url of ["/mcp/%2F%2Fevil.example/x", "/mcp/..%2F..%2F%2Fevil.example/x", "/mcp/%5Cevil.example/x"]) {
      const { headers } = await inject(gateway.app, { url, headers: { accept: "text/html" } });
      const to = new URL(String(headers.location ?? "/"), publicUrl);
      expect([to.origin, to.pathname.slice(0, 3)]).toEqual([publicUrl, headers.location ? "/s/" : "/"]);
    }
  });
  it("that ask for a stream get no page", async () => {
    const headers = { accept: "text/event-stream", ...bearer(gateway.apiKey) };
    expect((await inject(gateway.app, { url: path, headers })).status).toBe(405);
  });
});

describe("sessions", () => {
  const ping = (url: string, token: string, sid: string) =>
    rpc(gateway.app, url, "ping", {}, { ...bearer(token), "mcp-session-id": sid });

  it("end with DELETE, for good", async () => {
    const { app, apiKey } = gateway;
    const sid = await openSession(app, path, apiKey);
    expect((await ping(path, apiKey, sid)).status).toBe(200);
    const headers = { ...bearer(apiKey), "mcp-session-id": sid };
    expect((await inject(app, { method: "DELETE", url: path, headers })).status).toBe(200);
    expect((await ping(path, apiKey, sid)).status).toBe(404);
    expect((await inject(app, { method: "DELETE", url: path, headers })).status).toBe(404);
  });
  it("belong to one server, one caller and one spelling", async () => {
    const { app, apiKey, ctx } = gateway;
    const sid = await openSession(app, path, apiKey);
    const { createApiKey } = await import("@portico/services");
    const { key: otherKey } = await createApiKey({ ctx, input: { name: "other" } });
    expect((await ping(openPath, apiKey, sid)).status).toBe(404);
    expect((await ping(path, otherKey, sid)).status).toBe(404);
    expect((await rpc(app, openPath, "ping", {}, { "mcp-session-id": sid })).status).toBe(404);
    expect((await rpc(app, path, "ping", {}, { "mcp-session-id": sid })).status).toBe(401);
    const headers = { ...bearer(otherKey), "mcp-session-id": sid };
    expect((await inject(app, { method: "DELETE", url: path, headers })).status).toBe(404);
    expect((await ping(path, apiKey, sid)).status).toBe(200);
  });
  it.each(["../x", "*", "a:b", "__proto__", "x".repeat(8_000), "%00", "a.b"])("are not made up: %.12j", async (sid) => {
    const before = await gateway.deps.db.stateEntry.count();
    expect((await ping(path, gateway.apiKey, sid)).status).toBe(404);
    expect(await gateway.deps.db.stateEntry.count()).toBe(before);
  });
  it("do not come from the client", async () => {
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } };
    const answer = await rpc(gateway.app, path, "initialize", params, {
      ...bearer(gateway.apiKey),
      "mcp-session-id": "chosen",
    });
    expect(answer.status).toBe(200);
    expect(answer.headers["mcp-session-id"]).not.toContain("chosen");
  });
});

it("serves nothing wider: one server's names are not another's", async () => {
  const { path: only } = await gateway.publish({ slug: "only", select: { operations: ["GET /notes"] } });
  expect((await rpc(gateway.app, only, "tools/list", {}, bearer(gateway.apiKey))).text).not.toContain("addNote");
  expect(await callTool(gateway.app, only, gateway.apiKey, {}, "addNote")).toMatchObject({
    body: { error: { code: -32_602 } },
  });
  expect(serverId).toBeTruthy();
});
