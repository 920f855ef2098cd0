import { newId } from "@portico/db";
import { createTestDatabase, type TestDatabase } from "@portico/db/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { hashPassword } from "./password.ts";
import { createPeople, type People, signInLinkCallback } from "./people.ts";

const URL_OF = "https://portico.example.com";
const CLIENT = { clientId: "portico", clientSecret: "canary-social-secret" };

let test: TestDatabase;
let people: People;
/** Mailed sign-in links. */
const links: { email: string; token: string; next: string }[] = [];
/** Whoever has to use their organization's sign-in. */
const bound = new Set<string>();
const wrong = new Map<string, number>();
const signIns: { userId: string; ip: string | undefined }[] = [];
const logged: { level: string; message: string; details: unknown[] }[] = [];
beforeAll(async () => {
  test = await createTestDatabase();
  people = createPeople({
    db: test.db,
    vault: test.vault,
    publicUrl: URL_OF,
    mustUseProvider: async (userId) => bound.has(userId),
    social: { github: CLIENT },
    sendSignInToken: (email, token, next) => links.push({ email, token, next }),
    onSignIn: async (userId, ip) => void signIns.push({ userId, ip }),
    wrongPasswords: {
      isOver: async (email, ip) => (wrong.get(`${email} ${ip}`) ?? 0) >= 3,
      note: async (email, ip) => void wrong.set(`${email} ${ip}`, (wrong.get(`${email} ${ip}`) ?? 0) + 1),
    },
    onLog: (level, message, details) => logged.push({ level, message, details }),
  });
});
afterEach(() => vi.unstubAllGlobals());
afterAll(() => test.drop());

