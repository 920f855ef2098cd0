import { readPendingRequest } from "@portico/auth";
import { createOAuthClient, revokeOAuthClient } from "@portico/services";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { bearer, host, inject, publicUrl, rpc, startTestGateway, type TestGateway } from "../testing.ts";
import {
  answerConsent,
  type Browser,
  type Client,
  createBrowser,
  createPerson,
  follow,
  refreshForm,
  register,
  signIn,
  token,
} from "../testing-oauth.ts";

const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
const FORM = { "content-type": "application/x-www-form-urlencoded" };

let gateway: TestGateway;
let path: string;
let otherPath: string;
let person: { id: string; email: string };
beforeAll(async () => {
  gateway = await startTestGateway({ trustedProxies: ["127.0.0.1"] });
  ({ path } = await gateway.publish({ slug: "notes" }));
  ({ path: otherPath } = await gateway.publish({ slug: "other" }));
  person = await createPerson(gateway);
});
afterEach(() => vi.useRealTimers());
afterAll(() => gateway?.close());

/** `redirect_uris: undefined`: it goes back to nowhere. */
const TERMINAL = { client_name: "Terminal", redirect_uris: undefined, grant_types: [DEVICE_GRANT] };
const registerTerminal = (more: object = {}) => register(gateway.app, path, { ...TERMINAL, ...more });

let networks = 0;
/** Each from a network of its own: what is asked for is counted by it. */
const network = () => ({ "x-forwarded-for": `198.19.${++networks >> 8}.${networks & 255}` });

interface Asked {
  status: number;
  error: string | undefined;
  deviceCode: string;
  userCode: string;
  body: Record<string, unknown>;
}
async function askForCode(client: Client, more: [string, string][] = [["resource", client.resource]]): Promise<Asked> {
  const answer = await gateway.app.inject({
    method: "POST",
    url: "/oauth/device",
    headers: { host, ...FORM, ...network() },
    payload: new URLSearchParams([["client_id", client.id], ...more]).toString(),
  });
  const body = answer.json<Record<string, unknown>>();
  return {
    status: answer.statusCode,
    error: body.error as string | undefined,
    deviceCode: String(body.device_code),
    userCode: String(body.user_code),
    body,
  };
}
const pollForm = (client: Client, deviceCode: string): [string, string][] => [
  ["grant_type", DEVICE_GRANT],
  ["client_id", client.id],
  ["device_code", deviceCode],
];
/** A look by a client that has waited as long as it was told. */
async function poll(client: Client, deviceCode: string, app = gateway.app) {
  await gateway.deps.db.stateEntry.deleteMany({ where: { key: { startsWith: "device-poll:" } } });
  return token(app, pollForm(client, deviceCode));
}

async function browserOf(someone: { email: string } | null): Promise<Browser> {
  const browser = createBrowser(gateway.app, network());
  if (someone) await signIn(gateway, browser, someone);
  return browser;
}
const type = async (browser: Browser, userCode: string, origin = publicUrl) =>
  browser.request("/oauth/device/code", {
    method: "POST",
    headers: { ...FORM, origin },
    payload: new URLSearchParams({ user_code: userCode }).toString(),
  });
/** Types the code; gives the id of the question on the consent page. */
async function enter(browser: Browser, userCode: string): Promise<string> {
  const { location } = await type(browser, userCode);
  const at = await follow(browser, location);
  const uid = /\/connect\/([^/?]+)$/.exec(at)?.[1];
  if (!uid) throw new Error(`No consent page: ${at}`);
  return uid;
}
const answer = async (browser: Browser, uid: string, more: Record<string, string> = {}) =>
  follow(browser, (await answerConsent(browser, uid, more)).location);
const connectionOf = (client: Client) => gateway.deps.db.connection.findFirst({ where: { clientId: client.id } });
const wait = (seconds: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1_000 });

