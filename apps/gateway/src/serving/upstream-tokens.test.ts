import http from "node:http";
import type { AddressInfo } from "node:net";
import { listCredentials, setCredential } from "@portico/services";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { callTool, startTestGateway, type TestGateway } from "../testing.ts";

const SECRET = "canary-client-secret+/=";
const CLIENT = { type: "clientCredentials" as const, clientId: "portico", clientSecret: SECRET, scopes: ["read"] };

/** An API that gives tokens at /token and takes them at /notes, as a real one: by their value, until they end. */
const api = {
  asked: [] as { authorization: string; form: string }[],
  valid: new Set<string>(),
  called: [] as string[],
};
let answer: (() => { status: number; headers?: Record<string, string>; body: string }) | undefined;
let expiresIn = 3_600;
let delayMs = 0;
const server = http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  const { authorization = "" } = request.headers;
  if (request.url === "/token") {
    api.asked.push({ authorization, form: body });
    if (delayMs) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const given = answer?.();
    if (given) return response.writeHead(given.status, given.headers).end(given.body);
    const expected = `Basic ${Buffer.from("portico:canary-client-secret%2B%2F%3D").toString("base64")}`;
    if (authorization !== expected)
      return response
        .writeHead(401)
        .end(JSON.stringify({ error: "invalid_client", error_description: `not ${SECRET}` }));
    const token = `token-${api.asked.length}`;
    api.valid.add(`Bearer ${token}`);
    return response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ access_token: token, token_type: "bearer", expires_in: expiresIn }));
  }
  api.called.push(authorization);
  const isAllowed = api.valid.has(authorization);
  response.writeHead(isAllowed ? 200 : 401, { "content-type": "application/json" }).end(JSON.stringify({ isAllowed }));
});

let gateway: TestGateway;
let another: Awaited<ReturnType<TestGateway["openAnother"]>>;
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  gateway = await startTestGateway();
  another = await gateway.openAnother();
});
afterAll(async () => {
  await gateway?.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  api.asked = [];
  api.called = [];
  api.valid.clear();
  [answer, expiresIn, delayMs] = [undefined, 3_600, 0];
});

let number = 0;
async function publish(more: object = {}) {
  const content = JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Notes", version: "1" },
    servers: [{ url }],
    security: [{ machine: ["read"] }],
    paths: { "/notes": { get: { operationId: "listNotes", responses: { 200: { description: "ok" } } } } },
    components: {
      securitySchemes: {
        machine: { type: "oauth2", flows: { clientCredentials: { tokenUrl: `${url}/token`, scopes: { read: "" } } } },
      },
    },
  });
  const published = await gateway.publish({ slug: `machine-${++number}`, source: { content } });
  const input = {
    serverId: published.serverId,
    scheme: "machine",
    credential: { ...CLIENT, tokenUrl: `${url}/token`, ...more },
  };
  await setCredential({ ctx: gateway.ctx, input });
  return published;
}
const call = (path: string, app = gateway.app) => callTool(app, path, gateway.apiKey);
const textOf = ({ text }: { text: string }) => text;
const problemOf = async (serverId: string) =>
  (await listCredentials({ ctx: gateway.ctx, input: { serverId } }))[0]?.problem;

it("gets one token for any number of calls in any number of processes", async () => {
  const { path } = await publish();
  delayMs = 300;
  const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => call(path, i % 2 ? another : gateway.app)));
  for (const one of answers)
    expect(one).toMatchObject({ body: { result: { structuredContent: { isAllowed: true } } } });
  expect(api.asked).toHaveLength(1);
  expect(new URLSearchParams(api.asked[0]?.form).get("scope")).toBe("read");
  expect(new Set(api.called)).toEqual(new Set(["Bearer token-1"]));
});

