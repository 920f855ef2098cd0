import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import {
  beginConnectionSignIn,
  beginConnectSignIn,
  changeOwnConnection,
  createProfile,
  deleteServer,
  fillInFields,
  forgetOwnValue,
  leaveOrganization,
  listCredentials,
  listOwnConnections,
  listProfiles,
  missingFields,
  openEndedSignIn,
  removeCredential,
  removeMember,
  setCredential,
  upstreamCallback,
} from "@portico/services";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { callTool, publicUrl, startTestGateway, type TestGateway } from "../testing.ts";
import { type Browser, connectClient, createBrowser, createPerson, signIn } from "../testing-oauth.ts";

const FIELD = "credential:account";
const SECRETS = /upstream-secret|access-of|refresh-of|code-of/;

/** An API with an authorization server: codes with PKCE, once each, for whoever signed in; refresh tokens that are replaced with every use. */
const api = {
  codes: new Map<string, { who: string; challenge: string; redirectUri: string }>(),
  refresh: new Map<string, string>(),
  tokens: new Map<string, string>(),
  asked: 0,
  seen: [] as string[],
};
let expiresIn: number | undefined = 3_600;
let hasRefresh = true;
let challenge: string | undefined;
/** Of the token endpoint, in the place of what it would say. */
let tokenAnswer: { status: number; body: string } | undefined;
const server = http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  const json = (status: number, value: unknown, headers: Record<string, string> = {}) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
  if (request.url !== "/token") {
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    api.seen.push(token);
    const reader = api.tokens.get(token);
    if (reader === undefined) return json(401, { error: "no" });
    if (challenge) return json(403, { error: "not allowed" }, { "www-authenticate": challenge });
    return json(200, { reader });
  }
  api.asked++;
  if (tokenAnswer)
    return response.writeHead(tokenAnswer.status, { "content-type": "application/json" }).end(tokenAnswer.body);
  const form = new URLSearchParams(body);
  let who: string | undefined;
  if (form.get("grant_type") === "authorization_code") {
    const code = form.get("code") ?? "";
    const given = api.codes.get(code);
    const made = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    api.codes.delete(code);
    if (given?.challenge === made && given.redirectUri === form.get("redirect_uri")) who = given.who;
  } else {
    const refresh = form.get("refresh_token") ?? "";
    who = api.refresh.get(refresh);
    api.refresh.delete(refresh);
  }
  if (who === undefined) return json(400, { error: "invalid_grant", error_description: "gone for access-of-them" });
  const [token, refresh] = [`access-of-${who}-${api.asked}`, `refresh-of-${who}-${api.asked}`];
  api.tokens.set(token, who);
  if (hasRefresh) api.refresh.set(refresh, who);
  json(200, {
    access_token: token,
    token_type: "Bearer",
    ...(expiresIn === undefined ? {} : { expires_in: expiresIn }),
    ...(hasRefresh ? { refresh_token: refresh } : {}),
  });
});

let gateway: TestGateway;
let second: TestGateway["app"];
let url: string;
let callback: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  gateway = await startTestGateway({ trustedProxies: ["127.0.0.1"] });
  second = await gateway.openAnother();
  callback = upstreamCallback(gateway.deps, gateway.ctx.organizationId);
});
afterAll(async () => {
  await gateway?.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  [expiresIn, hasRefresh, challenge, tokenAnswer] = [3_600, true, undefined, undefined];
  api.seen = [];
});

let number = 0;
/** A server whose default profile leaves the account at the API to each person. */
async function publish(more: object = {}) {
  const scopes = { read: "", write: "", remove: "" };
  const flow = { authorizationUrl: `${url}/authorize`, tokenUrl: `${url}/token`, scopes };
  const content = JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Notes", version: "1" },
    servers: [{ url }],
    security: [{ account: ["read"] }],
    paths: {
      "/notes": { get: { operationId: "listNotes", responses: { 200: { description: "ok" } } } },
      "/open": { get: { operationId: "listOpen", security: [], responses: { 200: { description: "ok" } } } },
    },
    components: { securitySchemes: { account: { type: "oauth2", flows: { authorizationCode: flow } } } },
  });
  const slug = `own-${++number}`;
  const { path, serverId } = await gateway.publish({ slug, source: { content } });
  const credential = {
    type: "authorizationCode" as const,
    clientId: "portico",
    clientSecret: "upstream-secret",
    authorizationUrl: `${url}/authorize`,
    tokenUrl: `${url}/token`,
    scopes: ["read"],
    ...more,
  };
  const store = () => setCredential({ ctx: gateway.ctx, input: { serverId, scheme: "account", credential } });
  await store();
  const profile = { serverId, name: "Own accounts", settings: { fields: { [FIELD]: "person" as const } } };
  return { path, serverId, store, credential, profileOf: () => createProfile({ ctx: gateway.ctx, input: profile }) };
}

