import http from "node:http";
import type { AddressInfo } from "node:net";
import { purgeExpired, revokeConnection, updateServer } from "@portico/services";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { bearer, host, inject, publicUrl, rpc, startTestGateway, type TestGateway } from "../testing.ts";
import {
  answerConsent,
  authorizeUrl,
  type Browser,
  type Client,
  connectClient,
  consent,
  createBrowser,
  createPerson,
  follow,
  redeemForm,
  redirectUri,
  refreshForm,
  register,
  signIn,
  token,
} from "../testing-oauth.ts";

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
afterAll(() => gateway?.close());

const soon = { timeout: 1_000, interval: 20 };
const statusWith = async (access: string, url = path) =>
  (await rpc(gateway.app, url, "ping", {}, bearer(access))).status;
const connectionOf = (client: Client) => gateway.deps.db.connection.findFirst({ where: { clientId: client.id } });

describe("a request to authorize", () => {
  let client: Client;
  let browser: Browser;
  beforeAll(async () => {
    client = await register(gateway.app, path);
    browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
  });
  const errorOf = async (more: Record<string, string | string[] | null>) => {
    const at = new URL(await follow(browser, authorizeUrl(client, more)));
    return {
      at: at.origin + at.pathname,
      error: at.searchParams.get("error"),
      hash: at.hash,
      iss: at.searchParams.get("iss"),
    };
  };

  it.each<{ given: Parameters<typeof errorOf>[0]; want: string | RegExp }>([
    { given: { code_challenge: null, code_challenge_method: null }, want: "invalid_request" },
    { given: { code_challenge_method: "plain" }, want: "invalid_request" },
    { given: { code_challenge_method: null }, want: "invalid_request" },
    { given: { code_challenge_method: "S512" }, want: "invalid_request" },
    { given: { code_challenge: "x".repeat(42) }, want: "invalid_request" },
    { given: { code_challenge: "x".repeat(129) }, want: "invalid_request" },
    { given: { resource: null }, want: "invalid_target" },
    { given: { resource: `${publicUrl}/mcp/test/unknown` }, want: "invalid_target" },
    { given: { resource: "https://evil.example/mcp/a/b" }, want: "invalid_target" },
    { given: { resource: `${publicUrl}/mcp/a%00/b` }, want: "invalid_target" },
    { given: { resource: `${publicUrl}/mcp/a\u0000/b` }, want: "invalid_target" },
    { given: { response_mode: "fragment" }, want: "unsupported_response_mode" },
    { given: { response_mode: "form_post" }, want: "unsupported_response_mode" },
    { given: { response_mode: "web_message" }, want: "unsupported_response_mode" },
    { given: { response_mode: "jwt" }, want: "unsupported_response_mode" },
    { given: { scope: ["tools", "openid"] }, want: "invalid_request" },
    { given: { state: ["a", "b"] }, want: "invalid_request" },
    { given: { prompt: "none" }, want: /_required$/ },
  ])("OA-02 to OA-05, OA-21, OA-34: with $given goes back with $want", async ({ given, want }) => {
    const back = await errorOf(given);
    expect(back).toMatchObject({ at: redirectUri, hash: "", iss: publicUrl });
    expect(back.error).toMatch(want);
    expect(gateway.errors).toEqual([]);
  });
  it.each(["token", "id_token", "code token", "code id_token", "none"])(
    "OA-21: for %s gets no token",
    async (response_type) => {
      const at = await follow(browser, authorizeUrl(client, { response_type }));
      expect(at).toContain("error=unsupported_response_type");
      expect(at).not.toMatch(/access_token|id_token=|code=/);
    },
  );
  it.each<Parameters<typeof errorOf>[0]>([
    { redirect_uri: `${redirectUri}/x` },
    { redirect_uri: `${redirectUri}?x=1` },
    { redirect_uri: `${redirectUri}/../x` },
    { redirect_uri: redirectUri.replace("callback", "Callback") },
    { redirect_uri: redirectUri.replace("callback", "%63allback") },
    { redirect_uri: redirectUri.replace("127.0.0.1", "localhost") },
    { redirect_uri: redirectUri.replace("127.0.0.1", "127.0.0.1.evil.example") },
    { redirect_uri: redirectUri.replace("127.0.0.1", "evil@127.0.0.1") },
    { redirect_uri: redirectUri.replace("http:", "https:") },
    { redirect_uri: `${redirectUri}#x` },
    { redirect_uri: `${redirectUri}//` },
    { redirect_uri: "https://evil.example/cb" },
    { client_id: ["x", "y"] },
    { client_id: "unknown" },
    { client_id: "<script>alert(1)</script>" },
  ])("OA-08, OA-38: with %j never leaves this site", async (given) => {
    const at = await follow(browser, authorizeUrl(client, given));
    expect(at).toMatch(/^https:\/\/portico\.example\.com\/connect\/error\?reason=[a-z_]+$/);
  });
  it.each([
    [redirectUri, "https://evil.example/cb"],
    ["https://evil.example/cb", redirectUri],
  ])(
    "OA-10: with two addresses to go back to goes to the registered one, with an error: %s, %s",
    async (...redirect_uri) => {
      expect(await errorOf({ redirect_uri })).toMatchObject({ at: redirectUri, error: "invalid_request" });
    },
  );
  it("is not posted", async () => {
    const [url, payload = ""] = authorizeUrl(client).split("?");
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await browser.request(url ?? "", { method: "POST", payload, headers })).status).toBe(405);
  });
  it("OA-35: keeps what a client wrote in one line of one header", async () => {
    const state = "a\r\nset-cookie: x=1<script>";
    const at = await follow(browser, authorizeUrl(client, { state, prompt: "none" }));
    expect(new URL(at).searchParams.get("state")).toBe(state);
    expect(at).not.toMatch(/[\r\n<]/);
  });

  it("OA-35: carries 2,048 characters of a client back, and refuses more in words", async () => {
    const state = "s".repeat(2_048);
    expect(
      new URL(await follow(browser, authorizeUrl(client, { state, prompt: "none" }))).searchParams.get("state"),
    ).toBe(state);
    const refused = await browser.request(authorizeUrl(client, { state: `${state}s` }));
    expect(refused.status).toBe(400);
    expect(refused.text).toContain("2048 characters");
    expect(refused.location).toBe("");
  });
});