it("renews a token ahead of its end, and no call waits for it or fails", async () => {
  expiresIn = 3;
  const { path } = await publish();
  await call(path);
  for (let i = 0; i < 20; i++) {
    expect(await call(path)).toMatchObject({ body: { result: { structuredContent: { isAllowed: true } } } });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(api.asked.length).toBeGreaterThanOrEqual(2);
  expect(api.asked.length).toBeLessThanOrEqual(4);
});

it("gets another one when the API has ended it, and calls once more, but not for ever", async () => {
  const { path } = await publish();
  await call(path);
  api.valid.clear();
  expect(await call(path)).toMatchObject({ body: { result: { structuredContent: { isAllowed: true } } } });
  expect(api.asked).toHaveLength(2);
  // The other process still holds the first one.
  expect(await call(path, another)).toMatchObject({ body: { result: { structuredContent: { isAllowed: true } } } });
  expect(api.asked).toHaveLength(2);
  const { called } = api;
  answer = () => ({ status: 200, body: JSON.stringify({ access_token: "useless", token_type: "Bearer" }) });
  api.valid.clear();
  const before = called.length;
  expect(await call(path)).toMatchObject({ body: { result: { isError: true } } });
  expect(called.length - before).toBe(2);
});

it("says what is wrong without the secret, remembers it on the credential, and recovers with a new one", async () => {
  const { path, serverId } = await publish({ clientSecret: `wrong-${SECRET}` });
  const answer = await call(path);
  expect(answer).toMatchObject({ body: { result: { isError: true } } });
  expect(textOf(answer)).toMatch(/gave no token \(401, invalid_client/);
  expect(textOf(answer)).toContain("needs attention");
  expect(await problemOf(serverId)).toMatch(/gave no token/);
  expect(api.called).toEqual([]);
  // A client that was refused is not tried again with every call.
  await Promise.all(Array.from({ length: 5 }, () => call(path)));
  expect(api.asked).toHaveLength(1);
  for (const place of [
    textOf(answer),
    gateway.lines.join(""),
    JSON.stringify(gateway.usage),
    String(await problemOf(serverId)),
  ])
    expect(place).not.toContain(`wrong-${SECRET}`);
  const credential = { ...CLIENT, tokenUrl: `${url}/token` };
  await setCredential({ ctx: gateway.ctx, input: { serverId, scheme: "machine", credential } });
  await expect
    .poll(async () => (await call(path)).body, { timeout: 2_000 })
    .toMatchObject({ result: { structuredContent: { isAllowed: true } } });
  expect(await problemOf(serverId)).toBeNull();
});

it.each<[string, ReturnType<NonNullable<typeof answer>>]>([
  ["sends elsewhere", { status: 302, headers: { location: "http://127.0.0.1:1/token" }, body: "" }],
  ["is out of order", { status: 503, body: "<html>" }],
  ["gives no token", { status: 200, body: "{}" }],
  ["gives something else", { status: 200, body: '"token"' }],
  ["gives a token of another kind", { status: 200, body: '{"access_token":"x","token_type":"mac"}' }],
  ["says too much", { status: 200, body: `{"access_token":"${"x".repeat(100_000)}"}` }],
])("is not fooled by an API that %s", async (_name, given) => {
  const { path } = await publish();
  answer = () => given;
  expect(await call(path)).toMatchObject({ status: 200, body: { result: { isError: true } } });
  expect(api.called).toEqual([]);
  expect(gateway.errors).toEqual([]);
});

it("shows the secret to the token endpoint only, in the way that was chosen", async () => {
  const { path } = await publish({ sendIn: "form" });
  answer = () => ({ status: 200, body: JSON.stringify({ access_token: "given", expires_in: "60" }) });
  api.valid.add("Bearer given");
  expect(await call(path)).toMatchObject({ body: { result: { structuredContent: { isAllowed: true } } } });
  expect(api.asked[0]?.authorization).toBe("");
  expect(new URLSearchParams(api.asked[0]?.form).get("client_secret")).toBe(SECRET);
  expect(JSON.stringify(api.called)).not.toContain(SECRET);
  const rows = await gateway.deps.db.credential.findMany();
  expect(JSON.stringify(rows)).not.toContain(SECRET);
  expect(JSON.stringify(rows)).not.toContain('"given"');
});