describe("a program in a terminal", () => {
  it("gets a token for one server when a person types its code and says yes, here or in another process", async () => {
    const client = await registerTerminal();
    expect(client.registration).toMatchObject({ grant_types: ["refresh_token", DEVICE_GRANT], redirect_uris: [] });
    const { body, deviceCode, userCode } = await askForCode(client);
    expect(body).toEqual({
      device_code: deviceCode,
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${publicUrl}/device`,
      verification_uri_complete: `${publicUrl}/device?user_code=${userCode}`,
      expires_in: 900,
      interval: 5,
    });
    const other = await gateway.openAnother();
    expect(await poll(client, deviceCode, other)).toMatchObject({ status: 400, error: "authorization_pending" });
    const browser = await browserOf(person);
    const uid = await enter(browser, ` ${userCode.toLowerCase().replace("-", " – ")} `);
    expect(await poll(client, deviceCode)).toMatchObject({ error: "authorization_pending" });
    expect(await answer(browser, uid)).toBe(`${publicUrl}/device/done`);
    const tokens = await poll(client, deviceCode, other);
    expect(tokens.status).toBe(200);
    expect((await rpc(gateway.app, path, "ping", {}, bearer(tokens.access))).status).toBe(200);
    expect((await rpc(gateway.app, otherPath, "ping", {}, bearer(tokens.access))).status).toBe(401);
    expect(await connectionOf(client)).toMatchObject({ userId: person.id, clientName: "Terminal", revokedAt: null });
    const refreshed = await token(gateway.app, refreshForm(client, tokens.refresh));
    expect(refreshed.status).toBe(200);
    expect((await rpc(gateway.app, path, "ping", {}, bearer(refreshed.access))).status).toBe(200);
  });

  it("gets what the person chose: the tools, and for how long", async () => {
    const client = await registerTerminal();
    const { deviceCode, userCode } = await askForCode(client);
    const browser = await browserOf(person);
    await answer(browser, await enter(browser, userCode), { tools: "reading", days: "1" });
    expect((await poll(client, deviceCode)).status).toBe(200);
    const connection = await connectionOf(client);
    expect(connection).toMatchObject({ tools: "reading" });
    expect((connection?.expiresAt?.getTime() ?? 0) - Date.now()).toBeLessThan(86_400_000 + 1_000);
  });

  it("is told to wait when it looks too often, and nothing else", async () => {
    const client = await registerTerminal();
    const { deviceCode } = await askForCode(client);
    expect(await poll(client, deviceCode)).toMatchObject({ status: 400, error: "authorization_pending" });
    expect(await token(gateway.app, pollForm(client, deviceCode))).toMatchObject({ status: 400, error: "slow_down" });
    expect(await poll(client, deviceCode)).toMatchObject({ error: "authorization_pending" });
  });

  it("hears that the person said no", async () => {
    const client = await registerTerminal();
    const { deviceCode, userCode } = await askForCode(client);
    const browser = await browserOf(person);
    const uid = await enter(browser, userCode);
    // Without the session of the authorization server, as when its cookie was cleared meanwhile.
    for (const name of [...browser.cookies.keys()]) if (name.startsWith("portico_oauth")) browser.cookies.delete(name);
    expect(await answer(browser, uid, { decision: "deny" })).toBe(`${publicUrl}/device/done?answer=no`);
    expect(await poll(client, deviceCode)).toMatchObject({ status: 400, error: "access_denied" });
    expect(await connectionOf(client)).toBeNull();
    expect(gateway.errors).toEqual([]);
  });

  it("hears that its code has expired, which nobody can type or say yes to any more", async () => {
    const client = await registerTerminal();
    const [typed, untyped] = [await askForCode(client), await askForCode(client)];
    const browser = await browserOf(person);
    const uid = await enter(browser, typed.userCode);
    wait(901);
    for (const { deviceCode } of [typed, untyped])
      expect(await poll(client, deviceCode)).toMatchObject({ status: 400, error: "expired_token" });
    expect(await type(browser, untyped.userCode)).toMatchObject({ status: 303, location: "/device?problem=expired" });
    expect(await answerConsent(browser, uid)).toMatchObject({ status: 303, location: "/device?problem=over" });
    expect(await connectionOf(client)).toBeNull();
  });

  it("gets its tokens once, and loses them when the code comes again", async () => {
    const client = await registerTerminal();
    const { deviceCode, userCode } = await askForCode(client);
    const browser = await browserOf(person);
    await answer(browser, await enter(browser, userCode));
    const tokens = await poll(client, deviceCode);
    expect(tokens.status).toBe(200);
    expect(await type(browser, userCode)).toMatchObject({ location: "/device?problem=used" });
    expect(await poll(client, deviceCode)).toMatchObject({ status: 400, error: "invalid_grant" });
    expect(await token(gateway.app, refreshForm(client, tokens.refresh))).toMatchObject({ error: "invalid_grant" });
    await expect
      .poll(async () => (await rpc(gateway.app, path, "ping", {}, bearer(tokens.access))).status, { timeout: 1_000 })
      .toBe(401);
  });

  it("gets one sign-in for a code, though it asks in two processes at once", async () => {
    const client = await registerTerminal();
    const other = await gateway.openAnother();
    const { deviceCode, userCode } = await askForCode(client);
    const browser = await browserOf(person);
    await answer(browser, await enter(browser, userCode));
    const looks = await Promise.all(
      [gateway.app, other, gateway.app, other].map((app) => token(app, pollForm(client, deviceCode))),
    );
    expect(looks.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, error } of looks) if (status !== 200) expect(error).toBe("slow_down");
  });

  it("gets nothing with the code of another client", async () => {
    const [client, thief] = [await registerTerminal(), await registerTerminal()];
    const { deviceCode, userCode } = await askForCode(client);
    const browser = await browserOf(person);
    await answer(browser, await enter(browser, userCode));
    expect(await poll(thief, deviceCode)).toMatchObject({ status: 400, error: "invalid_grant" });
    expect((await poll(client, deviceCode)).status).toBe(200);
  });

  it("has no use of a token for another server than the person was asked about", async () => {
    const client = await registerTerminal();
    const { deviceCode, userCode } = await askForCode(client);
    const browser = await browserOf(person);
    await answer(browser, await enter(browser, userCode));
    await gateway.deps.db.stateEntry.deleteMany({ where: { key: { startsWith: "device-poll:" } } });
    const elsewhere: [string, string][] = [...pollForm(client, deviceCode), ["resource", publicUrl + otherPath]];
    expect(await token(gateway.app, elsewhere)).toMatchObject({ status: 400, error: "invalid_target" });
    expect((await poll(client, deviceCode)).status).toBe(200);
  });
});

describe("a code", () => {
  it.each<{ given: [string, string][]; want: string }>([
    { given: [], want: "invalid_target" },
    { given: [["resource", `${publicUrl}/mcp/test/unknown`]], want: "invalid_target" },
    { given: [["resource", "https://evil.example/mcp/a/b"]], want: "invalid_target" },
    {
      given: [
        ["resource", `${publicUrl}/mcp/a/b`],
        ["resource", `${publicUrl}/mcp/a/c`],
      ],
      want: "invalid_target",
    },
  ])("is not given for $given", async ({ given, want }) => {
    expect(await askForCode(await registerTerminal(), given)).toMatchObject({ status: 400, error: want });
  });

  it("is for the only server there is when the client names none", async () => {
    const alone = await startTestGateway({ trustedProxies: ["127.0.0.1"] });
    try {
      const only = await alone.publish({ slug: "only" });
      const client = await register(alone.app, only.path, TERMINAL);
      const asked = await inject(alone.app, {
        method: "POST",
        url: "/oauth/device",
        headers: FORM,
        payload: new URLSearchParams({ client_id: client.id }).toString(),
      });
      const { device_code, user_code } = asked.body as Record<string, string>;
      const browser = createBrowser(alone.app);
      await signIn(alone, browser, await createPerson(alone));
      await answer(browser, await enter(browser, user_code ?? ""));
      const tokens = await token(alone.app, pollForm(client, device_code ?? ""));
      expect((await rpc(alone.app, only.path, "ping", {}, bearer(tokens.access))).status).toBe(200);
    } finally {
      await alone.close();
    }
  });

  it("is given to clients that run on people's machines and registered for it, and to no other", async () => {
    const codes = { client_name: "x" };
    const site = { redirect_uris: ["https://client.example/cb"], grant_types: ["authorization_code", DEVICE_GRANT] };
    for (const more of [codes, site]) {
      const client = await register(gateway.app, path, more);
      expect(client.registration.grant_types).not.toContain(DEVICE_GRANT);
      expect(await askForCode(client)).toMatchObject({ status: 400, error: "invalid_request" });
      expect(await poll(client, "x")).toMatchObject({ status: 400, error: "invalid_request" });
    }
    const both = await register(gateway.app, path, { grant_types: ["authorization_code", DEVICE_GRANT] });
    expect(both.registration.grant_types).toEqual(["authorization_code", "refresh_token", DEVICE_GRANT]);
    expect((await askForCode(both)).status).toBe(200);
    expect(await askForCode({ ...both, id: "unknown" })).toMatchObject({ error: "invalid_client" });
  });

  it("is given to a client that an admin made for terminals, until it is revoked", async () => {
    const input = { kind: "device" as const, name: "Our command line" };
    const { id, clientId, clientSecret } = await createOAuthClient({ ctx: gateway.ctx, input });
    expect(clientSecret).toBeNull();
    const client = { id: clientId, secret: undefined, registration: {}, verifier: "", resource: publicUrl + path };
    const { deviceCode, userCode } = await askForCode(client);
    const browser = await browserOf(person);
    await answer(browser, await enter(browser, userCode));
    const tokens = await poll(client, deviceCode);
    expect(tokens.status).toBe(200);
    await revokeOAuthClient({ ctx: gateway.ctx, input: { id } });
    await expect
      .poll(async () => (await rpc(gateway.app, path, "ping", {}, bearer(tokens.access))).status, { timeout: 1_000 })
      .toBe(401);
    expect(await askForCode(client)).toMatchObject({ error: "invalid_client" });
  });

  it("is given to a client that is known by a document about itself, which goes back to nowhere", async () => {
    const id = "https://cli.example.com/client.json";
    const about = { client_id: id, client_name: "Command line", token_endpoint_auth_method: "none" };
    const ask = async (grants: string[]) => {
      const body = JSON.stringify({ ...about, grant_types: grants });
      const app = await gateway.openAnother({ fetchDocument: async () => ({ status: 200, headers: {}, body }) });
      const answer = await inject(app, {
        method: "POST",
        url: "/oauth/device",
        headers: { ...FORM, ...network() },
        payload: new URLSearchParams({ client_id: id, resource: publicUrl + path }).toString(),
      });
      return { app, body: answer.body as Record<string, string> };
    };
    expect((await ask(["authorization_code"])).body).toMatchObject({ error: "invalid_client" });
    const {
      app,
      body: { device_code = "", user_code = "" },
    } = await ask([DEVICE_GRANT]);
    const browser = createBrowser(app, network());
    await signIn(gateway, browser, person);
    const uid = await enter(browser, user_code);
    expect(await readPendingRequest(gateway.deps, uid)).toMatchObject({
      clientName: "Command line",
      clientHost: "cli.example.com",
      redirectHost: null,
      isLocalRedirect: false,
      device: "waiting",
    });
    await answer(browser, uid);
    const client = { id, secret: undefined, registration: {}, verifier: "", resource: publicUrl + path };
    expect((await poll(client, device_code, app)).status).toBe(200);
    expect(await readPendingRequest(gateway.deps, uid)).toBeNull();
  });

  it("is not asked for without end from one network", async () => {
    const client = await registerTerminal();
    const headers = { host, ...FORM, ...network() };
    const payload = new URLSearchParams({ client_id: client.id, resource: client.resource }).toString();
    const ask = () => gateway.app.inject({ method: "POST", url: "/oauth/device", headers, payload });
    for (let n = 0; n < 100; n += 10)
      for (const { statusCode } of await Promise.all(Array.from({ length: 10 }, ask))) expect(statusCode).toBe(200);
    const refused = await ask();
    expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([429, "600"]);
  });

  it("is typed by somebody who is signed in, on our own page", async () => {
    const client = await registerTerminal();
    const { deviceCode, userCode } = await askForCode(client);
    const nobody = await browserOf(null);
    const to = await type(nobody, userCode);
    expect(to).toMatchObject({
      status: 303,
      location: `/sign-in?next=${encodeURIComponent(`/device?user_code=${userCode}`)}`,
    });
    const browser = await browserOf(person);
    for (const origin of ["https://evil.example", "null"])
      expect((await type(browser, userCode, origin)).status).toBe(403);
    expect(await poll(client, deviceCode)).toMatchObject({ error: "authorization_pending" });
  });

  it("is not taken from an address, nor where tries are not counted", async () => {
    const client = await registerTerminal();
    const { userCode } = await askForCode(client);
    const browser = await browserOf(person);
    for (const url of ["/oauth/device/code", "/oauth/device/code/", "/oauth/device/CODE"]) {
      const got = await browser.request(`${url}?user_code=${userCode}`);
      expect(got.text, url).not.toMatch(/xsrf/);
      expect(got.location, url).not.toContain("/oauth/interaction/");
    }
    for (const url of ["/oauth/device/code/", "/oauth/device/CODE", "/oauth//device/code"]) {
      const got = await browser.request(url, {
        method: "POST",
        headers: { ...FORM, origin: publicUrl },
        payload: new URLSearchParams({ user_code: userCode, confirm: "yes", xsrf: "" }).toString(),
      });
      expect(got.location, url).not.toContain("/oauth/interaction/");
    }
    expect(await enter(browser, userCode)).not.toBe("");
  });

  it("is decided by whoever typed it first, in their own browser", async () => {
    const client = await registerTerminal();
    const { deviceCode, userCode } = await askForCode(client);
    const [browser, other] = [await browserOf(person), await browserOf(await createPerson(gateway))];
    const entered = await Promise.all([type(browser, userCode), type(other, userCode), type(other, userCode)]);
    const went = entered.filter(({ location }) => location.includes("/oauth/interaction/"));
    expect(went).toHaveLength(1);
    expect(entered.filter(({ location }) => location === "/device?problem=used")).toHaveLength(2);
    const uid = /\/oauth\/interaction\/([^/?]+)$/.exec(went[0]?.location ?? "")?.[1] ?? "";
    const [hers, others] = entered[0] === went[0] ? [browser, other] : [other, browser];
    expect((await answerConsent(others, uid)).location).toBe("/connect/error?reason=expired");
    expect(await connectionOf(client)).toBeNull();
    expect(await answer(hers, uid)).toBe(`${publicUrl}/device/done`);
    expect((await poll(client, deviceCode)).status).toBe(200);
  });

  it("is decided by whoever is signed in when it is, though the browser was another person's before", async () => {
    const client = await registerTerminal();
    const next = await createPerson(gateway);
    const browser = await browserOf(person);
    const first = await askForCode(client);
    await answer(browser, await enter(browser, first.userCode));
    const { deviceCode, userCode } = await askForCode(client);
    const uid = await enter(browser, userCode);
    await signIn(gateway, browser, next);
    expect(await answer(browser, uid)).toBe(`${publicUrl}/device/done`);
    expect((await poll(client, deviceCode)).status).toBe(200);
    expect(
      await gateway.deps.db.connection.findFirst({ where: { clientId: client.id, userId: next.id } }),
    ).not.toBeNull();
  });

  it("connects nobody who may not use the server", async () => {
    const client = await registerTerminal();
    const { deviceCode, userCode } = await askForCode(client);
    const browser = await browserOf(await createPerson(gateway, { isStranger: true }));
    const uid = await enter(browser, userCode);
    expect((await answerConsent(browser, uid)).location).toBe(`/connect/${uid}`);
    expect(await poll(client, deviceCode)).toMatchObject({ error: "authorization_pending" });
    expect(await connectionOf(client)).toBeNull();
  });

  it("is not guessed: ten wrong ones a person, fifty a network, in ten minutes", async () => {
    const client = await registerTerminal();
    const right = await askForCode(client);
    const browser = await browserOf(await createPerson(gateway));
    for (let n = 0; n < 10; n++)
      expect(await type(browser, "BBBB-BBBB")).toMatchObject({ location: "/device?problem=unknown" });
    expect(await type(browser, right.userCode)).toMatchObject({ status: 303, location: "/device?problem=many" });

    const shared = network();
    let tries = 0;
    for (let n = 0; n < 6; n++) {
      const one = createBrowser(gateway.app, shared);
      await signIn(gateway, one, await createPerson(gateway));
      for (let m = 0; m < 9 && tries < 50; m++, tries++)
        expect(await type(one, "CCCC-CCCC")).toMatchObject({ location: "/device?problem=unknown" });
    }
    const last = createBrowser(gateway.app, shared);
    await signIn(gateway, last, await createPerson(gateway));
    expect(await type(last, right.userCode)).toMatchObject({ location: "/device?problem=many" });
    const elsewhere = await browserOf(person);
    expect(await enter(elsewhere, right.userCode)).not.toBe("");
  });

  it("costs no try when it is right", async () => {
    const client = await registerTerminal();
    const browser = await browserOf(await createPerson(gateway));
    for (let n = 0; n < 12; n++) expect(await enter(browser, (await askForCode(client)).userCode)).not.toBe("");
  });

  it("LK-09: stands nowhere in the database as it is", async () => {
    const client = await registerTerminal();
    const { deviceCode, userCode } = await askForCode(client);
    const rows = await gateway.deps.db.oidcRecord.findMany({ where: { model: "DeviceCode" } });
    expect(rows.length).toBeGreaterThan(0);
    const text = JSON.stringify(rows);
    for (const secret of [deviceCode, userCode, userCode.replace("-", "")]) expect(text).not.toContain(secret);
  });
});

it("is announced in the metadata", async () => {
  const { body } = await inject(gateway.app, { url: "/.well-known/oauth-authorization-server" });
  expect(body).toMatchObject({
    device_authorization_endpoint: `${publicUrl}/oauth/device`,
    grant_types_supported: expect.arrayContaining([DEVICE_GRANT]),
  });
});