describe("consent", () => {
  const start = async (from: Browser, client: Client) =>
    /\/connect\/([^/?]+)$/.exec(await follow(from, authorizeUrl(client)))?.[1] ?? "";

  it("OA-31: is given by the same browser, on our own page, by somebody who may", async () => {
    const client = await register(gateway.app, path);
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    const uid = await start(browser, client);
    expect(uid).not.toBe("");
    expect((await answerConsent(browser, uid, { origin: "https://evil.example" })).status).toBe(403);
    expect((await answerConsent(browser, uid, { origin: "null" })).status).toBe(403);
    const other = createBrowser(gateway.app);
    await signIn(gateway, other, person);
    expect((await answerConsent(other, uid)).location).toBe("/connect/error?reason=expired");
    expect((await answerConsent(browser, "another-uid")).location).toBe("/connect/error?reason=expired");
    expect(await connectionOf(client)).toBeNull();

    const stranger = createBrowser(gateway.app);
    await signIn(gateway, stranger, await createPerson(gateway, { isStranger: true }));
    const strangers = await start(stranger, client);
    expect(await answerConsent(stranger, strangers)).toMatchObject({ status: 303, location: `/connect/${strangers}` });
    const nobody = createBrowser(gateway.app);
    const anonymous = await start(nobody, client);
    expect(await answerConsent(nobody, anonymous)).toMatchObject({ status: 303, location: `/connect/${anonymous}` });
    expect(await connectionOf(client)).toBeNull();
  });
  it("can be refused", async () => {
    const client = await register(gateway.app, path);
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    const answer = await answerConsent(browser, await start(browser, client), { decision: "deny" });
    expect(answer.status).toBe(303);
    expect(new URL(await follow(browser, answer.location)).searchParams.get("error")).toBe("access_denied");
  });
  it("OA-30: is asked of each person and of each client, each time", async () => {
    const web = { redirect_uri: "https://client.example/callback" };
    const client = await register(gateway.app, path, { redirect_uris: [web.redirect_uri] });
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    const asked = async (given: Client, more: Record<string, string> = web) =>
      (await follow(browser, authorizeUrl(given, more))).startsWith(`${publicUrl}/connect/`);
    expect(await asked(client)).toBe(true);
    await consent(browser, client, web);
    // What they may use may be another by now, and what is asked of them: they see it.
    expect(await asked(client)).toBe(true);
    expect((await consent(browser, client, web)).get("code")).not.toBeNull();
    expect(await asked({ ...client, resource: publicUrl + otherPath })).toBe(true);
    expect(await asked(await register(gateway.app, path, { redirect_uris: [web.redirect_uri] }))).toBe(true);
    await signIn(gateway, browser, await createPerson(gateway));
    expect(await asked(client)).toBe(true);
    // Anything on a person's machine can call itself this client: it is asked every time. RFC 8252 §8.6.
    const native = await register(gateway.app, path);
    expect((await consent(browser, native)).get("code")).not.toBeNull();
    expect(await asked(native, {})).toBe(true);
  });
  it("that cannot be recorded is an answer all the same", async () => {
    const { deps, openAnother, errors } = gateway;
    const connection = Object.create(deps.db.connection, {
      findUnique: { value: async () => Promise.reject(new Error("the database is away")) },
    });
    const app = await openAnother({
      deps: { ...deps, db: Object.create(deps.db, { connection: { value: connection } }) },
    });
    const client = await register(app, path);
    const browser = createBrowser(app);
    await signIn(gateway, browser, person);
    const answer = await answerConsent(browser, await start(browser, client));
    expect(answer).toMatchObject({ status: 303, location: "/connect/error?reason=server_error" });
    expect(errors.splice(0)).toHaveLength(1);
  });
});