/** People who are connected with a client, before anything was asked of them. */
async function people(count: number, more: object = {}) {
  const server = await publish(more);
  const { path } = server;
  const connectOne = async () => {
    const person = await createPerson(gateway);
    const { client, tokens } = await connectClient(gateway, path, person);
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    const session = await gateway.deps.db.authSession.findFirstOrThrow({
      where: { userId: person.id },
      orderBy: { id: "desc" },
    });
    const connection = await gateway.deps.db.connection.findFirstOrThrow({
      where: { userId: person.id, clientId: client.id },
    });
    const account = { ...gateway.deps, userId: person.id, sessionId: session.id };
    return { ...person, token: tokens.access, browser, account, connectionId: connection.id };
  };
  const all: Awaited<ReturnType<typeof connectOne>>[] = [];
  while (all.length < count) all.push(await connectOne());
  const { id: profileId } = await server.profileOf();
  await vi.waitFor(async () => expect((await call(path, all[0]?.token)).text).toContain("not called"));
  return { ...server, profileId, all, first: all[0] as (typeof all)[number], other: all[1] as (typeof all)[number] };
}
type Somebody = Awaited<ReturnType<typeof people>>["first"];

async function begin({ account, connectionId }: Somebody, profileId: string): Promise<URL> {
  return new URL((await beginConnectionSignIn(account, { id: connectionId, profileId, field: FIELD })).url);
}
/** Somebody signs in there; gives the address that the API sends the browser to. */
function allow(to: URL, who: string, more: Record<string, string> = {}): string {
  const code = `code-of-${who}-${Math.random()}`;
  const { searchParams: asked } = to;
  const [challenge, redirectUri] = [asked.get("code_challenge") ?? "", asked.get("redirect_uri") ?? ""];
  api.codes.set(code, { who, challenge, redirectUri });
  return `${redirectUri}?${new URLSearchParams({ state: asked.get("state") ?? "", code, ...more })}`;
}
async function connectAs(somebody: Somebody, profileId: string, who: string): Promise<void> {
  const { location } = await somebody.browser.request(allow(await begin(somebody, profileId), who));
  expect(location).toContain("sign-in=connected");
}
const call = (path: string, token: string | undefined, app = gateway.app, name = "listNotes") =>
  callTool(app, path, token, {}, name);
const readerOf = async (path: string, token: string, app = gateway.app) =>
  ((await call(path, token, app)).body as { result?: { structuredContent?: { reader?: string } } }).result
    ?.structuredContent?.reader;
const within = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 2_000, interval: 20 });
const REFUSED = "/connect/error?reason=upstream_sign_in";
/** From here on: what is handed to the worker to be given back to the API. */
function watchGivenBack() {
  const enqueue = vi.spyOn(gateway.deps.jobs, "enqueue").mockClear();
  return () =>
    enqueue.mock.calls.flatMap(([queue, payload]) => {
      if (queue !== "endedSignIns") return [];
      expect(JSON.stringify(payload)).not.toMatch(SECRETS);
      return [openEndedSignIn(gateway.deps.vault, (payload as { sealed: string }).sealed)];
    });
}
const grantsOf = (userId: string) => gateway.deps.db.upstreamGrant.findMany({ where: { userId } });