let networks = 0;
const ask = (path: string, body?: object, cookie = "", from = `198.51.100.${++networks}`) =>
  people.handler(
    new Request(`${URL_OF}/api/auth${path}`, {
      method: body ? "POST" : "GET",
      // From a network of its own each time: attempts are counted by it.
      headers: {
        "content-type": "application/json",
        origin: URL_OF,
        cookie,
        "x-forwarded-for": from,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }),
  );
const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");

describe("signing in with an account elsewhere", () => {
  /** GitHub, as far as a sign-in asks it: everybody's id is the length of their address. */
  function standInForGitHub(email: string, verified: boolean) {
    const json = (value: unknown) => Response.json(value);
    vi.stubGlobal("fetch", async (input: string | URL | Request) => {
      const url = new URL(input instanceof Request ? input.url : input);
      if (url.pathname === "/login/oauth/access_token")
        return json({ access_token: "canary-github-token", token_type: "bearer", scope: "read:user" });
      if (url.pathname === "/user") return json({ id: email.length, login: "somebody", name: "Somebody", email });
      if (url.pathname === "/user/emails") return json([{ email, primary: true, verified }]);
      throw new Error(`Nobody is at ${url.href}.`);
    });
  }

  async function signIn(email: string, verified = true, change: (back: URL) => void = () => {}, keepsCookies = true) {
    const begun = await ask("/sign-in/social", {
      ...{ provider: "github", callbackURL: "/connect/abc", errorCallbackURL: "/sign-in", disableRedirect: true },
    });
    const asked = new URL(((await begun.json()) as { url: string }).url);
    standInForGitHub(email, verified);
    const back = new URL(`${URL_OF}/api/auth/callback/github`);
    back.searchParams.set("code", "a-code");
    back.searchParams.set("state", asked.searchParams.get("state") ?? "");
    change(back);
    const answer = await ask(
      back.href.slice(`${URL_OF}/api/auth`.length),
      undefined,
      keepsCookies ? cookiesOf(begun) : "",
    );
    const isSignedIn = answer.headers.getSetCookie().some((line) => /session_token=[^;]/.test(line));
    return { asked, to: answer.headers.get("location") ?? "", isSignedIn };
  }
  async function person(email: string, emailVerified = true): Promise<string> {
    const id = newId("user");
    await test.db.user.create({ data: { id, name: "Somebody", email, emailVerified } });
    return id;
  }

  it("is of somebody who is here already, by an address that both sides have verified; no token is kept", async () => {
    const userId = await person("ada@example.com");
    const { asked, to, isSignedIn } = await signIn("ada@example.com");
    expect(asked.origin).toBe("https://github.com");
    expect(asked.searchParams.get("redirect_uri")).toBe(`${URL_OF}/api/auth/callback/github`);
    expect(asked.href).not.toContain(CLIENT.clientSecret);
    expect([to, isSignedIn]).toEqual(["/connect/abc", true]);
    const rows = await test.db.account.findMany({ where: { userId } });
    expect(rows).toMatchObject([{ providerId: "github", accessToken: null, refreshToken: null, idToken: null }]);
    // The second time, it is what it is linked to that counts.
    expect((await signIn("ada@example.com")).isSignedIn).toBe(true);
    expect(JSON.stringify(await test.db.account.findMany())).not.toContain("canary-");
  });
  it("makes nobody", async () => {
    const { to, isSignedIn } = await signIn("a-stranger-to-everybody@example.com");
    expect([to, isSignedIn]).toEqual(["/sign-in?error=signup_disabled", false]);
    expect(await test.db.user.count({ where: { email: "a-stranger-to-everybody@example.com" } })).toBe(0);
  });
  it("SE-14: is nobody's whose address is verified on one side only", async () => {
    await person("grace-h@example.com");
    expect((await signIn("grace-h@example.com", false)).isSignedIn).toBe(false);
    await person("not-verified-here@example.com", false);
    expect((await signIn("not-verified-here@example.com")).isSignedIn).toBe(false);
    expect(
      await test.db.account.count({
        where: { user: { email: { in: ["grace-h@example.com", "not-verified-here@example.com"] } } },
      }),
    ).toBe(0);
  });
  it("OA-35: counts in the browser that began it, for the state that it was given", async () => {
    await person("linus.torvalds@example.com");
    const wrong = await signIn("linus.torvalds@example.com", true, (back) => back.searchParams.set("state", "made-up"));
    expect(wrong.isSignedIn).toBe(false);
    const elsewhere = await signIn("linus.torvalds@example.com", true, undefined, false);
    expect(elsewhere.isSignedIn).toBe(false);
    // What the library makes of it goes to the operator's log, and not to standard error.
    expect(logged).toContainEqual(expect.objectContaining({ level: "error", message: "Failed to parse state" }));
  });
  it("is no way around the organization's own sign-in", async () => {
    const userId = await person("bound-by-the-organization@example.com");
    bound.add(userId);
    const { to, isSignedIn } = await signIn("bound-by-the-organization@example.com");
    expect([to, isSignedIn]).toEqual([expect.stringMatching(/^\/sign-in\?error=SSO_REQUIRED/), false]);
    expect(await test.db.authSession.count({ where: { userId } })).toBe(0);
  });
});

describe("a mailed sign-in link", () => {
  it.each(["/", "/connect/abc", "/settings/members?sort=name,role&q=a%20b", "/s/a/b?x=(1)!*'~"])(
    "leads on to %s",
    async (next) => {
      const email = `link-${links.length}@example.com`;
      await test.db.user.create({ data: { id: newId("user"), name: "Somebody", email, emailVerified: true } });
      expect((await ask("/sign-in/magic-link", { email, callbackURL: signInLinkCallback(next) })).status).toBe(200);
      expect(links.at(-1)).toMatchObject({ email, next });
      const entered = await ask(`/magic-link/verify?token=${encodeURIComponent(links.at(-1)?.token ?? "")}`);
      expect(cookiesOf(entered)).toContain("session_token=");
    },
  );
});

describe("a session", () => {
  const password = "correct horse battery staple";
  const DAY_MS = 86_400_000;
  let made = 0;
  async function personWithPassword() {
    const [id, email] = [newId("user"), `session-${++made}@example.com`];
    await test.db.user.create({ data: { id, name: "Somebody", email, emailVerified: true } });
    const account = { id: newId("account"), userId: id, accountId: id, providerId: "credential" };
    await test.db.account.create({ data: { ...account, password: await hashPassword(password) } });
    return { id, email };
  }
  const begin = async (email: string, cookie = "") => ask("/sign-in/email", { email, password }, cookie);
  const isOf = async (cookie: string) => {
    const body = (await (await ask("/get-session", undefined, cookie)).json()) as { user: { id: string } } | null;
    return body?.user.id ?? null;
  };

  it("RL-01: is refused for a while where an account has had too many wrong passwords from one network, and nowhere else", async () => {
    const { id, email } = await personWithPassword();
    const other = await personWithPassword();
    const tryAs = async (who: string, typed: string, from: string) =>
      (await ask("/sign-in/email", { email: who, password: typed }, "", from)).status;
    for (let i = 0; i < 3; i++) expect(await tryAs(email.toUpperCase(), `guess number ${i}`, "203.0.113.7")).toBe(401);
    expect(await tryAs(email, password, "203.0.113.7")).toBe(429);
    expect(await tryAs(other.email, password, "203.0.113.7")).toBe(200);
    expect(await tryAs(email, password, "203.0.113.8")).toBe(200);
    expect(signIns.filter(({ userId }) => userId === id)).toEqual([{ userId: id, ip: "203.0.113.8" }]);
  });
  it("SE-14: is in a cookie that scripts, other sites and plain http get nothing of", async () => {
    const { email } = await personWithPassword();
    const lines = (await begin(email)).headers.getSetCookie();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^__Secure-portico\.session_token=/);
    for (const flag of [/; Path=\/(;|$)/, /; HttpOnly(;|$)/i, /; Secure(;|$)/i, /; SameSite=Lax(;|$)/i])
      expect(lines[0]).toMatch(flag);
    expect(lines[0]).not.toMatch(/; Domain=/i);
  });
  it("SE-14: is another one after each sign-in, and the one that the browser had is over", async () => {
    const { id, email } = await personWithPassword();
    const before = cookiesOf(await begin(email));
    const elsewhere = cookiesOf(await begin(email));
    const after = cookiesOf(await begin(email, before));
    expect(after).not.toBe(before);
    expect([await isOf(before), await isOf(elsewhere), await isOf(after)]).toEqual([null, id, id]);
    // One that somebody else put there is not taken over.
    const planted = cookiesOf(await begin(email, "__Secure-portico.session_token=planted.c2lnbmF0dXJl"));
    expect(planted).not.toContain("planted");
  });
  it("SE-14: ends 30 days after its last use, and 90 days after the sign-in whatever its use", async () => {
    const { id, email } = await personWithPassword();
    const cookie = cookiesOf(await begin(email));
    const pass = async (days: number) => {
      const { createdAt, expiresAt } = await test.db.authSession.findFirstOrThrow({ where: { userId: id } });
      const shift = (at: Date) => new Date(at.getTime() - days * DAY_MS);
      await test.db.authSession.updateMany({
        where: { userId: id },
        data: { createdAt: shift(createdAt), expiresAt: shift(expiresAt) },
      });
    };
    for (const days of [29, 29, 29]) {
      await pass(days);
      expect(await isOf(cookie)).toBe(id);
    }
    await pass(4);
    expect(await isOf(cookie)).toBeNull();

    const { id: other, email: others } = await personWithPassword();
    const idle = cookiesOf(await begin(others));
    await test.db.authSession.updateMany({
      where: { userId: other },
      data: { expiresAt: new Date(Date.now() - 1_000) },
    });
    expect(await isOf(idle)).toBeNull();
  });
  it("begins for nobody by a password who has to use their organization's sign-in, right or wrong", async () => {
    const { id, email } = await personWithPassword();
    bound.add(id);
    const hear = async (given: string, by = email) => {
      const answer = await ask("/sign-in/email", { email: by, password: given });
      return [answer.status, await answer.text(), answer.headers.getSetCookie()];
    };
    const right = await hear(password);
    expect(right).toEqual([401, expect.stringContaining("INVALID_EMAIL_OR_PASSWORD"), []]);
    expect(await hear("wrong horse battery staple")).toEqual(right);
    expect(await hear(password, "nobody-at-all@example.com")).toEqual(right);
    expect(await test.db.authSession.count({ where: { userId: id } })).toBe(0);
  });
});
