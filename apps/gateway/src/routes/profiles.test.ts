import {
  changeOwnConnection,
  createProfile,
  fillInFields,
  listConnectionTools,
  listProfiles,
  removeProfile,
  setCredential,
  setProfileValue,
  updateProfile,
} from "@portico/services";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  bearer,
  callTool,
  inject,
  publicUrl,
  rpc,
  startTestGateway,
  startUpstream,
  type TestGateway,
} from "../testing.ts";
import {
  answerConsent,
  token as askToken,
  authorizeUrl,
  connectClient,
  createBrowser,
  createPerson,
  follow,
  redeemForm,
  refreshForm,
  register,
  signIn,
} from "../testing-oauth.ts";

/** What is changed holds everywhere within this. */
const REACH_MS = 1_000;

let gateway: TestGateway;
let second: TestGateway["app"];
beforeAll(async () => {
  gateway = await startTestGateway();
  second = await gateway.openAnother();
});
afterAll(() => gateway.close());

type Settings = Parameters<typeof createProfile>[0]["input"]["settings"];
const within = (check: () => Promise<void>) => vi.waitFor(check, { timeout: REACH_MS, interval: 20 });
const ctx = () => gateway.ctx;
let made = 0;
const create = (serverId: string, settings: Settings, more: object = {}) =>
  createProfile({ ctx: ctx(), input: { serverId, name: `Profile ${++made}`, settings, ...more } });
const apiKey = (value: string) => ({ type: "apiKey" as const, value });

async function connected(path: string) {
  const person = await createPerson(gateway);
  const { tokens, client } = await connectClient(gateway, path, person);
  const connection = await gateway.deps.db.connection.findFirstOrThrow({
    where: { userId: person.id, clientId: client.id },
  });
  const account = { ...gateway.deps, userId: person.id };
  return {
    ...person,
    token: tokens.access,
    tokens,
    client,
    connectionId: connection.id,
    fill: (profileId: string, value: unknown) =>
      fillInFields(account, { resource: publicUrl + path, profileId, values: { "credential:key": value } }),
    change: (changes: object) => changeOwnConnection(account, { id: connection.id, ...changes }),
  };
}

interface Listed {
  name: string;
  inputSchema: { properties: Record<string, { default?: unknown; description?: string }> };
}

async function toolsOf(path: string, token: string, app = gateway.app) {
  const { body } = await rpc(app, path, "tools/list", {}, bearer(token));
  return (body as { result: { tools: Listed[] } }).result.tools;
}

const lastSeen = () => gateway.upstream.seen.at(-1);
const call = async (path: string, token: string, args: object = {}, app = gateway.app, name = "listNotes") =>
  (await callTool(app, path, token, args, name)).text;

