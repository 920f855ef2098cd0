import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { beginUpstreamSignIn, listCredentials, setCredential, upstreamCallback } from "@portico/services";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bearer, callTool, inject, startTestGateway, type TestGateway } from "../testing.ts";
import { type Browser, connectClient, createBrowser, createPerson, signIn } from "../testing-oauth.ts";

let CALLBACK: string;

/** An API with an authorization server: codes with PKCE, once each, and refresh tokens that are replaced with every use. */
const api = { challenges: new Map<string, string>(), refresh: new Set<string>(), tokens: new Set<string>(), asked: 0 };
let expiresIn = 3_600;
const server = http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  const json = (status: number, value: unknown) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  if (request.url !== "/token")
    return json(api.tokens.has(request.headers.authorization ?? "") ? 200 : 401, { ok: true });
  api.asked++;
  const form = new URLSearchParams(body);
  const basic = `Basic ${Buffer.from("portico:upstream-secret").toString("base64")}`;
  if (request.headers.authorization !== basic) return json(401, { error: "invalid_client" });
  if (form.get("grant_type") === "authorization_code") {
    const code = form.get("code") ?? "";
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const isKnown = api.challenges.get(code) === challenge && form.get("redirect_uri") === CALLBACK;
    api.challenges.delete(code);
    if (!isKnown) return json(400, { error: "invalid_grant" });
  } else if (!api.refresh.delete(form.get("refresh_token") ?? "")) return json(400, { error: "invalid_grant" });
  const [token, refresh] = [`access-${api.asked}`, `refresh-${api.asked}`];
  api.tokens.add(`Bearer ${token}`);
  api.refresh.add(refresh);
  json(200, { access_token: token, token_type: "Bearer", expires_in: expiresIn, refresh_token: refresh });
});

let gateway: TestGateway;
let url: string;
let admin: { id: string; email: string };
let browser: Browser;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  gateway = await startTestGateway();
  CALLBACK = upstreamCallback(gateway.deps, gateway.ctx.organizationId);
  admin = await createPerson(gateway);
  await gateway.deps.db.member.updateMany({ where: { userId: admin.id }, data: { role: "admin" } });
  browser = createBrowser(gateway.app);
  await signIn(gateway, browser, admin);
});
afterAll(async () => {
  await gateway?.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  expiresIn = 3_600;
});

const as = (id: string, role: "admin" | "builder" | "member" = "admin") => ({
  ...gateway.ctx,
  actor: { type: "user" as const, id, role },
});
let number = 0;
async function publish(more: object = {}) {
  const content = JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Notes", version: "1" },
    servers: [{ url }],
    security: [{ account: ["read"] }],
    paths: { "/notes": { get: { operationId: "listNotes", responses: { 200: { description: "ok" } } } } },
    components: { securitySchemes: { account: { type: "oauth2", flows: {} } } },
  });
  const slug = `account-${++number}`;
  const { path, serverId } = await gateway.publish({ slug, source: { content } });
  const credential = {
    type: "authorizationCode" as const,
    clientId: "portico",
    clientSecret: "upstream-secret",
    authorizationUrl: `${url}/authorize?audience=notes`,
    tokenUrl: `${url}/token`,
    scopes: ["read", "write"],
    ...more,
  };
  await setCredential({ ctx: gateway.ctx, input: { serverId, scheme: "account", credential } });
  return { slug, path, serverId };
}
async function begin(serverId: string, id = admin.id): Promise<URL> {
  const session = await gateway.deps.db.authSession.findFirstOrThrow({
    where: { userId: id },
    orderBy: { createdAt: "asc" },
  });
  const input = { serverId, scheme: "account", sessionId: session.id };
  return new URL((await beginUpstreamSignIn({ ctx: as(id), input })).url);
}
/** A person signs in there; gives the address that the API sends the browser to. */
function allow(to: URL, code = `code-${Math.random()}`): string {
  api.challenges.set(code, to.searchParams.get("code_challenge") ?? "");
  return `${CALLBACK}?${new URLSearchParams({ state: to.searchParams.get("state") ?? "", code })}`;
}
const REFUSED = "/connect/error?reason=upstream_sign_in";
const viewOf = async (serverId: string) => (await listCredentials({ ctx: gateway.ctx, input: { serverId } }))[0];

