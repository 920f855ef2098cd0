import http from "node:http";
import type { AddressInfo } from "node:net";
import {
  changeOwnConnection,
  createOAuthClient,
  describeServer,
  overrideTool,
  publishServer,
  setAccess,
  updateServer,
} from "@portico/services";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  bearer,
  callTool,
  host,
  inject,
  openSession,
  publicUrl,
  rpc,
  startTestGateway,
  type TestGateway,
} from "../testing.ts";
import {
  authorizeUrl,
  connectClient,
  consent,
  createBrowser,
  createPerson,
  follow,
  redeemForm,
  refreshForm,
  register,
  signIn,
  token,
} from "../testing-oauth.ts";

let gateway: TestGateway;
let path: string;
let serverId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  await gateway.app.listen({ port: 0, host: "127.0.0.1" });
  ({ path, serverId } = await publish("notes"));
});
afterAll(() => gateway.close());

function document(baseUrl: string): string {
  const answer = { responses: { 200: { description: "" } } };
  return JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Notes", version: "1" },
    servers: [{ url: baseUrl }],
    paths: {
      "/notes": {
        get: { operationId: "listNotes", ...answer },
        put: { operationId: "replaceNotes", ...answer },
        delete: { operationId: "clearNotes", ...answer },
      },
    },
  });
}

/** A server with a reading tool, one that changes and one that deletes, two of several calls, a prompt, and two resources. */
async function publish(slug: string, more: object = {}) {
  const published = await gateway.publish({ slug, source: { content: document(gateway.upstream.url) } });
  const step = (operation: string) => ({ id: operation.split(" ")[0]?.toLowerCase() ?? "", operation, arguments: {} });
  const own = (name: string, ...operations: string[]) => ({ name, description: name, steps: operations.map(step) });
  await updateServer({
    ctx: gateway.ctx,
    input: {
      id: published.serverId,
      composedTools: [own("readTwice", "GET /notes"), own("readAndClear", "GET /notes", "DELETE /notes")],
      prompts: [{ name: "begin", messages: [{ role: "user", text: "Begin." }] }],
      resources: [
        { uri: "notes://about", name: "about", text: "About notes." },
        { uri: "notes://all", name: "all", operation: "GET /notes" },
      ],
      standInTools: false,
      ...more,
    },
  });
  await publishServer({ ctx: gateway.ctx, input: { id: published.serverId } });
  await vi.waitFor(async () => {
    const { body } = await rpc(gateway.app, published.path, "resources/list", {}, bearer(gateway.apiKey));
    expect(JSON.stringify(body)).toContain("notes://about");
  });
  return published;
}

const READING = ["listNotes", "readTwice"];
const EVERYTHING = ["listNotes", "replaceNotes", "clearNotes", "readTwice", "readAndClear"];

async function list(url: string, headers: Record<string, string> = bearer(gateway.apiKey)) {
  const { status, body } = await rpc(gateway.app, url, "tools/list", {}, headers);
  const { tools = [] } = (body as { result?: { tools: Tool[] } }).result ?? {};
  return { status, tools, names: tools.map(({ name }) => name) };
}
interface Tool {
  name: string;
  annotations: { readOnlyHint?: boolean };
}

const UNKNOWN = { error: { code: -32_602 } };

