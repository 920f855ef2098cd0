import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, host, inject, publicUrl, raw, rpc, startTestGateway, type TestGateway } from "./testing.ts";

let gateway: TestGateway;
let path: string;
let port: number;
beforeAll(async () => {
  gateway = await startTestGateway();
  ({ path } = await gateway.publish({ slug: "notes" }));
  await gateway.app.listen({ port: 0, host: "127.0.0.1" });
  port = (gateway.app.server.address() as AddressInfo).port;
});
afterAll(() => gateway?.close());

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

describe("HT-02, HT-04, HT-06: Host", () => {
  it.each([
    { given: host, want: 401 },
    { given: host.toUpperCase(), want: 401 },
    { given: "evil.example", want: 421 },
    { given: `${host}.evil.example`, want: 421 },
    { given: `${host}:8080`, want: 421 },
    { given: `user@${host}`, want: 421 },
    { given: "127.0.0.1", want: 421 },
    { given: "localhost", want: 421 },
    { given: "", want: 421 },
  ])("$given is $want", async ({ given, want }) => {
    const answer = await raw(port, `GET ${path} HTTP/1.1\r\nHost: ${given}\r\nConnection: close\r\n\r\n`);
    expect(statusOf(answer)).toBe(want);
  });
  it.each([
    { name: "two", head: `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example`, want: 400 },
    { name: "none", head: `GET ${path} HTTP/1.1`, want: 400 },
    { name: "an absolute-form target", head: `GET http://169.254.169.254${path} HTTP/1.1\r\nHost: ${host}`, want: 400 },
    { name: "our own absolute-form target", head: `GET ${publicUrl}${path} HTTP/1.1\r\nHost: ${host}`, want: 400 },
    { name: "a probe from anywhere", head: "GET /healthz HTTP/1.1\r\nHost: 10.0.0.7:3000", want: 200 },
    { name: "a readiness probe from anywhere", head: "GET /readyz HTTP/1.1\r\nHost: 10.0.0.7:3000", want: 200 },
    { name: "a probe with more", head: "GET /healthz?x HTTP/1.1\r\nHost: 10.0.0.7:3000", want: 421 },
  ])("$name is $want", async ({ head, want }) => {
    expect(statusOf(await raw(port, `${head}\r\nConnection: close\r\n\r\n`))).toBe(want);
  });
  it("takes every loopback name where Portico is served on one, and no other", async () => {
    const app = await gateway.openAnother({ deps: { ...gateway.deps, publicUrl: "http://localhost:3000" } });
    const status = async (given: string) => (await inject(app, { url: path, headers: { host: given } })).status;
    for (const given of ["localhost:3000", "127.0.0.1:3000", "[::1]:3000"])
      expect(await status(given), given).toBe(401);
    for (const given of ["localhost:3001", "localhost", "localhost.evil:3000", "evil.example:3000", "127.0.0.2:3000"])
      expect(await status(given), given).toBe(421);
  });
  it("names nothing but the configured origin, whatever a client claims of itself", async () => {
    const forwarded = {
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "http",
      forwarded: "host=evil.example",
    };
    const answers = [
      await inject(gateway.app, { url: path, headers: forwarded }),
      await inject(gateway.app, { url: `/.well-known/oauth-protected-resource${path}`, headers: forwarded }),
    ];
    for (const answer of answers) expect(JSON.stringify(answer)).not.toContain("evil.example");
    const url = "/.well-known/oauth-authorization-server";
    const metadata = await inject(gateway.app, { url, headers: forwarded });
    expect(metadata.body).toMatchObject({ issuer: publicUrl, token_endpoint: `${publicUrl}/oauth/token` });
    expect(metadata.text).not.toContain("evil.example");
  });
});