describe("tokens", () => {
  it("OA-07, OA-13, OA-14: are not burnt by a wrong verifier, client, redirect or resource", async () => {
    const client = await register(gateway.app, path);
    const other = await register(gateway.app, path);
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    const form = redeemForm(client, (await consent(browser, client)).get("code") ?? "");
    const change = (name: string, value: string): [string, string][] =>
      form.map(([key, old]) => [key, key === name ? value : old]);
    for (const [wrong, error] of [
      [change("code_verifier", "x".repeat(43)), "invalid_grant"],
      [change("code_verifier", ""), "invalid_grant"],
      [change("client_id", other.id), "invalid_grant"],
      [change("redirect_uri", `${redirectUri}/`), "invalid_grant"],
      [change("resource", publicUrl + otherPath), "invalid_target"],
      [[...form, ["resource", publicUrl + otherPath]] as [string, string][], "invalid_target"],
      [[...form, ["code", "x"]] as [string, string][], "invalid_request"],
    ] as const)
      expect(await token(gateway.app, wrong), JSON.stringify(wrong)).toMatchObject({ status: 400, error });
    expect((await token(gateway.app, form)).status).toBe(200);
  });
  it("OA-15: are not given for a code that waited for more than a minute", async () => {
    const client = await register(gateway.app, path);
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    const redeemAfter = async (seconds: number) => {
      const form = redeemForm(client, (await consent(browser, client)).get("code") ?? "");
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1_000 });
      try {
        return await token(gateway.app, form);
      } finally {
        vi.useRealTimers();
      }
    };
    expect(await redeemAfter(61)).toMatchObject({ status: 400, error: "invalid_grant" });
    expect((await redeemAfter(50)).status).toBe(200);
  });
  it("OA-11: of a code that is redeemed twice end everywhere", async () => {
    const { client, code, tokens } = await connectClient(gateway, path, person);
    const other = await gateway.openAnother();
    const statuses = async () =>
      Promise.all(
        [gateway.app, other].map(async (app) => (await rpc(app, path, "ping", {}, bearer(tokens.access))).status),
      );
    expect(await statuses()).toEqual([200, 200]);
    expect(await token(gateway.app, redeemForm(client, code))).toMatchObject({ error: "invalid_grant" });
    await expect.poll(statuses, soon).toEqual([401, 401]);
    expect(await token(gateway.app, refreshForm(client, tokens.refresh))).toMatchObject({ error: "invalid_grant" });
    const { id } = (await connectionOf(client)) ?? {};
    expect(await gateway.deps.db.auditEvent.findFirst({ where: { target: id ?? "" } })).toMatchObject({
      action: "connection.end",
      actorType: "system",
    });
  });
  it("OA-16: of a refresh token that comes again once nobody waits for it end, with all that came of it", async () => {
    const { client, tokens } = await connectClient(gateway, path, person);
    const next = await token(gateway.app, refreshForm(client, tokens.refresh));
    expect(next.status).toBe(200);
    // After half a minute the answer is remembered no longer: as if that time had gone by.
    const { state } = gateway.deps;
    const app = await gateway.openAnother({
      deps: {
        ...gateway.deps,
        state: { ...state, get: async (key: string) => (key.startsWith("refresh:") ? null : state.get(key)) },
      },
    });
    expect(await token(app, refreshForm(client, tokens.refresh))).toMatchObject({
      status: 400,
      error: "invalid_grant",
    });
    expect(await token(gateway.app, refreshForm(client, next.refresh))).toMatchObject({ error: "invalid_grant" });
    await expect
      .poll(async () => (await rpc(gateway.app, path, "ping", {}, bearer(next.access))).status, soon)
      .toBe(401);
    const { id } = (await connectionOf(client)) ?? {};
    expect(await gateway.deps.db.auditEvent.findFirst({ where: { target: id ?? "" } })).toMatchObject({
      action: "connection.end",
    });
  });
  it("OA-41: end when their client gives the refresh token back, and not when another does", async () => {
    const { client, tokens } = await connectClient(gateway, path, person);
    const other = await register(gateway.app, path);
    const revoke = (by: Client) =>
      gateway.app.inject({
        method: "POST",
        url: "/oauth/revoke",
        headers: { host, "content-type": "application/x-www-form-urlencoded" },
        payload: new URLSearchParams({ client_id: by.id, token: tokens.refresh }).toString(),
      });
    await revoke(other);
    expect(await statusWith(tokens.access)).toBe(200);
    expect((await revoke(client)).statusCode).toBe(200);
    await expect.poll(() => statusWith(tokens.access), soon).toBe(401);
  });
  it("of one server outlive those of another", async () => {
    const { client, browser, tokens } = await connectClient(gateway, path, person);
    const there = { ...client, resource: publicUrl + otherPath };
    const code = (await consent(browser, there)).get("code") ?? "";
    const others = await token(gateway.app, redeemForm(there, code));
    const first = await gateway.deps.db.connection.findFirstOrThrow({
      where: { clientId: client.id, server: { slug: "notes" } },
    });
    await revokeConnection({ ctx: gateway.ctx, input: { id: first.id } });
    await expect.poll(() => statusWith(tokens.access), soon).toBe(401);
    expect(await statusWith(others.access, otherPath)).toBe(200);
    expect((await token(gateway.app, refreshForm(client, others.refresh))).status).toBe(200);
    expect(await token(gateway.app, refreshForm(client, tokens.refresh))).toMatchObject({ error: "invalid_grant" });
  });
  it("of a revoked connection do not come back with a new one", async () => {
    const { client, tokens } = await connectClient(gateway, path, person);
    // The same client on another browser: another grant of the same connection.
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    const again = async () =>
      token(gateway.app, redeemForm(client, (await consent(browser, client, { prompt: "consent" })).get("code") ?? ""));
    expect((await again()).status).toBe(200);
    await revokeConnection({ ctx: gateway.ctx, input: { id: (await connectionOf(client))?.id ?? "" } });
    const renewed = await again();
    expect(await statusWith(renewed.access)).toBe(200);
    expect(await token(gateway.app, refreshForm(client, tokens.refresh))).toMatchObject({ error: "invalid_grant" });
  });
  it("of a stranger end when a server is public no more", async () => {
    const { path: open, serverId } = await gateway.publish({ slug: "open", visibility: "public" });
    const stranger = await createPerson(gateway, { isStranger: true });
    const { tokens } = await connectClient(gateway, open, stranger);
    expect(await statusWith(tokens.access, open)).toBe(200);
    await updateServer({ ctx: gateway.ctx, input: { id: serverId, visibility: "organization" } });
    await expect.poll(() => statusWith(tokens.access, open), soon).toBe(401);
  });
  it("OA-18: are replayed to who proves to be the client, and to nobody else", async () => {
    const auth = { token_endpoint_auth_method: "client_secret_post" };
    const client = await register(gateway.app, path, auth);
    expect(client.secret).toEqual(expect.any(String));
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    const code = (await consent(browser, client)).get("code") ?? "";
    const secret: [string, string] = ["client_secret", client.secret ?? ""];
    expect(await token(gateway.app, redeemForm(client, code))).toMatchObject({ status: 401 });
    const { refresh } = await token(gateway.app, [...redeemForm(client, code), secret]);
    const form = refreshForm(client, refresh);
    const first = await token(gateway.app, [...form, secret]);
    expect(first.status).toBe(200);
    expect((await token(gateway.app, [...form, secret])).refresh).toBe(first.refresh);
    for (const thief of [form, [...form, ["client_secret", "x"]] as [string, string][]])
      expect(await token(gateway.app, thief)).toMatchObject({ status: 401, error: "invalid_client", refresh: "" });
  });
  it("OA-06: are not guessed: a wrong verifier costs nothing, and a code is not tried for ever", async () => {
    const client = await register(gateway.app, path);
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    const wrong = (code: string) => redeemForm({ ...client, verifier: "w".repeat(43) }, code);
    const code = (await consent(browser, client)).get("code") ?? "";
    for (let i = 0; i < 10; i++)
      expect(await token(gateway.app, wrong(code))).toMatchObject({ status: 400, error: "invalid_grant" });
    expect((await token(gateway.app, redeemForm(client, code))).status).toBe(200);
    const other = (await consent(browser, client)).get("code") ?? "";
    for (let i = 0; i < 11; i++) await token(gateway.app, wrong(other));
    const answer = await token(gateway.app, wrong(other));
    expect(answer).toMatchObject({ status: 429, error: "slow_down" });
    expect(answer.headers["retry-after"]).toBeDefined();
  });
  it("are asked for by one client at most 60,000 times a minute, from one network", async () => {
    const { deps, openAnother } = gateway;
    // Each request counts as thirty thousand.
    const increment = (key: string, ttlMs: number, by?: number) =>
      deps.state.increment(key, ttlMs, key.startsWith("token:") ? 30_000 : by);
    const app = await openAnother({ deps: { ...deps, state: { ...deps.state, increment } } });
    const [client, other] = [await register(gateway.app, path), await register(gateway.app, path)];
    const ask = (by: Client, ip = "198.51.100.1") => token(app, refreshForm(by, "x"), { "x-forwarded-for": ip });
    for (let n = 0; n < 2; n++) expect(await ask(client)).toMatchObject({ status: 400, error: "invalid_grant" });
    const refused = await ask(client);
    expect(refused).toMatchObject({ status: 429, error: "temporarily_unavailable" });
    expect(refused.headers["retry-after"]).toBe("60");
    // Nobody else is shut out by it: not another client, and not the same from elsewhere.
    expect((await ask(other)).status).toBe(400);
    expect((await ask(client, "198.51.100.2")).status).toBe(400);
  });
  it("are given while the store that counts is away", async () => {
    const { client, tokens } = await connectClient(gateway, path, person);
    const { deps, openAnother } = gateway;
    const away = async () => Promise.reject(new Error("away"));
    const state = { ...deps.state, increment: away, get: away, set: away, setIfAbsent: away, delete: away };
    const app = await openAnother({ deps: { ...deps, state } });
    expect((await token(app, refreshForm(client, tokens.refresh))).status).toBe(200);
  });
  it.each(["password", "client_credentials", "implicit", "urn:ietf:params:oauth:grant-type:device_code", ""])(
    "are not given for grant %j to a client that has not registered for it",
    async (grant) => {
      const client = await register(gateway.app, path);
      const answer = await token(gateway.app, [
        ["grant_type", grant],
        ["client_id", client.id],
        ["username", "a"],
        ["password", "b"],
      ]);
      expect(answer.status).toBe(400);
      expect(["unsupported_grant_type", "unauthorized_client", "invalid_request"]).toContain(answer.error);
    },
  );
  it("OA-39: are refused to requests in another form, without a fault of ours", async () => {
    const send = (payload: string, headers: Record<string, string>) =>
      inject(gateway.app, { method: "POST", url: "/oauth/token", payload, headers });
    const form = { "content-type": "application/x-www-form-urlencoded" };
    for (const [payload, headers, statuses] of [
      ['{"grant_type":"refresh_token"}', { "content-type": "application/json" }, [400]],
      [
        "grant_type=refresh_token",
        { "content-type": "application/json, application/x-www-form-urlencoded" },
        [400, 415],
      ],
      ["grant_type=refresh_token", { ...form, authorization: "Basic %%%" }, [400, 401]],
      ["", form, [400]],
      ["x".repeat(1_000_000), form, [413]],
    ] as const) {
      const answer = await send(payload, headers);
      expect(statuses, payload.slice(0, 20)).toContain(answer.status);
    }
    expect(gateway.errors).toEqual([]);
  });
});