describe("the URL that only reads", () => {
  it("lists the reading tools and nothing else, which the server's own URL goes on to have", async () => {
    const { tools, names } = await list(`${path}/read`);
    expect(names).toEqual(READING);
    expect(tools.every(({ annotations }) => annotations.readOnlyHint === true)).toBe(true);
    expect((await list(path)).names).toEqual(EVERYTHING);
  });

  it.each(["replaceNotes", "clearNotes", "readAndClear"])("knows no %s, and calls nothing for it", async (name) => {
    const seen = gateway.upstream.seen.length;
    const answer = await callTool(gateway.app, `${path}/read`, gateway.apiKey, {}, name);
    const never = await callTool(gateway.app, `${path}/read`, gateway.apiKey, {}, "neverWas");
    expect(answer.body).toMatchObject(UNKNOWN);
    // As one that there never was, but for its name.
    expect(answer.text.replaceAll(name, "neverWas")).toBe(never.text);
    expect(gateway.upstream.seen).toHaveLength(seen);
    expect((await callTool(gateway.app, path, gateway.apiKey, {}, name)).body).toMatchObject({ result: {} });
  });

  it("calls what it lists, tools of several calls among them", async () => {
    for (const name of READING) {
      const seen = gateway.upstream.seen.length;
      const answer = await callTool(gateway.app, `${path}/read`, gateway.apiKey, {}, name);
      expect(answer.body).toMatchObject({ result: { content: [{ type: "text" }] } });
      expect(gateway.upstream.seen.slice(seen).map(({ method }) => method)).toEqual(["GET"]);
    }
  });

  it("has the prompts and resources as they are", async () => {
    for (const method of ["prompts/list", "resources/list", "resources/templates/list"]) {
      const [twin, full] = await Promise.all(
        [`${path}/read`, path].map((url) => rpc(gateway.app, url, method, {}, bearer(gateway.apiKey))),
      );
      expect(twin?.body).toEqual(full?.body);
    }
    const get = await rpc(gateway.app, `${path}/read`, "prompts/get", { name: "begin" }, bearer(gateway.apiKey));
    expect(get.text).toContain("Begin.");
    for (const uri of ["notes://about", "notes://all"]) {
      const read = await rpc(gateway.app, `${path}/read`, "resources/read", { uri }, bearer(gateway.apiKey));
      expect(read.body).toMatchObject({ result: { contents: [{ uri }] } });
    }
  });

  it("lists and calls no more in a session that was opened at the full URL", async () => {
    const session = {
      ...bearer(gateway.apiKey),
      "mcp-session-id": await openSession(gateway.app, path, gateway.apiKey),
    };
    expect((await list(`${path}/read`, session)).names).toEqual(READING);
    const call = await rpc(gateway.app, `${path}/read`, "tools/call", { name: "clearNotes", arguments: {} }, session);
    expect(call.body).toMatchObject(UNKNOWN);
  });

  it("is narrower than what somebody may use, never wider", async () => {
    const { path, serverId } = await publish("narrow");
    await setAccess({
      ctx: gateway.ctx,
      input: { serverId, everybodyTools: { operations: ["PUT /notes", "DELETE /notes"] } },
    });
    await vi.waitFor(async () => expect((await list(path)).names).toEqual(["replaceNotes", "clearNotes"]));
    expect((await list(`${path}/read`)).names).toEqual([]);
  });

  it("serves whoever asks where the server is public, and only the reading tools", async () => {
    const { path, serverId } = await publish("open", { visibility: "public" });
    await vi.waitFor(async () => expect((await list(path, {})).names).toEqual(EVERYTHING));
    expect((await list(`${path}/read`, {})).names).toEqual(READING);
    await updateServer({ ctx: gateway.ctx, input: { id: serverId, status: "paused" } });
    await vi.waitFor(async () => expect((await list(`${path}/read`, {})).status).toBe(404));
  });

  it("sends a browser to the server's page", async () => {
    const { status, headers } = await inject(gateway.app, { url: `${path}/read`, headers: { accept: "text/html" } });
    expect([status, headers.location]).toEqual([302, path.replace("/mcp/", "/s/")]);
  });
});

describe("where tools are found by searching", () => {
  it("finds, describes and calls the reading ones only", async () => {
    const { path } = await publish("searched", { toolMode: "search" });
    const url = `${path}/read`;
    await vi.waitFor(async () => expect((await list(url)).names).toContain("call_tool"));
    // What the one tool for all can do is what there is.
    expect((await list(url)).tools.every(({ annotations }) => annotations.readOnlyHint === true)).toBe(true);
    expect((await list(path)).tools.every(({ annotations }) => annotations.readOnlyHint === true)).toBe(false);
    const ask = async (at: string, name: string, args: object) =>
      (await callTool(gateway.app, at, gateway.apiKey, args, name)).text;
    expect(await ask(path, "search_tools", { query: "clear notes" })).toContain("clearNotes");
    const found = await ask(url, "search_tools", { query: "clear notes" });
    expect(found).toContain("listNotes");
    expect(found).not.toMatch(/clearNotes|replaceNotes|readAndClear/);
    const seen = gateway.upstream.seen.length;
    for (const name of ["clearNotes", "replaceNotes", "readAndClear"]) {
      expect(await ask(url, "describe_tools", { names: [name] })).not.toContain("inputSchema");
      expect(await ask(url, "call_tool", { name, arguments: {} })).toContain('"isError":true');
      expect(await ask(url, name, {})).toContain('"error"');
    }
    expect(gateway.upstream.seen).toHaveLength(seen);
    expect(await ask(url, "call_tool", { name: "listNotes", arguments: {} })).not.toContain('"isError":true');
  });
});