describe("a profile", () => {
  it("takes effect on the next call, in every process, when it is chosen, changed or removed", async () => {
    const { path, serverId } = await gateway.publish({ slug: "switch" });
    await setCredential({ ctx: ctx(), input: { serverId, scheme: "key", credential: apiKey("of-the-server") } });
    const ada = await connected(path);
    await call(path, ada.token);
    expect(lastSeen()?.headers["x-key"]).toBe("of-the-server");
    const staging = await startUpstream();
    try {
      await create(serverId, {});
      const { id } = await create(serverId, { baseUrl: `${staging.url}/v2` });
      const value = apiKey("of-staging");
      await setProfileValue({ ctx: ctx(), input: { serverId, id, field: "credential:key", value } });
      await ada.change({ profileId: id });
      for (const app of [gateway.app, second]) {
        await within(async () => {
          await call(path, ada.token, {}, app);
          expect(staging.seen.at(-1)).toMatchObject({ url: "/v2/notes" });
        });
        expect(staging.seen.at(-1)?.headers["x-key"]).toBe("of-staging");
      }
      await updateProfile({ ctx: ctx(), input: { serverId, id, settings: { baseUrl: `${staging.url}/v3` } } });
      for (const app of [gateway.app, second])
        await within(async () => {
          await call(path, ada.token, {}, app);
          expect(staging.seen.at(-1)?.url).toBe("/v3/notes");
        });
      const before = staging.seen.length;
      await removeProfile({ ctx: ctx(), input: { serverId, id } });
      for (const app of [gateway.app, second])
        await within(async () => {
          const count = gateway.upstream.seen.length;
          await call(path, ada.token, {}, app);
          expect(gateway.upstream.seen.length).toBe(count + 1);
        });
      // The second gateway may have called staging once more before it heard of it; then never again.
      const after = staging.seen.length;
      expect(after - before).toBeLessThanOrEqual(2);
      await call(path, ada.token, {}, second);
      expect(staging.seen.length).toBe(after);
    } finally {
      await staging.stop();
    }
  });

  it("never sends the server's credential to another address, nor its own to one that came later", async () => {
    const { path, serverId } = await gateway.publish({ slug: "bound" });
    await setCredential({ ctx: ctx(), input: { serverId, scheme: "key", credential: apiKey("of-the-server") } });
    const elsewhere = await startUpstream();
    try {
      const { id } = await create(serverId, { baseUrl: elsewhere.url });
      await within(async () => expect(await call(path, gateway.apiKey)).toContain("Nothing was sent"));
      const value = apiKey("of-the-profile");
      await setProfileValue({ ctx: ctx(), input: { serverId, id, field: "credential:key", value } });
      await within(async () => {
        await call(path, gateway.apiKey);
        expect(elsewhere.seen.at(-1)?.headers["x-key"]).toBe("of-the-profile");
      });
      await updateProfile({ ctx: ctx(), input: { serverId, id, settings: {} } });
      const before = gateway.upstream.seen.length;
      await within(async () => expect(await call(path, gateway.apiKey)).toMatch(/Nothing was sent.*under Profiles/));
      expect(gateway.upstream.seen.length).toBe(before);
    } finally {
      await elsewhere.stop();
    }
  });

  it("fixes arguments that the model neither sees nor changes, and shows defaults that it may change", async () => {
    const { path, serverId } = await gateway.publish({ slug: "fixed" });
    const { id } = await create(serverId, { arguments: [{ argument: "tag", mode: "fixed", value: "blue" }] });
    const tagOf = () => new URL(lastSeen()?.url ?? "", "http://x").searchParams.getAll("tag");
    const [list] = await toolsOf(path, gateway.apiKey);
    expect(list?.inputSchema.properties).not.toHaveProperty("tag");
    for (const args of [{}, { tag: "red" }, { tag: ["red"] }, { tag: null }]) {
      await call(path, gateway.apiKey, args);
      expect(tagOf()).toEqual(["blue"]);
    }
    const settings = { arguments: [{ argument: "tag", mode: "default" as const, value: "green" }] };
    await updateProfile({ ctx: ctx(), input: { serverId, id, settings } });
    await within(async () =>
      expect((await toolsOf(path, gateway.apiKey))[0]?.inputSchema.properties.tag?.description).toContain(
        'May be left out: it is "green" then.',
      ),
    );
    await call(path, gateway.apiKey);
    expect(tagOf()).toEqual(["green"]);
    await call(path, gateway.apiKey, { tag: "red" });
    expect(tagOf()).toEqual(["red"]);
  });

  it("gives what it fixes for every tool to those that have it, and breaks no other", async () => {
    const { path, serverId } = await gateway.publish({ slug: "lacking" });
    await create(serverId, {
      arguments: [
        { argument: "tag", mode: "fixed", value: "blue" },
        { argument: "tag", operation: "GET /notes", mode: "fixed", person: "email" },
      ],
    });
    await within(async () => expect(await call(path, gateway.apiKey)).toContain("Connect as a person"));
    await call(path, gateway.apiKey, { body: { text: "x" } }, gateway.app, "addNote");
    expect(lastSeen()).toMatchObject({ method: "POST", url: "/notes", body: '{"text":"x"}' });
  });

  it("fixes an argument to who calls, and lets nobody call without one", async () => {
    const document = {
      openapi: "3.1.0",
      info: { title: "Mine", version: "1" },
      servers: [{ url: gateway.upstream.url }],
      paths: {
        "/mine": {
          get: {
            operationId: "listMine",
            parameters: [{ name: "owner", in: "query", required: true, schema: { type: "string" } }],
            responses: { 200: { description: "ok" } },
          },
        },
      },
    };
    const source = { content: JSON.stringify(document) };
    const { path, serverId } = await gateway.publish({ slug: "mine", source });
    await create(serverId, { arguments: [{ argument: "owner", mode: "fixed", person: "email" }] });
    const [ada, bob] = await Promise.all([connected(path), connected(path)]);
    for (let turn = 0; turn < 2; turn++)
      for (const person of [ada, bob]) {
        await call(path, person.token, { owner: "mallory@example.com" }, gateway.app, "listMine");
        expect(lastSeen()?.url).toBe(`/mine?owner=${encodeURIComponent(person.email)}`);
      }
    const before = gateway.upstream.seen.length;
    expect(await call(path, gateway.apiKey, { owner: ada.email }, gateway.app, "listMine")).toContain(
      "Connect as a person",
    );
    expect(gateway.upstream.seen.length).toBe(before);
  });

  it("hides tools, which are then neither listed nor called, in its own list only", async () => {
    const { path, serverId } = await gateway.publish({ slug: "hidden" });
    await create(serverId, {});
    const { id } = await create(serverId, { hiddenTools: ["POST /notes"] });
    const [ada, bob] = await Promise.all([connected(path), connected(path)]);
    await ada.change({ profileId: id });
    const names = async (token: string) => (await toolsOf(path, token)).map(({ name }) => name);
    await within(async () => expect(await names(ada.token)).toEqual(["listNotes"]));
    for (let turn = 0; turn < 3; turn++) {
      expect(await names(ada.token)).toEqual(["listNotes"]);
      expect(await names(bob.token)).toEqual(["listNotes", "addNote"]);
    }
    const before = gateway.upstream.seen.length;
    const refused = await call(path, ada.token, { body: {} }, gateway.app, "addNote");
    expect(refused).toBe((await call(path, ada.token, {}, gateway.app, "noSuch")).replaceAll("noSuch", "addNote"));
    expect(gateway.upstream.seen.length).toBe(before);
  });
});