describe("an account of each person's own", () => {
  it("XT-17: is used for that person and for nobody else, and shows nowhere", async () => {
    const { path, serverId, profileId, first, other } = await people(2);
    const before = await call(path, first.token);
    expect(before.text).toContain(`${publicUrl}/connections?edit=${first.connectionId}`);
    expect(before.text).toContain(new URL(url).host);
    expect(before.text).toContain('"isError":true');
    await connectAs(first, profileId, "ada");
    await within(async () => expect(await readerOf(path, first.token, second)).toBe("ada"));
    // Signing in for oneself makes nobody else's calls work, not those of the admin or of a key.
    expect((await call(path, other.token)).text).toContain("not signed in there yet");
    expect((await call(path, gateway.apiKey)).text).toContain("not a person");
    await connectAs(other, profileId, "bob");
    await within(async () => expect(await readerOf(path, other.token, second)).toBe("bob"));
    for (let turn = 0; turn < 3; turn++)
      for (const app of [gateway.app, second]) {
        expect(await readerOf(path, first.token, app)).toBe("ada");
        expect(await readerOf(path, other.token, app)).toBe("bob");
      }
    // Moved to the other's row, as whoever writes to the database could, it does not open.
    const [mine] = await grantsOf(first.id);
    const [theirs] = await grantsOf(other.id);
    const swapped = await gateway.openAnother();
    await gateway.deps.db.upstreamGrant.update({ where: { id: theirs?.id ?? "" }, data: { token: mine?.token ?? "" } });
    expect(await readerOf(path, other.token, swapped)).toBeUndefined();
    gateway.errors.length = 0;
    const { deps, ctx } = gateway;
    const texts = [
      JSON.stringify(await listProfiles({ ctx, input: { serverId } })),
      JSON.stringify(await listCredentials({ ctx, input: { serverId } })),
      JSON.stringify(await listOwnConnections(first.account)),
      JSON.stringify(gateway.usage),
      JSON.stringify(await deps.db.auditEvent.findMany()),
      JSON.stringify(await deps.db.upstreamGrant.findMany()),
      JSON.stringify(await deps.db.stateEntry.findMany()),
      gateway.lines.join("\n"),
    ];
    for (const text of texts) expect(text).not.toMatch(SECRETS);
    expect(texts[0]).not.toMatch(/ada|bob/);
  });

  it("is asked for before a client is connected, and the person comes back to the same request with what they picked", async () => {
    const { path, profileId, first } = await people(1);
    const asked = { userId: first.id, resource: publicUrl + path, profileId };
    expect(await missingFields(gateway.deps, asked)).toEqual([FIELD]);
    const picks = { profileId, tools: "reading" as const, days: 30 };
    const input = { resource: publicUrl + path, uid: "the-request", picks, field: FIELD };
    const to = new URL((await beginConnectSignIn(first.account, input)).url);
    expect(Object.fromEntries(to.searchParams)).toMatchObject({ scope: "read", code_challenge_method: "S256" });
    const { location } = await first.browser.request(allow(to, "ada"));
    expect(location).toBe(`/connect/the-request?sign-in=connected&profile=${profileId}&tools=reading&days=30`);
    expect(await missingFields(gateway.deps, asked)).toEqual([]);
  });

  it("is renewed once for twenty calls in two processes, and not again", async () => {
    const { path, profileId, first } = await people(1);
    expiresIn = 1;
    await connectAs(first, profileId, "ada");
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expiresIn = 3_600;
    const before = api.asked;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => readerOf(path, first.token, i % 2 ? second : gateway.app)),
    );
    expect(new Set(answers)).toEqual(new Set(["ada"]));
    expect(api.asked - before).toBe(1);
  });

  it("that has ended says so, with the way to sign in again, and is not tried over and over", async () => {
    const { path, profileId, first } = await people(1);
    expiresIn = 1;
    await connectAs(first, profileId, "ada");
    api.refresh.clear();
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const before = api.asked;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => call(path, first.token, i % 2 ? second : gateway.app)),
    );
    for (const { text } of answers) {
      expect(text).toMatch(/has ended/);
      expect(text).toContain(`/connections?edit=${first.connectionId}`);
      expect(text).not.toMatch(SECRETS);
    }
    expect(api.asked - before).toBe(1);
    await within(async () => {
      const [connection] = await listOwnConnections(first.account);
      expect(connection?.profiles[0]?.fields[0]).toMatchObject({
        setAt: null,
        signIn: { problem: expect.any(String) },
      });
    });
    expect(JSON.stringify(gateway.usage)).not.toContain("access-of-them");
    // What needs no account still works.
    expect((await call(path, first.token, gateway.app, "listOpen")).text).not.toContain("has ended");
    expiresIn = 3_600;
    await connectAs(first, profileId, "ada");
    await within(async () => expect(await readerOf(path, first.token, second)).toBe("ada"));
  });

  it("stays when the API is only away for a moment, or when the client is what is wrong", async () => {
    const { path, profileId, first, serverId } = await people(1);
    expiresIn = 1;
    await connectAs(first, profileId, "ada");
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    tokenAnswer = { status: 503, body: "{}" };
    expect((await call(path, first.token)).text).toContain("Try again in a minute");
    tokenAnswer = { status: 401, body: '{"error":"invalid_client"}' };
    expect((await call(path, first.token)).text).toContain("an admin can look");
    expect((await grantsOf(first.id))[0]?.problem).toBeNull();
    expect((await listCredentials({ ctx: gateway.ctx, input: { serverId } }))[0]?.problem).toContain("invalid_client");
    tokenAnswer = undefined;
    expect(await readerOf(path, first.token, second)).toBe("ada");
  });

  it("without a way to renew it is used until the API refuses it, and then asked for again", async () => {
    [expiresIn, hasRefresh] = [undefined, false];
    const { path, profileId, first } = await people(1);
    await connectAs(first, profileId, "ada");
    await within(async () => expect(await readerOf(path, first.token)).toBe("ada"));
    const [grant] = await grantsOf(first.id);
    expect((grant?.tokenExpiresAt.getTime() ?? 0) - Date.now()).toBeGreaterThan(365 * 86_400_000);
    api.tokens.clear();
    expect((await call(path, first.token)).text).toContain("has ended");
  });

  it("is forgotten when the person signs out, and the connection goes on as it was", async () => {
    const { path, profileId, first } = await people(1);
    await connectAs(first, profileId, "ada");
    const forget = { id: first.connectionId, profileId, field: FIELD };
    const [last] = [...api.refresh].filter(([, who]) => who === "ada").slice(-1);
    const given = watchGivenBack();
    await forgetOwnValue(first.account, forget);
    expect(await grantsOf(first.id)).toEqual([]);
    // The API hears of it once, with what it gave, and from the client that it gave it to.
    expect(given()).toEqual([
      { client: expect.objectContaining({ clientId: "portico", tokenUrl: `${url}/token` }), refreshToken: last?.[0] },
    ]);
    await forgetOwnValue(first.account, forget);
    expect(given()).toHaveLength(1);
    await within(async () => expect((await call(path, first.token)).text).toContain("not signed in there yet"));
    const [connection] = await listOwnConnections(first.account);
    expect(connection?.profileId).toBeNull();
  });

  it("takes nothing that is typed", async () => {
    const { path, profileId, first } = await people(1);
    const fill = fillInFields(first.account, {
      resource: publicUrl + path,
      profileId,
      values: { [FIELD]: { type: "bearer", token: "typed" } },
    });
    await expect(fill).rejects.toMatchObject({ code: "invalid_input" });
  });

  it.each([
    "the client is changed",
    "the client is removed",
    "the server is deleted",
    "the person leaves",
    "the person is taken out",
  ])("is gone and given back when %s", async (what) => {
    const { path, serverId, store, profileId, first, other } = await people(2);
    await connectAs(first, profileId, "ada");
    await connectAs(other, profileId, "bob");
    await within(async () => expect(await readerOf(path, first.token, second)).toBe("ada"));
    const isPerson = what.startsWith("the person");
    const held = [...api.refresh].filter(([, who]) => !isPerson || who === "ada").map(([token]) => token);
    const given = watchGivenBack();
    if (what === "the client is changed") await store();
    else if (what === "the client is removed")
      await removeCredential({ ctx: gateway.ctx, input: { serverId, scheme: "account" } });
    else if (what === "the server is deleted") await deleteServer({ ctx: gateway.ctx, input: { id: serverId } });
    else if (what === "the person leaves")
      await leaveOrganization({ ctx: { ...gateway.ctx, actor: { type: "user", id: first.id, role: "member" } } });
    else {
      const { id } = await gateway.deps.db.member.findFirstOrThrow({ where: { userId: first.id } });
      await removeMember({ ctx: gateway.ctx, input: { id } });
    }
    expect(await grantsOf(first.id)).toEqual([]);
    expect(await grantsOf(other.id)).toHaveLength(isPerson ? 1 : 0);
    expect(given().every(({ refreshToken }) => held.includes(refreshToken))).toBe(true);
    expect(given()).toHaveLength(isPerson ? 1 : 2);
    for (const app of [gateway.app, second])
      await within(async () => {
        api.seen = [];
        await call(path, first.token, app);
        expect(api.seen).toEqual([]);
      });
  });

  it("that allows too little says what it takes, and the next sign-in asks for that too, as far as the document knows it", async () => {
    const { path, profileId, first } = await people(1);
    await connectAs(first, profileId, "ada");
    await within(async () => expect(await readerOf(path, first.token)).toBe("ada"));
    challenge = 'Bearer error="insufficient_scope", scope="write everything"';
    const { text } = await call(path, first.token);
    expect(text).toContain('it takes \\"write\\"');
    expect(text).toContain(`/connections?edit=${first.connectionId}`);
    expect(text).not.toContain("everything");
    const [connection] = await listOwnConnections(first.account);
    expect(connection?.profiles[0]?.fields[0]).toMatchObject({
      setAt: expect.any(Date),
      signIn: { missingScopes: ["write"] },
    });
    challenge = 'Bearer error="insufficient_scope", scope="remove"';
    await call(path, first.token);
    const to = await begin(first, profileId);
    expect(to.searchParams.get("scope")).toBe("read write remove");
    challenge = undefined;
    await first.browser.request(allow(to, "ada"));
    await within(async () => expect(await readerOf(path, first.token)).toBe("ada"));
    // What was allowed once is asked for again.
    expect((await begin(first, profileId)).searchParams.get("scope")).toBe("read write remove");
  });
});