describe("HT-05, HT-17: Origin", () => {
  const ping = (headers: Record<string, string>) =>
    rpc(gateway.app, path, "ping", {}, { ...bearer(gateway.apiKey), ...headers });

  it.each([
    "https://evil.example",
    "null",
    "http://localhost.evil",
    "https://claude.ai.evil.example",
    "http://claude.ai",
    "",
  ])("of %j is refused", async (origin) => {
    const answer = await ping({ origin });
    expect(answer).toMatchObject({ status: 403, body: { jsonrpc: "2.0", error: { code: -32_600 } } });
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
  });
  it.each(["https://claude.ai", "http://localhost:6274", "http://127.0.0.1:1", "http://[::1]:6274", publicUrl])(
    "of %s is taken, and told so",
    async (origin) => {
      const answer = await ping({ origin });
      expect(answer.status).toBe(200);
      expect(answer.headers).toMatchObject({
        "access-control-allow-origin": origin,
        "access-control-expose-headers": "mcp-session-id, www-authenticate",
        vary: "origin",
      });
      expect(answer.headers).not.toHaveProperty("access-control-allow-credentials");
    },
  );
  it("may be absent, as with every program", async () => {
    const answer = await ping({});
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
  });
  it("is told of a refused token too, so that a page can start to sign in", async () => {
    const answer = await rpc(gateway.app, path, "ping", {}, { origin: "https://claude.ai" });
    expect(answer).toMatchObject({ status: 401, headers: { "access-control-allow-origin": "https://claude.ai" } });
  });
  it.each([
    { url: "the endpoint", given: () => path },
    { url: "the resource's metadata", given: () => `/.well-known/oauth-protected-resource${path}` },
    { url: "the server's metadata", given: () => "/.well-known/oauth-authorization-server" },
    { url: "the server's metadata beside the path", given: () => `/.well-known/oauth-authorization-server${path}` },
    { url: "registration", given: () => "/oauth/register" },
  ])("gets a preflight of $url answered", async ({ given }) => {
    const headers = {
      origin: "http://localhost:6274",
      "access-control-request-method": "GET",
      "access-control-request-headers": "mcp-protocol-version",
    };
    const answer = await inject(gateway.app, { method: "OPTIONS", url: given(), headers });
    expect(answer.status).toBe(204);
    expect(String(answer.headers["access-control-allow-headers"])).toContain("mcp-protocol-version");
    expect(["*", "http://localhost:6274"]).toContain(answer.headers["access-control-allow-origin"]);
  });
  it("of evil gets no preflight", async () => {
    const headers = { origin: "https://evil.example", "access-control-request-method": "POST" };
    for (const url of [path, "/oauth/register"])
      expect((await inject(gateway.app, { method: "OPTIONS", url, headers })).status).toBe(403);
  });
});

describe("TK-19, HT-11: addresses", () => {
  /** None of these may answer as the server does; and none may be a fault of ours. */
  it.each([
    "/mcp/ORG/notes/",
    "/mcp/ORG//notes",
    "//mcp/ORG/notes",
    "/mcp//notes",
    "/mcp/ORG/notes;x",
    "/mcp/ORG/notes.json",
    "/mcp/ORG/Notes",
    "/MCP/ORG/notes",
    "/mcp/ORG/%00",
    "/mcp/ORG/notes%00",
    "/mcp/ORG%2Fnotes",
    "/mcp/ORG%2Fnotes/",
    "/mcp/ORG/notes/mcp",
    "/mcp/ORG/..%2Fnotes",
    "/mcp/ORG/notes%2F",
    "/mcp/ORG/%E2%82%AC",
    "/mcp/ORG",
    "/mcp/notes",
    "/notes/mcp",
    "/mcp/%/notes",
    `/mcp/ORG/${"x".repeat(300)}`,
    "/nowhere",
    "/api/v1/servers",
    "/.env",
    "/.git/config",
  ])("%s leads nowhere", async (template) => {
    const url = template.replace("ORG", gateway.organization);
    const answer = await rpc(gateway.app, url, "tools/list", {}, bearer(gateway.apiKey));
    expect([400, 404, 414]).toContain(answer.status);
    expect(answer.text).not.toContain("listNotes");
    const page = await inject(gateway.app, { url, headers: { accept: "text/html" } });
    expect(page.status).toBeLessThan(500);
    expect(gateway.errors).toEqual([]);
  });
  it("are the same server when they decode to the same path, with the same token", async () => {
    const url = path.replace("notes", "%6eotes");
    expect((await rpc(gateway.app, url, "ping")).headers["www-authenticate"]).toContain(`${path}"`);
    expect((await rpc(gateway.app, url, "ping", {}, bearer(gateway.apiKey))).status).toBe(200);
  });
  it.each(["PUT", "PATCH", "TRACE", "PROPFIND"])("know no %s", async (method) => {
    const answer = await raw(port, `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect([400, 404, 405]).toContain(statusOf(answer));
  });
});