describe("registration", () => {
  const post = (payload: object, more: { headers?: Record<string, string>; remoteAddress?: string } = {}) =>
    gateway.app.inject({
      method: "POST",
      url: "/oauth/register",
      payload,
      ...more,
      headers: { host, ...more.headers },
    });

  it("OA-24: gives a public client no secret, and nothing that it did not need", async () => {
    const { registration } = await register(gateway.app, path, {
      client_id: "chosen",
      jwks_uri: "http://169.254.169.254/",
      sector_identifier_uri: "http://169.254.169.254/",
      logo_uri: "http://evil.example/",
      request_uris: ["http://evil.example/"],
      response_modes: ["fragment"],
      scope: "openid admin",
    });
    expect(registration).not.toHaveProperty("client_secret");
    expect(registration).not.toHaveProperty("registration_access_token");
    expect(registration).toMatchObject({ token_endpoint_auth_method: "none", response_types: ["code"] });
    expect(registration.client_id).not.toBe("chosen");
    expect(JSON.stringify(registration)).not.toMatch(/evil|169\.254|fragment/);
  });
  it("OA-25: counts by who asks, as the trusted proxy says, and by nobody else's word", async () => {
    const from = async (ip: string, remoteAddress = "127.0.0.1") =>
      (await post({}, { headers: { "x-forwarded-for": ip }, remoteAddress })).statusCode;
    for (let n = 0; n < 20; n++) expect(await from(`2001:db8:0:1::${n}`)).toBe(400);
    expect(await from("2001:db8:0:1:ffff::1")).toBe(429);
    expect(await from("2001:db8:0:2::1")).toBe(400);
    expect(await from("203.0.113.9")).toBe(400);
    for (let n = 0; n < 20; n++) await from(`198.51.100.${n}`, "203.0.113.77");
    expect(await from("198.51.100.200", "203.0.113.77")).toBe(429);
  });
  it("OA-25: is forgotten after a day, unless somebody connected", async () => {
    const { db } = gateway.deps;
    const { client: used } = await connectClient(gateway, path, person);
    const unused = await register(gateway.app, path);
    const isKnown = async ({ id }: Client) =>
      !(await follow(createBrowser(gateway.app), authorizeUrl({ ...used, id }))).includes("/connect/error");
    expect([await isKnown(used), await isKnown(unused)]).toEqual([true, true]);
    await purgeExpired({ db }, Date.now() + 23 * 3_600_000);
    expect(await isKnown(unused)).toBe(true);
    await purgeExpired({ db }, Date.now() + 25 * 3_600_000);
    expect([await isKnown(used), await isKnown(unused)]).toEqual([true, false]);
  });
  it("too large is told so on a socket that stays open", async () => {
    await gateway.app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = gateway.app.server.address() as AddressInfo;
    for (const url of ["/oauth/register", "/oauth/token"]) {
      const status = await new Promise((resolve, reject) => {
        const headers = { host, "content-type": "application/json", "content-length": 2_000_000 };
        const request = http.request({ hostname: "127.0.0.1", port, path: url, method: "POST", headers });
        request.on("response", (response) => resolve(response.resume().statusCode));
        request.on("error", reject);
        request.end(" ".repeat(2_000_000));
      });
      expect(status, url).toBe(413);
    }
  });
  it("fails with an answer when the store is away", async () => {
    const { deps, openAnother, errors } = gateway;
    const increment = async () => Promise.reject(new Error("away"));
    const app = await openAnother({ deps: { ...deps, state: { ...deps.state, increment } } });
    const answer = await inject(app, {
      method: "POST",
      url: "/oauth/register",
      payload: { redirect_uris: [redirectUri] },
    });
    expect(answer).toMatchObject({ status: 500, body: { error: "server_error" } });
    expect(errors.splice(0)).toHaveLength(1);
  });
});