describe("OA-45: an answer to a person's own sign-in", () => {
  const refusedEverywhere = async (browser: Browser, back: string) => {
    const asked = api.asked;
    expect((await browser.request(back)).location).toBe(REFUSED);
    expect(api.asked).toBe(asked);
  };

  it("counts once, of twenty at once", async () => {
    const { profileId, first } = await people(1);
    const back = allow(await begin(first, profileId), "ada");
    const all = await Promise.all(Array.from({ length: 20 }, () => first.browser.request(back)));
    expect(all.filter(({ location }) => location.includes("connected"))).toHaveLength(1);
    await refusedEverywhere(first.browser, back);
    expect(await grantsOf(first.id)).toHaveLength(1);
  });

  it("counts for ten minutes", async () => {
    const { profileId, first } = await people(1);
    const { stateEntry } = gateway.deps.db;
    const of = { key: { contains: "upstream-sign-in:" } };
    await stateEntry.deleteMany({ where: of });
    const back = allow(await begin(first, profileId), "ada");
    const [entry] = await stateEntry.findMany({ where: of });
    const minutes = ((entry?.expiresAt.getTime() ?? 0) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(9);
    expect(minutes).toBeLessThanOrEqual(10);
    await stateEntry.updateMany({ where: of, data: { expiresAt: new Date() } });
    await refusedEverywhere(first.browser, back);
    expect(await grantsOf(first.id)).toEqual([]);
  });

  it("counts for the person who began it: not in a browser without one, nor in somebody else's", async () => {
    const { profileId, first, other } = await people(2);
    const back = allow(await begin(first, profileId), "mallory");
    await refusedEverywhere(createBrowser(gateway.app), back);
    await refusedEverywhere(other.browser, back);
    expect([...(await grantsOf(first.id)), ...(await grantsOf(other.id))]).toEqual([]);
  });

  it("counts in the browser session that began it, not in another of the same person", async () => {
    const { profileId, first } = await people(1);
    const back = allow(await begin(first, profileId), "mallory");
    const another = createBrowser(gateway.app);
    await signIn(gateway, another, first);
    await refusedEverywhere(another, back);
    expect(await grantsOf(first.id)).toEqual([]);
    expect((await first.browser.request(back)).location).toContain("connected");
  });

  it("with a code of another sign-in stores nothing: the verifier is another", async () => {
    const { profileId, first, other } = await people(2);
    const stolen = new URL(allow(await begin(other, profileId), "bob")).searchParams.get("code") ?? "";
    const to = await begin(first, profileId);
    const query = new URLSearchParams({ state: to.searchParams.get("state") ?? "", code: stolen });
    expect((await first.browser.request(`${callback}?${query}`)).location).toContain("sign-in=failed");
    expect(await grantsOf(first.id)).toEqual([]);
  });

  it("OA-34: of another authorization server is none", async () => {
    const issuer = "https://login.example.com";
    const { profileId, first } = await people(1, { issuer, namesItself: true });
    const answers: Record<string, string>[] = [
      { iss: "https://evil.example.com" },
      { iss: "" },
      {},
      { iss: `${issuer}/` },
    ];
    for (const more of answers)
      await refusedEverywhere(first.browser, allow(await begin(first, profileId), "mallory", more));
    const denied = await begin(first, profileId);
    const state = denied.searchParams.get("state") ?? "";
    await refusedEverywhere(first.browser, `${callback}?${new URLSearchParams({ state, error: "access_denied" })}`);
    expect(await grantsOf(first.id)).toEqual([]);
    const back = allow(await begin(first, profileId), "ada", { iss: issuer });
    expect((await first.browser.request(back)).location).toContain("connected");
  });

  it("OA-34: at another organization's address is none, and each is sent its own", async () => {
    const { profileId, first } = await people(1);
    const to = await begin(first, profileId);
    expect(to.searchParams.get("redirect_uri")).toBe(callback);
    const elsewhere = upstreamCallback(gateway.deps, gateway.services.stranger.organizationId);
    await refusedEverywhere(first.browser, allow(to, "ada").replace(callback, elsewhere));
  });

  it("that says no stores nothing and keeps what was there", async () => {
    const { path, profileId, first } = await people(1);
    await connectAs(first, profileId, "ada");
    const state = (await begin(first, profileId)).searchParams.get("state") ?? "";
    const query = new URLSearchParams({ state, error: "access_denied", error_description: "<script>x" });
    const { location } = await first.browser.request(`${callback}?${query}`);
    expect(location).toBe(`/connections?sign-in=declined&edit=${first.connectionId}`);
    await within(async () => expect(await readerOf(path, first.token)).toBe("ada"));
  });

  it("for a client that was changed meanwhile, or by somebody who left, stores nothing", async () => {
    const { profileId, first, other, store } = await people(2);
    const back = allow(await begin(first, profileId), "ada");
    await store();
    await refusedEverywhere(first.browser, back);
    const late = allow(await begin(other, profileId), "bob");
    await gateway.deps.db.member.deleteMany({ where: { userId: other.id } });
    expect((await other.browser.request(late)).location).toBe(REFUSED);
    expect([...(await grantsOf(first.id)), ...(await grantsOf(other.id))]).toEqual([]);
  });

  it("is begun by nobody for another's connection, for a field of the organization, or for another server", async () => {
    const { profileId, first, other, path, serverId } = await people(2);
    const id = first.connectionId;
    await expect(beginConnectionSignIn(other.account, { id, profileId, field: FIELD })).rejects.toMatchObject({
      code: "not_found",
    });
    const shared = await createProfile({ ctx: gateway.ctx, input: { serverId, name: "Shared" } });
    for (const asked of [
      { profileId: shared.id, field: FIELD },
      { profileId, field: "credential:other" },
      { profileId, field: "variable:account" },
    ])
      await expect(beginConnectionSignIn(first.account, { id, ...asked })).rejects.toMatchObject({
        code: "precondition_failed",
      });
    const stranger = await createPerson(gateway, { isStranger: true });
    const account = { ...gateway.deps, userId: stranger.id, sessionId: "x" };
    const picks = { profileId, tools: "all" as const };
    await expect(
      beginConnectSignIn(account, { resource: publicUrl + path, uid: "x", picks, field: FIELD }),
    ).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("a stored value", () => {
  it("that is removed leaves the connection with the profile that it had", async () => {
    const { serverId, profileId, first } = await people(1);
    await connectAs(first, profileId, "ada");
    const { id: chosen } = await createProfile({ ctx: gateway.ctx, input: { serverId, name: "Chosen" } });
    await changeOwnConnection(first.account, { id: first.connectionId, profileId: chosen });
    // In the form another profile was being looked at.
    await forgetOwnValue(first.account, { id: first.connectionId, profileId, field: FIELD });
    expect((await listOwnConnections(first.account))[0]?.profileId).toBe(chosen);
  });
});