describe("a field that each person fills in", () => {
  it("XT-17: is sent for that person and for nobody else, and shows nowhere", async () => {
    const { path, serverId } = await gateway.publish({ slug: "own" });
    await setCredential({ ctx: ctx(), input: { serverId, scheme: "key", credential: apiKey("of-the-server") } });
    const [ada, bob, eve] = await Promise.all([connected(path), connected(path), connected(path)]);
    const { id } = await create(serverId, { fields: { "credential:key": "person" } });
    await ada.fill(id, apiKey("adas-own-secret"));
    await bob.fill(id, apiKey("bobs-own-secret"));
    const sent = async (token: string, app: TestGateway["app"]) => {
      const before = gateway.upstream.seen.length;
      await call(path, token, {}, app);
      return gateway.upstream.seen.slice(before).map(({ headers }) => headers["x-key"]);
    };
    await within(async () => expect(await sent(bob.token, second)).toEqual(["bobs-own-secret"]));
    for (let turn = 0; turn < 3; turn++)
      for (const app of [gateway.app, second]) {
        expect(await sent(ada.token, app)).toEqual(["adas-own-secret"]);
        expect(await sent(bob.token, app)).toEqual(["bobs-own-secret"]);
        // Neither the other's nor the server's.
        expect(await sent(eve.token, app)).toEqual([]);
        expect(await sent(gateway.apiKey, app)).toEqual([]);
      }
    const helped = await call(path, eve.token);
    expect(helped).toContain(`${publicUrl}/connections?edit=${eve.connectionId}`);
    expect(helped).toContain('\\"key\\"');
    expect(helped).toContain('"isError":true');
    expect(await call(path, gateway.apiKey)).toContain("not a person");
    gateway.upstream.state.body = '{"echo":"adas-own-secret"}';
    const texts = [
      await call(path, ada.token),
      JSON.stringify(await listProfiles({ ctx: ctx(), input: { serverId } })),
      gateway.lines.join("\n"),
      JSON.stringify(gateway.usage),
      JSON.stringify(await gateway.deps.db.auditEvent.findMany()),
      JSON.stringify(await gateway.deps.db.profileValue.findMany()),
    ];
    gateway.upstream.state.body = '{"ok":true}';
    for (const text of texts) expect(text).not.toMatch(/adas-own-secret|bobs-own-secret/);
  });

  it("has nothing to do with the tools that a client is let use, which may be some of them, and others later", async () => {
    const { path } = await gateway.publish({ slug: "some" });
    const person = await createPerson(gateway);
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    const connectWith = async (choice: Record<string, string>) => {
      const client = await register(gateway.app, path);
      const uid = /\/connect\/([^/?]+)$/.exec(await follow(browser, authorizeUrl(client)))?.[1] ?? "";
      const code = await follow(browser, (await answerConsent(browser, uid, choice)).location);
      const tokens = await askToken(gateway.app, redeemForm(client, new URL(code).searchParams.get("code") ?? ""));
      const row = await gateway.deps.db.connection.findFirstOrThrow({ where: { clientId: client.id } });
      return { id: row.id, names: async () => (await toolsOf(path, tokens.access)).map(({ name }) => name) };
    };
    const all = await (await connectWith({})).names();
    const account = { ...gateway.deps, userId: person.id };
    const some = await connectWith({ tools: "chosen", operations: JSON.stringify(["GET /notes"]) });
    expect(await some.names()).toEqual(["listNotes"]);
    const offered = (await listConnectionTools(account, { id: some.id })) ?? [];
    expect(offered.map(({ name }) => name)).toEqual(all);
    const last = offered.at(-1);
    await changeOwnConnection(account, { id: some.id, tools: { operations: last?.operations ?? [] } });
    await expect.poll(some.names, { timeout: 2_000 }).toEqual([last?.name]);
    // What cannot be read is no leave for everything.
    for (const operations of ["", "{", '"GET /notes"', "[1]"])
      expect(await (await connectWith({ tools: "chosen", operations })).names(), operations).toEqual([]);
  });

  it("is asked for before a client is connected", async () => {
    const { path, serverId } = await gateway.publish({ slug: "asked" });
    const { id } = await create(serverId, { fields: { "credential:key": "person" } });
    const person = await createPerson(gateway);
    const client = await register(gateway.app, path);
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    const uid = /\/connect\/([^/?]+)$/.exec(await follow(browser, authorizeUrl(client)))?.[1];
    const approve = (more: string) =>
      browser.request(`/oauth/interaction/${uid}`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", origin: publicUrl },
        payload: `decision=approve${more}`,
      });
    expect((await approve("")).location).toBe(`/connect/${uid}`);
    expect((await approve(`&profile=${id}`)).location).toBe(`/connect/${uid}`);
    expect((await approve("&profile=prf_other")).status).toBe(404);
    const account = { ...gateway.deps, userId: person.id };
    const values = { "credential:key": apiKey("mine") };
    await fillInFields(account, { resource: publicUrl + path, profileId: id, values });
    const code = await follow(browser, (await approve(`&profile=${id}&tools=reading&days=1`)).location);
    const tokens = await askToken(gateway.app, redeemForm(client, new URL(code).searchParams.get("code") ?? ""));
    expect((await toolsOf(path, tokens.access)).map(({ name }) => name)).toEqual(["listNotes"]);
    const row = await gateway.deps.db.connection.findFirstOrThrow({ where: { userId: person.id } });
    expect(row).toMatchObject({ profileId: id, tools: "reading" });
    expect((row.expiresAt?.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(86_400_000);
  });
});

describe("a connection that ends by itself", () => {
  it("is refused from then on, and so is its refresh token", async () => {
    const { path } = await gateway.publish({ slug: "timed" });
    const person = await createPerson(gateway);
    const client = await register(gateway.app, path);
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    const uid = /\/connect\/([^/?]+)$/.exec(await follow(browser, authorizeUrl(client)))?.[1];
    const approved = await browser.request(`/oauth/interaction/${uid}`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", origin: publicUrl },
      payload: "decision=approve&days=1",
    });
    const code = new URL(await follow(browser, approved.location)).searchParams.get("code") ?? "";
    const tokens = await askToken(gateway.app, redeemForm(client, code));
    expect((await rpc(gateway.app, path, "tools/list", {}, bearer(tokens.access))).status).toBe(200);
    const refreshed = await askToken(gateway.app, refreshForm(client, tokens.refresh));
    expect(refreshed.status).toBe(200);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 86_400_000 + 1_000 });
    try {
      expect((await askToken(gateway.app, refreshForm(client, refreshed.refresh))).error).toBe("invalid_grant");
    } finally {
      vi.useRealTimers();
    }
    await gateway.deps.db.connection.updateMany({
      where: { userId: person.id },
      data: { expiresAt: new Date(Date.now() + 300) },
    });
    await gateway.deps.state.publish("access-changed", "timed");
    await within(async () =>
      expect((await rpc(gateway.app, path, "tools/list", {}, bearer(refreshed.access))).status).toBe(401),
    );
  });

  it("tells the streams of one connection, and of no other, that its tools are others", async () => {
    const { path, serverId } = await gateway.publish({ slug: "told" });
    await create(serverId, {});
    const { id } = await create(serverId, { hiddenTools: ["POST /notes"] });
    const [ada, bob] = await Promise.all([connected(path), connected(path)]);
    await gateway.app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = gateway.app.server.address() as { port: number };
    const [adas, bobs] = await Promise.all([ada, bob].map(({ token }) => openStream(port, path, token)));
    await ada.change({ profileId: id });
    await within(async () => expect(adas?.text).toContain("notifications/tools/list_changed"));
    expect(bobs?.text).not.toContain("list_changed");
    expect([adas?.isClosed, bobs?.isClosed]).toEqual([false, false]);
  });
});

async function openStream(port: number, path: string, token: string) {
  const initialized = await inject(gateway.app, {
    method: "POST",
    url: path,
    headers: { ...bearer(token), "content-type": "application/json", accept: "application/json, text/event-stream" },
    payload: JSON.stringify({
      ...{ jsonrpc: "2.0", id: 1, method: "initialize" },
      params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } },
    }),
  });
  const { request } = await import("node:http");
  const state = { text: "", isClosed: false };
  await new Promise<void>((resolve, reject) => {
    const asking = request(
      {
        ...{ port, path, host: "127.0.0.1", agent: false },
        headers: {
          ...{ host: "portico.example.com", accept: "text/event-stream" },
          ...bearer(token),
          "mcp-session-id": String(initialized.headers["mcp-session-id"]),
        },
      },
      (response) => {
        response.on("data", (chunk) => {
          state.text += chunk;
        });
        response.on("error", () => {});
        response.on("close", () => {
          state.isClosed = true;
        });
        resolve();
      },
    );
    asking.on("error", reject);
    asking.end();
  });
  return state;
}