describe("its tokens", () => {
  it("are asked for with metadata of its own", async () => {
    const at = `/.well-known/oauth-protected-resource${path}/read`;
    const refused = await rpc(gateway.app, `${path}/read`, "tools/list");
    expect(refused.status).toBe(401);
    expect(refused.headers["www-authenticate"]).toBe(`Bearer resource_metadata="${publicUrl}${at}", scope="tools"`);
    expect((await inject(gateway.app, { url: at })).body).toEqual({
      resource: `${publicUrl}${path}/read`,
      authorization_servers: [publicUrl],
      scopes_supported: ["tools"],
      bearer_methods_supported: ["header"],
    });
    expect((await inject(gateway.app, { url: at.replace("/notes/", "/nowhere/") })).status).toBe(404);
    for (const name of ["oauth-authorization-server", "openid-configuration"])
      expect((await inject(gateway.app, { url: `/.well-known/${name}${path}/read` })).body).toMatchObject({
        issuer: publicUrl,
      });
  });

  it("TK-05: open nothing at the full URL, and those of the full URL nothing here", async () => {
    const [twin, full] = await Promise.all([connectClient(gateway, `${path}/read`), connectClient(gateway, path)]);
    // Each at its own URL first, so that an answer is remembered.
    expect((await list(`${path}/read`, bearer(twin.tokens.access))).names).toEqual(READING);
    expect((await list(path, bearer(full.tokens.access))).names).toEqual(EVERYTHING);
    for (const [at, access] of [
      [path, twin.tokens.access],
      [`${path}/read`, full.tokens.access],
    ] as const) {
      const refused = await rpc(gateway.app, at, "tools/list", {}, bearer(access));
      expect(refused.status).toBe(401);
      expect(refused.headers["www-authenticate"]).toContain('error="invalid_token"');
      expect(refused.text).not.toContain("listNotes");
    }
  });

  it("cannot be had with those of the full URL, nor the reverse", async () => {
    const [twin, full] = await Promise.all([connectClient(gateway, `${path}/read`), connectClient(gateway, path)]);
    for (const [of, resource] of [
      [twin, full.client.resource],
      [full, twin.client.resource],
    ] as const)
      expect(
        await token(gateway.app, [...refreshForm(of.client, of.tokens.refresh), ["resource", resource]]),
      ).toMatchObject({ status: 400, error: "invalid_target" });
    const again = await token(gateway.app, refreshForm(twin.client, twin.tokens.refresh));
    expect((await list(`${path}/read`, bearer(again.access))).names).toEqual(READING);
    expect((await list(path, bearer(again.access))).status).toBe(401);
  });

  it("stand beside those of the full URL for one client of one person, and end by themselves", async () => {
    const person = await createPerson(gateway);
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    const client = await register(gateway.app, path);
    const twin = { ...client, resource: `${client.resource}/read` };
    const connect = async (one: typeof client) =>
      token(gateway.app, redeemForm(one, (await consent(browser, one)).get("code") ?? ""));
    const [first, second] = [await connect(client), await connect(twin)];
    expect((await list(path, bearer(first.access))).names).toEqual(EVERYTHING);
    expect((await list(`${path}/read`, bearer(second.access))).names).toEqual(READING);
    const where = { userId: person.id, serverId };
    const connections = await gateway.deps.db.connection.findMany({ where, orderBy: { isReadOnly: "asc" } });
    expect(connections).toMatchObject([
      { isReadOnly: false, tools: "all" },
      { isReadOnly: true, tools: "reading" },
    ]);
    const account = { ...gateway.deps, userId: person.id };
    const id = connections[1]?.id ?? "";
    await expect(changeOwnConnection(account, { id, tools: "all" })).rejects.toMatchObject({
      code: "precondition_failed",
    });
    await gateway.app.inject({
      method: "POST",
      url: "/oauth/revoke",
      headers: { host, "content-type": "application/x-www-form-urlencoded" },
      payload: new URLSearchParams({ client_id: client.id, token: second.refresh }).toString(),
    });
    await vi.waitFor(async () => expect((await list(`${path}/read`, bearer(second.access))).status).toBe(401));
    expect((await list(path, bearer(first.access))).names).toEqual(EVERYTHING);
  });

  it("have no scope for deleting, whoever asks for it and says yes", async () => {
    const client = await register(gateway.app, `${path}/read`);
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, await createPerson(gateway));
    const code = (await consent(browser, client, { scope: "tools tools:destroy" })).get("code") ?? "";
    const { access } = await token(gateway.app, redeemForm(client, code));
    const claims = JSON.parse(Buffer.from(access.split(".")[1] ?? "", "base64url").toString());
    expect(claims).toMatchObject({ aud: `${publicUrl}${path}/read`, scope: "tools" });
  });

  it("are given to machines of the organization, too, for one URL each", async () => {
    const { clientId, clientSecret } = await createOAuthClient({
      ctx: gateway.ctx,
      input: { kind: "machine", name: "Robot" },
    });
    const { access } = await token(gateway.app, [
      ["grant_type", "client_credentials"],
      ["client_id", clientId],
      ["client_secret", String(clientSecret)],
      ["resource", `${publicUrl}${path}/read`],
    ]);
    expect((await list(`${path}/read`, bearer(access))).names).toEqual(READING);
    expect((await list(path, bearer(access))).status).toBe(401);
  });

  it.each(["/read/", "/READ", "/read/read", "/reading", "/%72ead", "/read?x=1", "/sse/read"])(
    "TK-07: are not issued for %s",
    async (end) => {
      const client = await register(gateway.app, path);
      const browser = createBrowser(gateway.app);
      await signIn(gateway, browser, await createPerson(gateway));
      const at = await follow(browser, authorizeUrl(client, { resource: `${publicUrl}${path}${end}` }));
      expect(new URL(at).searchParams.get("error") ?? new URL(at).searchParams.get("reason")).toBe("invalid_target");
    },
  );
});

