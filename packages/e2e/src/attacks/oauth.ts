import { expect, it } from "vitest";
import {
  authorizeUrl,
  Browser,
  consent,
  type OAuthClient,
  redeem,
  redirectUri,
  refresh,
  register,
  signIn,
  type Tokens,
  tokenRequest,
} from "../oauth-client.ts";
import { statusAt } from "./mcp.ts";
import { everywhere, newNetwork, PASSWORD, type Range } from "./range.ts";

/** How often a race is run. The more, the longer: PORTICO_ATTACK_ROUNDS=1000 takes minutes. */
const ROUNDS = Number(process.env.PORTICO_ATTACK_ROUNDS ?? 30);
const AT_ONCE = 20;
/** A second for each, however loaded the machine is. */
const ROUNDS_MS = Math.max(180_000, ROUNDS * 1_000);

/** security.md §2.1, against both gateways: what depends on which of them answers, and what a browser meets. */
export function oauthAttacks(range: () => Range): void {
  const alpha = () => range().a.alpha.mcpUrl;
  const newClient = () => register(alpha(), { "x-forwarded-for": newNetwork() });
  const codeFor = async (client: OAuthClient, browser = range().a.alice.browser) =>
    (await consent(browser, client)).get("code") ?? "";
  const errorOf = async (answer: Response) => [answer.status, ((await answer.json()) as { error?: string }).error];

  it("OA-01: what it says of itself is the same at every address", async () => {
    const paths = ["oauth-authorization-server", "openid-configuration"].flatMap((name) => [
      `/.well-known/${name}`,
      `/.well-known/${name}/mcp/${range().a.slug}/alpha`,
    ]);
    for (const path of paths)
      for (let gateway = 0; gateway < 2; gateway++) {
        const document = JSON.parse((await range().fetch(path)).text);
        expect(document).toMatchObject({
          issuer: range().url,
          code_challenge_methods_supported: ["S256"],
          response_types_supported: ["code"],
          response_modes_supported: ["query"],
          authorization_response_iss_parameter_supported: true,
        });
        expect(JSON.stringify(document)).not.toMatch(/implicit|password|pushed_authorization|dpop/);
        for (const [name, address] of Object.entries(document).filter(([name]) => name.endsWith("_endpoint")))
          expect([name, String(address).startsWith(`${range().url}/oauth/`)]).toEqual([name, true]);
      }
  });

  it("OA-09: another port of the machine itself is the same app, another name of it is not", async () => {
    const client = await newClient();
    const back = (uri: string) => new Browser().follow(authorizeUrl(client, { redirect_uri: uri }), client.origin);
    const other = await back(redirectUri.replace("39871", "40001"));
    expect("url" in other && new URL(other.url).pathname).toMatch(/^\/(connect|sign-in)/);
    const named = await back(redirectUri.replace("127.0.0.1", "localhost"));
    expect("url" in named && new URL(named.url).pathname).toBe("/connect/error");
  });

  it(
    `OA-12: of ${AT_ONCE} at once, at both gateways, one redeems a code`,
    async () => {
      const client = await newClient();
      for (let round = 0; round < ROUNDS; round++) {
        const code = await codeFor(client);
        const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => redeem(client, code)));
        const statuses = answers.map(({ status }) => status);
        expect(statuses.filter((status) => status === 200)).toHaveLength(1);
        // Beyond ten tries of one code it is not even looked at.
        expect(statuses.filter((status) => status !== 200 && status !== 400 && status !== 429)).toEqual([]);
      }
    },
    ROUNDS_MS,
  );
  it("OA-11: a code that is redeemed again takes what it gave along, everywhere", async () => {
    const client = await newClient();
    const code = await codeFor(client);
    const tokens = (await (await redeem(client, code)).json()) as Tokens;
    expect(await statusAt(range(), alpha(), tokens.access_token)).toBe(200);
    expect(await errorOf(await redeem(client, code))).toEqual([400, "invalid_grant"]);
    await everywhere(async () => (await statusAt(range(), alpha(), tokens.access_token)) === 401);
    expect(await errorOf(await refresh(client, tokens.refresh_token))).toEqual([400, "invalid_grant"]);
  });

  it(
    `OA-17: ${AT_ONCE} refreshes at once, at both gateways, have one successor, and nobody is signed out`,
    async () => {
      const { client, tokens } = await range().connect(range().a.alice, alpha());
      let current = tokens;
      for (let round = 0; round < ROUNDS; round++) {
        const answers = await Promise.all(
          Array.from({ length: AT_ONCE }, () => refresh(client, current.refresh_token)),
        );
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
        const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as Tokens[];
        expect(new Set(bodies.map(({ refresh_token }) => refresh_token)).size).toBe(1);
        current = bodies[0] as Tokens;
      }
      expect(await statusAt(range(), alpha(), current.access_token)).toBe(200);
    },
    ROUNDS_MS,
  );

  it("OA-18, OA-19, OA-20: a wrong client, server or scope costs the owner of a refresh token nothing", async () => {
    const { client, tokens } = await range().connect(range().a.alice, alpha());
    const stranger = await newClient();
    expect(await errorOf(await refresh(stranger, tokens.refresh_token))).toEqual([400, "invalid_grant"]);
    const { alpha2 } = range().a;
    for (const resource of [alpha2.mcpUrl, range().b.beta.mcpUrl, "https://evil.example/", "x"])
      expect(await errorOf(await refresh(client, tokens.refresh_token, { resource }))).toEqual([400, "invalid_target"]);
    const wider = await refresh(client, tokens.refresh_token, { scope: "tools admin everything" });
    expect(await errorOf(wider)).toEqual([400, "invalid_scope"]);
    const again = await refresh(client, tokens.refresh_token);
    expect(again.status).toBe(200);
    const { access_token } = (await again.json()) as Tokens;
    const [, claims = ""] = access_token.split(".");
    expect(JSON.parse(Buffer.from(claims, "base64url").toString()).scope).not.toContain("admin");
  });

  it.each([
    "password",
    "implicit",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "refresh_token code",
    "",
  ])("OA-22: the grant %j gives nothing", async (grant_type) => {
    const client = await newClient();
    const form = { grant_type, username: "ada@example.com", password: PASSWORD, resource: alpha() };
    const [status, error] = await errorOf(await tokenRequest(client, form));
    expect(status).toBe(400);
    expect(error).toMatch(/unsupported_grant_type|invalid_request|unauthorized_client/);
  });
  it("OA-22: a client that registered itself cannot act for itself", async () => {
    const form = { grant_type: "client_credentials", resource: alpha() };
    const [status, error] = await errorOf(await tokenRequest(await newClient(), form));
    expect([status, error]).toEqual([400, expect.stringMatching(/unauthorized_client|invalid_request/)]);
  });

  it("OA-25: registrations from one network are counted by both gateways together", async () => {
    const network = newNetwork();
    const before = await range().db.oidcRecord.count({ where: { model: "Client" } });
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const answer = await range().fetch("/oauth/register", {
          method: "POST",
          headers: { "content-type": "application/json", "x-forwarded-for": network },
          body: JSON.stringify({ redirect_uris: [redirectUri] }),
        });
        return answer.status;
      }),
    );
    expect(statuses.filter((status) => status === 201).length).toBeLessThanOrEqual(20);
    expect(statuses.filter((status) => status !== 201 && status !== 429)).toEqual([]);
    expect(await range().db.oidcRecord.count({ where: { model: "Client" } })).toBeLessThanOrEqual(before + 20);
  });

  it.each(["GET", "PUT", "DELETE"])("OA-26: a registration is not managed: %s", async (method) => {
    const { clientId } = await newClient();
    for (const authorization of ["", "Bearer x"]) {
      const headers = authorization ? { authorization } : {};
      const answer = await range().fetch(`/oauth/register/${clientId}`, { method, headers: headers as HeadersInit });
      expect([401, 404, 405]).toContain(answer.status);
      expect(answer.text).not.toContain("redirect_uris");
    }
  });

  it("OA-29: the page that asks says who asks, where it goes, and escapes what the client calls itself", async () => {
    const name = `<img src=x onerror=alert(1)>"'Claude`;
    const answer = await range().fetch("/oauth/register", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ redirect_uris: ["https://claude.example/cb"], client_name: name }),
    });
    expect([201, 400]).toContain(answer.status);
    const client = { ...(await newClient()) };
    if (answer.status === 201)
      Object.assign(client, { clientId: JSON.parse(answer.text).client_id, redirectUri: "https://claude.example/cb" });
    const { browser } = range().a.amy;
    const step = await browser.follow(authorizeUrl(client), client.origin);
    const page = "response" in step ? await step.response.text() : "";
    expect(page).not.toContain("<img src=x");
    expect(page).toContain(answer.status === 201 ? "claude.example" : "127.0.0.1");
    expect(page).toContain("alpha");
  });

  it("OA-31: nobody says yes for somebody else", async () => {
    const client = await newClient();
    const { alice, amy } = range().a;
    const step = await alice.browser.follow(authorizeUrl(client), client.origin);
    const uid = "url" in step ? (/\/connect\/([^/?]+)$/.exec(step.url)?.[1] ?? "") : "";
    const post = (browser: Browser, origin: string | undefined, at = uid) =>
      browser.request(`${range().url}/oauth/interaction/${at}`, {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          ...(origin === undefined ? {} : { origin }),
        },
        body: "decision=approve",
      });
    const before = await range().db.connection.count();
    for (const origin of [undefined, "null", "https://evil.example", `${range().url}.evil.example`])
      expect((await post(alice.browser, origin)).status).toBe(403);
    for (const browser of [amy.browser, new Browser()])
      expect((await post(browser, range().url)).headers.get("location")).toContain("/connect/error");
    expect((await post(alice.browser, range().url, "another")).headers.get("location")).toContain("/connect/error");
    expect(await range().db.connection.count()).toBe(before);
  });

  it("OA-32: a session that was planted before the sign-in is not the one after it", async () => {
    const { url, a } = range();
    const planted = "planted.planted";
    const answer = await fetch(`${url}/api/auth/sign-in/email`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        origin: url,
        cookie: `portico.session_token=${planted}; __Secure-portico.session_token=${planted}; portico_oauth=${planted}`,
        "x-forwarded-for": newNetwork(),
      },
      body: JSON.stringify({ email: a.amy.email, password: PASSWORD }),
    });
    expect(answer.status).toBe(200);
    const cookies = answer.headers.getSetCookie();
    expect(cookies.some((cookie) => cookie.includes("session_token=") && !cookie.includes(planted))).toBe(true);
    for (const cookie of cookies.filter((one) => one.includes("session_token=")))
      expect(cookie).toMatch(/HttpOnly.*SameSite=Lax|SameSite=Lax.*HttpOnly/i);
    const pageOf = (cookie: string) => range().fetch("/", { headers: { cookie } });
    expect((await pageOf(`portico.session_token=${planted}`)).status).toBe(307);
    // The name is the right one: with its own value it opens the page.
    const own = cookies.find((one) => one.startsWith("portico.session_token="))?.split(";")[0] ?? "";
    expect((await pageOf(own)).status).toBe(200);
  });

  it("OA-33: a request that waits for an answer is not guessed", async () => {
    const headers = { "x-forwarded-for": newNetwork() };
    const answers = new Set<string | null>();
    for (let guess = 0; guess < 100; guess++) {
      const uid = Math.random().toString(36).slice(2, 23);
      const page = await range().as(range().a.alice, `/connect/${uid}`, { headers });
      expect(page.text).not.toContain("E2E client");
      expect(page.status).toBe(307);
      answers.add(page.headers.get("location"));
    }
    expect([...answers]).toEqual([
      expect.stringMatching(/reason=expired$/),
      expect.stringMatching(/reason=temporarily_unavailable$/),
    ]);
  });

  it("OA-36: after a password was sent, the browser is never told to send it on", async () => {
    const { url, a } = range();
    const answer = await fetch(`${url}/api/auth/sign-in/email`, {
      method: "POST",
      redirect: "manual",
      headers: { "content-type": "application/json", origin: url, "x-forwarded-for": newNetwork() },
      body: JSON.stringify({ email: a.amy.email, password: PASSWORD, callbackURL: "/servers/alpha" }),
    });
    expect([200, 302, 303]).toContain(answer.status);
  });

  it.each([
    ["as JSON", { "content-type": "application/json" }, '{"grant_type":"refresh_token"}'],
    ["of two kinds", { "content-type": "application/json, application/x-www-form-urlencoded" }, "grant_type=x"],
    ["of a megabyte", { "content-type": "application/x-www-form-urlencoded" }, `code=${"x".repeat(1024 * 1024)}`],
    [
      "with half a password",
      { "content-type": "application/x-www-form-urlencoded", authorization: "Basic %%%" },
      "a=b",
    ],
    ["of nothing", { "content-type": "application/x-www-form-urlencoded" }, ""],
  ])("OA-39: a token request %s is refused, and breaks nothing", async (_what, headers, body) => {
    const answer = await range().fetch("/oauth/token", { method: "POST", headers: headers as HeadersInit, body });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });
  it("OA-39: a token is not asked for in an address", async () => {
    const answer = await range().fetch("/oauth/token?grant_type=refresh_token&refresh_token=x&client_id=y");
    expect([404, 405, 400]).toContain(answer.status);
  });

  it("OA-40: no answer with a secret is kept", async () => {
    for (const [method, path] of [
      ["POST", "/oauth/token"],
      ["POST", "/oauth/register"],
      ["GET", "/oauth/interaction/x"],
      ["POST", "/oauth/revoke"],
    ] as const)
      expect((await range().fetch(path, { method })).headers.get("cache-control")).toContain("no-store");
  });

  it("OA-41: only who has a token gives it back, and then it is dead everywhere", async () => {
    const { client, tokens } = await range().connect(range().a.alice, alpha());
    const revoke = async (by: OAuthClient, token: string) => {
      const answer = await range().fetch("/oauth/revoke", {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ client_id: by.clientId, token }).toString(),
      });
      return answer.status;
    };
    await revoke(await newClient(), tokens.refresh_token);
    expect(await statusAt(range(), alpha(), tokens.access_token)).toBe(200);
    expect(await revoke(client, tokens.refresh_token)).toBe(200);
    await everywhere(async () => (await statusAt(range(), alpha(), tokens.access_token)) === 401);
  });

  it.each(["https://evil.example", "null", "http://localhost.evil.example"])(
    "OA-42: a page of %s reads no token",
    async (origin) => {
      const { client, tokens } = await range().connect(range().a.alice, alpha());
      const answer = await range().fetch("/oauth/token", {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", origin },
        body: new URLSearchParams({
          client_id: client.clientId,
          grant_type: "refresh_token",
          refresh_token: tokens.refresh_token,
        }).toString(),
      });
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    },
  );

  it.each([
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "https:evil.example",
    "https://evil.example",
    "@evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/..//evil.example",
    "/\n/evil.example",
  ])("OA-44: a sign-in never ends at %j", async (next) => {
    const answer = await range().as(range().a.amy, `/sign-in?next=${encodeURIComponent(next)}`);
    const to = answer.headers.get("location") ?? "/";
    expect(new URL(to, range().url).origin).toBe(range().url);
    expect(answer.text).not.toMatch(/href="(https?:)?\/\/evil|javascript:alert/);
  });

  it("OA-06: a code is not tried for ever, whichever gateway is asked", async () => {
    const client = await newClient();
    const code = await codeFor(client);
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess++)
      statuses.push((await redeem(client, code, { code_verifier: "x".repeat(43) })).status);
    expect(statuses.at(0)).toBe(400);
    expect(statuses.at(-1)).toBe(429);
  });

  it("OA-44: who signs in at a client's request comes back to it", async () => {
    const browser = new Browser({ "x-forwarded-for": newNetwork() });
    const client = await newClient();
    await signIn(browser, range().url, { email: range().a.amy.email, password: PASSWORD });
    expect(await codeFor(client, browser)).not.toBe("");
  });
}
