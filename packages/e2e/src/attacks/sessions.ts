import { endOtherSessions } from "@portico/services";
import { expect, it } from "vitest";
import { Browser } from "../oauth-client.ts";
import { rpc, statusAt } from "./mcp.ts";
import { everywhere, type Heard, newNetwork, PASSWORD, type Range } from "./range.ts";

const HELLO = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "attacker", version: "1" } };

/** security.md §2.4: a session is its owner's, at one server, and possession of its id proves nothing. */
export function sessionAttacks(range: () => Range): void {
  const alpha = () => range().a.alpha.mcpUrl;
  const people: Record<string, Promise<string>> = {};
  /** An access token of somebody for alpha, got once. */
  const tokenOf = (who: "alice" | "amy") =>
    (people[who] ??= range()
      .connect(range().a[who], alpha())
      .then(({ tokens }) => tokens.access_token));

  async function open(token: string, headers: Record<string, string> = {}): Promise<string> {
    const answer = await rpc(range(), alpha(), token, "initialize", HELLO, headers);
    expect(answer.status).toBe(200);
    return answer.headers.get("mcp-session-id") ?? "";
  }
  const ping = (token: string | undefined, sid: string, url = alpha()): Promise<Heard> =>
    rpc(range(), url, token, "ping", {}, { "mcp-session-id": sid });

  /** A stream of a session, and all that came on it. */
  async function listen(token: string | undefined, sid: string, headers: Record<string, string> = {}) {
    const leave = new AbortController();
    const answer = await fetch(alpha(), {
      headers: {
        accept: "text/event-stream",
        "mcp-session-id": sid,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      signal: leave.signal,
    });
    const stream = { status: answer.status, text: "", isOpen: true, leave: () => leave.abort() };
    const read = async () => {
      for await (const chunk of answer.body as ReadableStream<Uint8Array>) stream.text += Buffer.from(chunk).toString();
    };
    read()
      .catch(() => {})
      .finally(() => {
        stream.isOpen = false;
      });
    return stream;
  }

  let told = 0;
  /** Has something said on every stream of alpha: its list of tools is another. */
  async function tellAll(): Promise<void> {
    const { alice, alpha: target } = range().a;
    const post = (path: string, method: string, body: object) =>
      range().as(alice, `/api/v1/servers/${target.id}${path}`, {
        method,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const [first] = JSON.parse((await range().as(alice, `/api/v1/servers/${target.id}/tools`)).text).items;
    const edited = await post(`/tools/${encodeURIComponent(first.operation.key)}`, "PATCH", {
      description: `Lists things, as it was told ${++told} times.`,
    });
    expect(edited.status, edited.text).toBeLessThan(300);
    expect((await post("/publish", "POST", {})).status).toBeLessThan(300);
  }
  const CHANGED = "notifications/tools/list_changed";

  it("SE-01: of a thousand ids none is like another, and all are printable", async () => {
    const token = await tokenOf("alice");
    const ids = await Promise.all(Array.from({ length: 1_000 }, () => open(token)));
    expect(new Set(ids).size).toBe(1_000);
    for (const id of ids) expect(id).toMatch(/^[\x21-\x7e]+$/);
    // 128 bits in base64url are 22 characters: no two ids agree in what is random.
    expect(new Set(ids.map((id) => id.slice(0, 200))).size).toBe(1_000);
  });

  it("SE-02, SE-03: an id is of no use to somebody else, with another client, or at another server", async () => {
    const [alice, amy] = [await tokenOf("alice"), await tokenOf("amy")];
    const sid = await open(alice);
    expect((await ping(amy, sid)).status).toBe(404);
    const { tokens } = await range().connect(range().a.alice, alpha());
    expect((await ping(tokens.access_token, sid)).status).toBe(404);
    const { tokens: elsewhere } = await range().connect(range().a.alice, range().a.alpha2.mcpUrl);
    expect((await ping(elsewhere.access_token, sid, range().a.alpha2.mcpUrl)).status).toBe(404);
    expect((await ping(range().b.key, sid)).status).toBe(401);
    expect((await ping(alice, sid)).status).toBe(200);
  });

  it("SE-04: a stolen id opens no stream, and the owner's goes on", async () => {
    const [alice, amy] = [await tokenOf("alice"), await tokenOf("amy")];
    const sid = await open(alice);
    const own = await listen(alice, sid);
    expect(own.status).toBe(200);
    expect((await listen(undefined, sid)).status).toBe(401);
    expect((await listen(amy, sid)).status).toBe(404);
    await tellAll();
    await expect.poll(() => own.text, { timeout: 2_000 }).toContain(CHANGED);
    own.leave();
  });

  it("SE-05: a second stream of the owner takes nothing from the first", async () => {
    const alice = await tokenOf("alice");
    const sid = await open(alice);
    const [first, second] = [await listen(alice, sid), await listen(alice, sid)];
    expect(first.status).toBe(200);
    expect([200, 409]).toContain(second.status);
    await tellAll();
    await expect.poll(() => first.text, { timeout: 2_000 }).toContain(CHANGED);
    if (second.status === 200) await expect.poll(() => second.text, { timeout: 2_000 }).toContain(CHANGED);
    for (const stream of [first, second]) stream.leave();
  });

  it("SE-06: only its owner ends a session, and then it is over at both gateways", async () => {
    const [alice, amy] = [await tokenOf("alice"), await tokenOf("amy")];
    const sid = await open(alice);
    const end = (token: string) =>
      range().fetch(alpha().replace(range().url, ""), {
        method: "DELETE",
        headers: { authorization: `Bearer ${token}`, "mcp-session-id": sid },
      });
    expect((await end(amy)).status).toBe(404);
    expect((await ping(alice, sid)).status).toBe(200);
    expect((await end(alice)).status).toBeLessThan(300);
    await everywhere(async () => (await ping(alice, sid)).status === 404);
  });

  it("SE-07: a client does not choose its id", async () => {
    const chosen = "chosen-by-the-client";
    expect(await open(await tokenOf("alice"), { "mcp-session-id": chosen })).not.toContain(chosen);
    expect((await ping(await tokenOf("alice"), chosen)).status).toBe(404);
  });

  it.each(["../x", "*", "a:b", "x".repeat(8_000), "__proto__", "%00", "constructor", "a.b.c"])(
    "SE-08: %.20j is no id, and leaves nothing behind",
    async (sid) => {
      const before = await range().db.stateEntry.count();
      expect([400, 404, 431]).toContain((await ping(await tokenOf("alice"), sid)).status);
      expect(await range().db.stateEntry.count()).toBeLessThanOrEqual(before);
    },
  );

  it("SE-09: the number of an event of another session brings none of them", async () => {
    const [alice, amy] = [await tokenOf("alice"), await tokenOf("amy")];
    const [hers, own] = [await open(alice), await open(amy)];
    const stream = await listen(alice, hers);
    await tellAll();
    await expect.poll(() => stream.text, { timeout: 2_000 }).toContain(CHANGED);
    stream.leave();
    // The real number of the event before hers, and of hers, and guesses.
    const ids = [...stream.text.matchAll(/^id: ?(\S+)/gm)].map(([, id]) => id ?? "");
    expect(ids.length).toBeGreaterThan(0);
    for (const id of [...ids, "1", "0", `${hers}/1`, `${hers}:1`, "__proto__"]) {
      const mine = await listen(amy, own, { "last-event-id": id });
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(mine.text).not.toMatch(/"method"|"result"|"id":/);
      mine.leave();
    }
  });

  it("SE-10, TK-12: when a connection is ended, its tokens, sessions and streams are, at both gateways within a second", async () => {
    const { client, tokens } = await range().connect(range().a.adam, alpha());
    const sid = await open(tokens.access_token);
    const streams = [await listen(tokens.access_token, sid), await listen(tokens.access_token, sid)];
    const connection = await range().db.connection.findFirstOrThrow({ where: { clientId: client.clientId } });
    const ended = await range().as(range().a.alice, `/api/v1/connections/${connection.id}`, { method: "DELETE" });
    expect(ended.status).toBeLessThan(300);
    await everywhere(async () => (await ping(tokens.access_token, sid)).status === 401);
    await expect.poll(() => streams.map(({ isOpen }) => isOpen), { timeout: 1_000 }).toEqual([false, false]);
  });

  it("TK-12: when a server is paused, nobody is served, and streams end", async () => {
    const { alpha2, alice } = range().a;
    const { tokens } = await range().connect(alice, alpha2.mcpUrl);
    const set = (status: string) =>
      range().as(alice, `/api/v1/servers/${alpha2.id}`, {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ status }),
      });
    expect(await statusAt(range(), alpha2.mcpUrl, tokens.access_token)).toBe(200);
    expect((await set("paused")).status).toBe(200);
    await everywhere(async () => (await statusAt(range(), alpha2.mcpUrl, tokens.access_token)) === 404);
    expect((await set("live")).status).toBe(200);
    await everywhere(async () => (await statusAt(range(), alpha2.mcpUrl, tokens.access_token)) === 200);
  });

  it("TK-12: who is taken out of the organization is out at once, and what they had open ends", async () => {
    const { a, db } = range();
    const { tokens } = await range().connect(a.adam, alpha());
    const sid = await open(tokens.access_token);
    const stream = await listen(tokens.access_token, sid);
    const member = await db.member.findFirstOrThrow({ where: { userId: a.adam.id } });
    const removed = await range().as(a.alice, `/api/v1/members/${member.id}`, { method: "DELETE" });
    expect(removed.status).toBeLessThan(300);
    await everywhere(async () => (await statusAt(range(), alpha(), tokens.access_token)) === 401);
    await expect.poll(() => stream.isOpen, { timeout: 1_000 }).toBe(false);
    expect((await range().as(a.adam, "/api/v1/servers")).status).toBe(403);
  });

  it("TK-12: a key that is taken back opens nothing at once", async () => {
    const { a } = range();
    const make = await range().as(a.alice, "/api/v1/api-keys", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "short" }),
    });
    const { id, key } = JSON.parse(make.text) as { id: string; key: string };
    range().secrets.push(key);
    expect(await statusAt(range(), alpha(), key)).toBe(200);
    await range().as(a.alice, `/api/v1/api-keys/${id}`, { method: "DELETE" });
    await everywhere(async () => (await statusAt(range(), alpha(), key)) === 401);
  });

  it("SE-11: one person cannot take all streams of a server", async () => {
    const amy = await tokenOf("amy");
    const sid = await open(amy);
    const streams = await Promise.all(Array.from({ length: 140 }, () => listen(amy, sid)));
    const opened = streams.filter(({ status }) => status === 200).length;
    expect(streams.filter(({ status }) => status !== 200 && status !== 429)).toEqual([]);
    // 50 at each of the two gateways.
    expect(opened).toBeLessThanOrEqual(100);
    const alice = await tokenOf("alice");
    const other = await listen(alice, await open(alice));
    expect(other.status).toBe(200);
    for (const stream of [...streams, other]) stream.leave();
    await expect.poll(async () => (await listen(amy, sid)).status, { timeout: 5_000 }).toBe(200);
  });

  /** The sign-in of a browser of its own, as somebody whom no other attack needs. */
  async function signInAnew(browser = new Browser({ "x-forwarded-for": newNetwork() })) {
    const { url, mallory } = range();
    const answer = await browser.request(`${url}/api/auth/sign-in/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: url },
      body: JSON.stringify({ email: mallory.email, password: PASSWORD }),
    });
    expect(answer.status).toBe(200);
    const line = answer.headers.getSetCookie().find((one) => one.includes("session_token=")) ?? "";
    return { browser, line, cookie: line.split(";")[0] ?? "" };
  }
  /** What a tab with this cookie is answered: by the REST API, by a page, and as the person whom it is. */
  async function tab(cookie: string): Promise<{ api: number; page: number; isKnown: boolean }> {
    const headers = { cookie, origin: range().url };
    const [api, page, session] = [
      await range().fetch("/api/v1/servers", { headers }),
      await range().fetch("/connections", { headers }),
      await range().fetch("/api/auth/get-session", { headers }),
    ];
    return { api: api.status, page: page.status, isKnown: session.text.includes(range().mallory.email) };
  }
  const IN = { api: 200, page: 200, isKnown: true };
  const OUT = { api: 401, page: 307, isKnown: false };

  it("SE-14: the dashboard's session is in a cookie for us alone, and another one after each sign-in", async () => {
    const { browser, line, cookie } = await signInAnew();
    for (const flag of [/; Path=\/(;|$)/i, /; HttpOnly(;|$)/i, /; SameSite=Lax(;|$)/i]) expect(line).toMatch(flag);
    expect(line).not.toMatch(/; Domain=/i);
    // This range is at plain http; with https it is "__Secure-" and Secure (packages/auth/src/people.test.ts).
    expect(line).toMatch(/^portico\.session_token=/);
    expect(await tab(cookie)).toEqual(IN);
    const { cookie: next } = await signInAnew(browser);
    expect(next).not.toBe(cookie);
    expect([await tab(next), await tab(cookie)]).toEqual([IN, OUT]);
  });

  it("SE-14: after signing out it is over in every tab, and after signing out everywhere in every browser", async () => {
    const [first, second] = [await signInAnew(), await signInAnew()];
    const leave = await range().fetch("/api/auth/sign-out", {
      method: "POST",
      headers: { "content-type": "application/json", origin: range().url, cookie: first.cookie },
      body: "{}",
    });
    expect(leave.status).toBe(200);
    expect([await tab(first.cookie), await tab(second.cookie)]).toEqual([OUT, IN]);

    const third = await signInAnew();
    const token = decodeURIComponent(third.cookie.split("=")[1] ?? "").split(".")[0] ?? "";
    const { id: sessionId, userId } = await range().db.authSession.findUniqueOrThrow({ where: { token } });
    await endOtherSessions({ ...range().deps, userId, sessionId });
    expect([await tab(second.cookie), await tab(third.cookie)]).toEqual([OUT, IN]);
  });

  it("SE-14: it ends when it is not used, and when it is old however much it is used", async () => {
    const [idle, old] = [await signInAnew(), await signInAnew()];
    const age = (cookie: string, data: { expiresAt?: Date; createdAt?: Date }) =>
      range().db.authSession.update({
        where: { token: decodeURIComponent(cookie.split("=")[1] ?? "").split(".")[0] ?? "" },
        data,
      });
    const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
    await age(idle.cookie, { expiresAt: ago(0.001) });
    expect(await tab(idle.cookie)).toEqual(OUT);
    await age(old.cookie, { createdAt: ago(89) });
    expect(await tab(old.cookie)).toEqual(IN);
    await age(old.cookie, { createdAt: ago(91) });
    expect(await tab(old.cookie)).toEqual(OUT);
  });

  it("SE-15: nobody cancels somebody else's call", async () => {
    const [alice, amy] = [await tokenOf("alice"), await tokenOf("amy")];
    const { upstream } = range();
    upstream.answer = () => ({ status: 200, body: { ok: true }, delayMs: 600 });
    const call = rpc(range(), alpha(), alice, "tools/call", { name: "listThings", arguments: { tag: "slow" } });
    await new Promise((resolve) => setTimeout(resolve, 150));
    const headers = { "mcp-session-id": await open(amy) };
    await rpc(range(), alpha(), amy, "notifications/cancelled", { requestId: 7 }, headers);
    const answer = await call;
    upstream.answer = () => ({ status: 200, body: { ok: true } });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('"ok":true');
  });

  it.each(["tasks/get", "tasks/update", "tasks/cancel", "tasks/list"])("SE-16: %s tells nothing", async (method) => {
    const answer = await rpc(range(), alpha(), await tokenOf("amy"), method, { taskId: "1" });
    expect(answer.text).toContain("-32601");
  });
}