describe("its path", () => {
  it.each(["/read/", "/READ", "/Read", "//read", "/read//", "/read/read", "/read%2f", "%2fread", "/./READ", "/read;x"])(
    "%s is nothing",
    async (end) => {
      const answer = await rpc(gateway.app, path + end, "tools/list", {}, bearer(gateway.apiKey));
      expect(answer.status).toBe(404);
      expect(answer.text).not.toContain("listNotes");
    },
  );

  it.each(["/%72ead", "/r%65ad", "/read?x=1", "/read#x", "/./read", "/x/../read"])("%s is never wider", async (end) => {
    const { status, names } = await list(path + end);
    expect(status === 200 ? names : READING).toEqual(READING);
    const call = await callTool(gateway.app, path + end, gateway.apiKey, {}, "clearNotes");
    expect(call.text).not.toContain('"result"');
  });
});

describe("what a person says that a tool does", () => {
  it("counts wherever it matters that it only reads, and nowhere before it is published", async () => {
    const { path, serverId } = await publish("said");
    const say = (operation: string, patch: object) =>
      overrideTool({ ctx: gateway.ctx, input: { serverId, operation, patch } });
    await say("PUT /notes", { annotations: { readOnlyHint: true } });
    expect((await list(`${path}/read`)).names).toEqual(READING);
    await say("GET /notes", { annotations: { readOnlyHint: false } });
    await publishServer({ ctx: gateway.ctx, input: { id: serverId } });
    await vi.waitFor(async () => expect((await list(`${path}/read`)).names).toEqual(["replaceNotes"]));
    const { tools } = await list(path);
    expect(tools.map(({ name, annotations }) => [name, annotations.readOnlyHint])).toEqual([
      ["listNotes", false],
      ["replaceNotes", true],
      ["clearNotes", false],
      ["readTwice", false],
      ["readAndClear", false],
    ]);
    const answer = await callTool(gateway.app, `${path}/read`, gateway.apiKey, {}, "replaceNotes");
    expect(answer.body).toMatchObject({ result: { content: [{ type: "text" }] } });
    expect((await callTool(gateway.app, `${path}/read`, gateway.apiKey, {}, "listNotes")).body).toMatchObject(UNKNOWN);
    // What is read by opening a resource has to read.
    const { body } = await rpc(gateway.app, path, "resources/list", {}, bearer(gateway.apiKey));
    expect(JSON.stringify(body)).not.toContain("notes://all");
    const resources = [{ uri: "notes://all", name: "all", operation: "GET /notes" }];
    await expect(updateServer({ ctx: gateway.ctx, input: { id: serverId, resources } })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(/does more than read/),
    });
    // A grant of what only reads has the same tools.
    await setAccess({ ctx: gateway.ctx, input: { serverId, everybodyTools: "reading" } });
    await vi.waitFor(async () => expect((await list(path)).names).toEqual(["replaceNotes"]));
    await updateServer({ ctx: gateway.ctx, input: { id: serverId, visibility: "public" } });
    const about = { organization: gateway.organization, slug: "said", userId: null };
    const described = await describeServer(gateway.deps, about);
    expect(described?.tools.map(({ name, kind }) => [name, kind])).toEqual([["replaceNotes", "reading"]]);
  });
});