it("says in its metadata what it does and no more", async () => {
  const { body } = await inject(gateway.app, { url: "/.well-known/oauth-authorization-server" });
  expect(body).toMatchObject({
    issuer: publicUrl,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: [
      "authorization_code",
      "refresh_token",
      "client_credentials",
      "urn:ietf:params:oauth:grant-type:device_code",
    ],
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
  });
  const jwks = await inject(gateway.app, { url: "/oauth/jwks" });
  expect(jwks.text).not.toMatch(/"d":/);
});

it("OA-37, OA-40: answers under /oauth with headers that keep it to itself", async () => {
  const client = await register(gateway.app, path);
  for (const [method, url] of [
    ["GET", authorizeUrl(client)],
    ["GET", authorizeUrl(client, { client_id: "unknown" })],
    ["GET", "/oauth/interaction/none"],
    ["POST", "/oauth/interaction/none"],
    ["POST", "/oauth/token"],
    ["POST", "/oauth/register"],
    ["GET", "/oauth/nothing"],
  ] as const) {
    const answer = await inject(gateway.app, { method, url, headers: { accept: "text/html" } });
    expect(answer.headers, url).toMatchObject({
      "referrer-policy": "no-referrer",
      "cache-control": expect.stringContaining("no-store"),
      "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
    });
  }
  const browser = createBrowser(gateway.app);
  const answer = await browser.request(authorizeUrl(client));
  const cookies = [answer.headers["set-cookie"] ?? []].flat().map(String);
  expect(cookies.length).toBeGreaterThan(0);
  for (const cookie of cookies)
    expect(cookie).toMatch(/; secure; httponly; samesite=lax|; samesite=lax; secure; httponly/i);
});