describe("a sign-in at an API", () => {
  it("sends the person there with PKCE, and calls with what came of it, renewed for ever", async () => {
    const { slug, path, serverId } = await publish();
    expect((await callTool(gateway.app, path, gateway.apiKey)).text).toContain("Nobody is signed in at the API");
    const to = await begin(serverId);
    expect(Object.fromEntries(to.searchParams)).toMatchObject({
      audience: "notes",
      response_type: "code",
      client_id: "portico",
      redirect_uri: CALLBACK,
      scope: "read write",
      code_challenge_method: "S256",
    });
    expect(to.href).not.toContain("upstream-secret");
    expiresIn = 2;
    const { status, location } = await browser.request(allow(to));
    expect({ status, location }).toEqual({ status: 303, location: `/servers/${slug}/credentials?sign-in=connected` });
    expect((await viewOf(serverId))?.connectedAt).toBeInstanceOf(Date);
    await expect
      .poll(async () => (await callTool(gateway.app, path, gateway.apiKey)).body, { timeout: 2_000 })
      .toMatchObject({ result: { structuredContent: { ok: true } } });
    for (let i = 0; i < 12; i++) {
      const { body } = await callTool(gateway.app, path, gateway.apiKey);
      expect(body).toMatchObject({ result: { structuredContent: { ok: true } } });
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    const rows = JSON.stringify(await gateway.deps.db.credential.findMany());
    expect(rows).not.toMatch(/upstream-secret|access-\d|refresh-\d/);
    expect(gateway.lines.join("")).not.toMatch(/upstream-secret|access-\d|refresh-\d|code-0/);
    expect(await gateway.deps.db.auditEvent.count({ where: { action: "credential.connect" } })).toBe(1);
  });
  it("is renewed once however many calls wait, in whichever process", async () => {
    expiresIn = 1;
    const { path, serverId } = await publish();
    await browser.request(allow(await begin(serverId)));
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expiresIn = 3_600;
    const before = api.asked;
    const another = await gateway.openAnother();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => callTool(i % 2 ? another : gateway.app, path, gateway.apiKey)),
    );
    for (const { body } of answers) expect(body).toMatchObject({ result: { structuredContent: { ok: true } } });
    expect(api.asked - before).toBe(1);
  });
  it("needs attention when the API has ended it, and works again after another one", async () => {
    expiresIn = 1;
    const { path, serverId } = await publish();
    await browser.request(allow(await begin(serverId)));
    api.refresh.clear();
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const { text } = await callTool(gateway.app, path, gateway.apiKey);
    expect(text).toMatch(/invalid_grant.*needs attention/);
    expect((await viewOf(serverId))?.problem).toContain("invalid_grant");
    expiresIn = 3_600;
    await browser.request(allow(await begin(serverId)));
    await expect
      .poll(async () => (await callTool(gateway.app, path, gateway.apiKey)).body, { timeout: 2_000 })
      .toMatchObject({ result: { structuredContent: { ok: true } } });
    expect((await viewOf(serverId))?.problem).toBeNull();
  });
});

describe("OA-45: an answer from an API", () => {
  it("counts once, for the person who began, in a browser where they are signed in", async () => {
    const { serverId } = await publish();
    const back = allow(await begin(serverId));
    expect((await createBrowser(gateway.app).request(back)).location).toBe(REFUSED);
    const other = createBrowser(gateway.app);
    await signIn(gateway, other, await createPerson(gateway));
    expect((await other.request(back)).location).toBe(REFUSED);
    expect((await viewOf(serverId))?.connectedAt).toBeNull();
    expect((await browser.request(back)).location).toContain("sign-in=connected");
    const asked = api.asked;
    expect((await browser.request(back)).location).toBe(REFUSED);
    expect(api.asked).toBe(asked);
  });
  it("counts once of twenty at once", async () => {
    const { serverId } = await publish();
    const back = allow(await begin(serverId));
    const all = await Promise.all(Array.from({ length: 20 }, () => browser.request(back)));
    expect(all.filter(({ location }) => location.includes("connected"))).toHaveLength(1);
  });
  it.each([
    ["no state", "?code=x"],
    ["a made-up state", "?code=x&state=made-up"],
    ["two states", "?code=x&state=a&state=b"],
    ["nothing", ""],
  ])("with %s is none", async (_name, query) => {
    expect((await browser.request(`${CALLBACK}${query}`)).location).toBe(REFUSED);
    expect(gateway.errors).toEqual([]);
  });
  it("that says no stores nothing, and shows nothing that came with it", async () => {
    const { slug, serverId } = await publish();
    const state = (await begin(serverId)).searchParams.get("state");
    const query = new URLSearchParams({ state: state ?? "", error: "access_denied", error_description: "<script>x" });
    const { location } = await browser.request(`${CALLBACK}?${query}`);
    expect(location).toBe(`/servers/${slug}/credentials?sign-in=declined`);
    expect((await viewOf(serverId))?.connectedAt).toBeNull();
  });
  it("with a wrong code stores nothing", async () => {
    const { serverId } = await publish();
    const state = (await begin(serverId)).searchParams.get("state");
    const { location } = await browser.request(`${CALLBACK}?state=${state}&code=wrong`);
    expect(location).toContain("sign-in=failed");
    expect((await viewOf(serverId))?.connectedAt).toBeNull();
  });
  it("is nothing for somebody who may no longer set credentials", async () => {
    const { serverId } = await publish();
    const leaver = await createPerson(gateway);
    await gateway.deps.db.member.updateMany({ where: { userId: leaver.id }, data: { role: "builder" } });
    const theirs = createBrowser(gateway.app);
    await signIn(gateway, theirs, leaver);
    const back = allow(await begin(serverId, leaver.id));
    await gateway.deps.db.member.updateMany({ where: { userId: leaver.id }, data: { role: "member" } });
    expect((await theirs.request(back)).location).toBe(REFUSED);
    expect((await viewOf(serverId))?.connectedAt).toBeNull();
  });
});

it("a client is stored only with addresses that are encrypted", async () => {
  for (const wrong of [
    { authorizationUrl: "javascript:alert(1)" },
    { authorizationUrl: "http://api.example/authorize" },
    { tokenUrl: "http://api.example/token" },
    { tokenUrl: "https://user:pw@api.example/token" },
    { authorizationUrl: "/authorize" },
  ])
    await expect(publish(wrong)).rejects.toMatchObject({ code: "invalid_input" });
});

it("TK-15: no token of an API is in what clients get", async () => {
  const { path, serverId } = await publish();
  await browser.request(allow(await begin(serverId)));
  const { tokens } = await connectClient(gateway, path);
  const answer = await callTool(gateway.app, path, tokens.access);
  expect(answer.text).not.toMatch(/access-\d|refresh-\d/);
  const { text } = await inject(gateway.app, { url: path, headers: bearer(tokens.access) });
  expect(text).not.toMatch(/access-\d|refresh-\d/);
});