it("wants no step-up: what it would be for is not there", async () => {
  const { path, serverId } = await publish("stepped");
  await setAccess({ ctx: gateway.ctx, input: { serverId, stepUp: true } });
  const [twin, full] = await Promise.all([connectClient(gateway, `${path}/read`), connectClient(gateway, path)]);
  await vi.waitFor(async () =>
    expect((await callTool(gateway.app, path, full.tokens.access, {}, "clearNotes")).status).toBe(403),
  );
  const answer = await callTool(gateway.app, `${path}/read`, twin.tokens.access, {}, "clearNotes");
  expect(answer.status).not.toBe(403);
  expect(answer.headers["www-authenticate"]).toBeUndefined();
  expect(answer.body).toMatchObject(UNKNOWN);
});

it("tells its streams of another version, in both ways of listening, and what reads of it is listed then", async () => {
  const { path, serverId } = await publish("watched");
  const url = `${path}/read`;
  const session = await openSession(gateway.app, url, gateway.apiKey);
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const method = "subscriptions/listen";
  const streams = [
    await listen(url, "GET", { "mcp-session-id": session, accept: "text/event-stream" }),
    await listen(
      url,
      "POST",
      { "mcp-protocol-version": "2026-07-28", "mcp-method": method },
      { jsonrpc: "2.0", id: 1, method, params: { notifications: { toolsListChanged: true }, _meta: meta } },
    ),
  ];
  expect(streams.map(({ status }) => status)).toEqual([200, 200]);
  const patch = { title: "Notes, all of them" };
  await overrideTool({ ctx: gateway.ctx, input: { serverId, operation: "GET /notes", patch } });
  await publishServer({ ctx: gateway.ctx, input: { id: serverId } });
  for (const { text } of streams) await vi.waitFor(() => expect(text()).toContain("tools/list_changed"), 5_000);
  const { tools, names } = await list(url);
  expect(names).toEqual(READING);
  expect(JSON.stringify(tools)).toContain("Notes, all of them");
  for (const { leave } of streams) leave();
});

/** A stream over a real socket. */
async function listen(url: string, method: string, headers: Record<string, string>, body?: object) {
  const { port } = gateway.app.server.address() as AddressInfo;
  const all = {
    ...{ host, accept: "application/json, text/event-stream", "content-type": "application/json" },
    ...bearer(gateway.apiKey),
    ...headers,
  };
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = http.request({ port, host: "127.0.0.1", path: url, agent: false, method, headers: all }, resolve);
    request.on("error", reject);
    request.end(body && JSON.stringify(body));
  });
  const chunks: string[] = [];
  response.on("data", (chunk) => chunks.push(String(chunk)));
  response.on("error", () => {});
  return { status: response.statusCode, text: () => chunks.join(""), leave: () => response.destroy() };
}
