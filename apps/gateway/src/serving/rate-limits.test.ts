import { setRequestLimits } from "@portico/services";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { bearer, rpc, startTestGateway, type TestGateway } from "../testing.ts";
import { createRateLimits, GUESSES_MAX } from "./rate-limits.ts";

const soon = { timeout: 2_000, interval: 50 };
const who = (caller: string, serverId = "srv_1", organizationId = "org_1") => ({ caller, serverId, organizationId });

describe("counting", () => {
  const alone = { increment: async () => Promise.reject(new Error("away")) } as never;
  const times = (limits: ReturnType<typeof createRateLimits>, n: number, caller: string, given: object) =>
    Array.from({ length: n }, () => limits.take(who(caller), given)).filter((reached) => reached === undefined).length;

  it("lets through as many as the limit, of each caller, and begins anew with the minute", async () => {
    let at = 1_700_000_000_000;
    const limits = createRateLimits({ state: alone }, () => at);
    expect(times(limits, 15, "a", { perCaller: 10 })).toBe(10);
    expect(times(limits, 15, "b", { perCaller: 10 })).toBe(10);
    expect(limits.take(who("a"), { perCaller: 10 })).toMatchObject({ what: "perCaller", limit: 10 });
    at += 60_000;
    expect(times(limits, 15, "a", { perCaller: 10 })).toBe(10);
    await limits.close();
  });
  it("counts what is refused for none of the limits", async () => {
    const limits = createRateLimits({ state: alone });
    expect(times(limits, 50, "a", { perCaller: 2, perServer: 3 })).toBe(2);
    expect(times(limits, 50, "b", { perCaller: 2, perServer: 3 })).toBe(1);
    expect(limits.take(who("c"), { perCaller: 2, perServer: 3 })).toMatchObject({ what: "perServer" });
    expect(limits.take(who("c", "srv_2"), { perCaller: 2, perServer: 3 })).toBeUndefined();
    await limits.close();
  });
  it("goes on alone when the store is away", async () => {
    const limits = createRateLimits({ state: alone });
    expect(times(limits, 5, "a", { perCaller: 10 })).toBe(5);
    await limits.share();
    expect(times(limits, 15, "a", { perCaller: 10 })).toBe(5);
    await limits.close();
  });
  it("costs nothing where nothing is limited", async () => {
    const limits = createRateLimits({ state: alone });
    expect(times(limits, 1_000, "a", {})).toBe(1_000);
    await limits.close();
  });
});

describe("RL-04, RL-05: a gateway", () => {
  let gateway: TestGateway;
  let path: string;
  let open: string;
  beforeAll(async () => {
    gateway = await startTestGateway({ trustedProxies: ["127.0.0.1"] });
    ({ path } = await gateway.publish({ slug: "notes" }));
    ({ path: open } = await gateway.publish({ slug: "open", visibility: "public" }));
  });
  afterAll(() => gateway?.close());
  afterEach(() => setRequestLimits({ ctx: gateway.ctx, input: {} }));
  const ping = (url = path, headers: Record<string, string> = bearer(gateway.apiKey), app = gateway.app) =>
    rpc(app, url, "ping", {}, headers);
  const admin = () => ({ ...gateway.ctx, actor: { type: "user" as const, id: "usr_1", role: "admin" as const } });

  it("answers 429 with the wait and the request's id, once a limit is set, and serves again when it is gone", async () => {
    expect((await ping()).status).toBe(200);
    await setRequestLimits({ ctx: admin(), input: { perCaller: 3 } });
    await expect.poll(async () => (await ping()).status, soon).toBe(429);
    const answer = await ping();
    expect(answer).toMatchObject({
      status: 429,
      body: { jsonrpc: "2.0", id: 7, error: { code: -32_000, message: expect.stringContaining("3 requests") } },
    });
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect((await ping(open, {})).status).toBe(200);
    await setRequestLimits({ ctx: admin(), input: { perCaller: null } });
    await expect.poll(async () => (await ping()).status, soon).toBe(200);
  });
  it("RL-06: tells callers without a sign-in apart by their network, and by nothing that they can make up", async () => {
    await setRequestLimits({ ctx: admin(), input: { perCaller: 5 } });
    const from = (ip: string) => ping(open, { "x-forwarded-for": ip });
    await expect.poll(async () => (await from("2001:db8:0:9::1")).status, soon).toBe(429);
    expect((await from("2001:db8:0:9:ffff::2")).status).toBe(429);
    expect((await from("2001:db8:0:a::1")).status).toBe(200);
    expect((await ping(open, { "x-forwarded-for": "2001:db8:0:9::3", "user-agent": "other" })).status).toBe(429);
    expect((await ping(open, { "x-forwarded-for": "2001:db8:0:9::3", authorization: "" })).status).not.toBe(200);
  });
  it("TK-20, RL-11: what is guessed is throttled by network, and who has a token, or is somewhere else, is not", async () => {
    const from = (ip: string, url: string, headers: Record<string, string> = {}) =>
      ping(url, { "x-forwarded-for": ip, ...headers });
    const seen: number[] = [];
    for (let i = 0; i < GUESSES_MAX + 20; i++) {
      const url = i % 3 === 0 ? path : path.replace("notes", `notes-${i}`);
      const bad: Record<string, string> = i % 3 === 0 ? { authorization: `Bearer ptk_${"x".repeat(30)}${i}` } : {};
      seen.push((await from("198.51.100.7", url, bad)).status);
    }
    expect(new Set(seen.slice(0, GUESSES_MAX))).toEqual(new Set([401, 404]));
    expect(new Set(seen.slice(-19))).toEqual(new Set([429]));
    const late = await from("198.51.100.7", path);
    expect([late.status, Number(late.headers["retry-after"]) > 0]).toEqual([429, true]);
    const metadata = `/.well-known/oauth-protected-resource${path}`;
    const told = await gateway.app.inject({
      url: metadata,
      headers: { host: new URL(gateway.deps.publicUrl).host, "x-forwarded-for": "198.51.100.7" },
    });
    expect(told.statusCode).toBe(429);
    expect((await from("198.51.100.7", path, bearer(gateway.apiKey))).status).toBe(200);
    expect((await from("198.51.100.7", open)).status).toBe(200);
    expect((await from("198.51.100.8", path)).status).toBe(401);
  });
  it("counts for all processes together, which hear of each other within a second", async () => {
    const now = Date.now();
    const [one, two] = [createRateLimits(gateway.deps, () => now), createRateLimits(gateway.deps, () => now)];
    const caller = who("a", `srv_${now}`);
    const take = (limits: typeof one, n: number) =>
      Array.from({ length: n }, () => limits.take(caller, { perServer: 20 })).filter((reached) => !reached).length;
    expect([take(one, 10), take(two, 9)]).toEqual([10, 9]);
    await one.share();
    await two.share();
    expect(take(two, 5)).toBe(1);
    await two.share();
    // What it lets through before it has asked again is the price of not asking each time.
    expect(take(one, 1)).toBe(1);
    await one.share();
    expect(take(one, 5)).toBe(0);
    await Promise.all([one.close(), two.close()]);
  });
  it("is limited by admins only, and by numbers", async () => {
    const builder = { ...gateway.ctx, actor: { type: "user" as const, id: "usr_1", role: "builder" as const } };
    await expect(setRequestLimits({ ctx: builder, input: {} })).rejects.toMatchObject({ code: "forbidden" });
    for (const perCaller of [0, -1, 1.5, 1e9])
      await expect(setRequestLimits({ ctx: admin(), input: { perCaller } })).rejects.toMatchObject({
        code: "invalid_input",
      });
  });
});
