import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { refresh } from "../oauth-client.ts";
import { waitFor } from "../portico.ts";
import { callTool, rpc, statusAt } from "./mcp.ts";
import type { Range } from "./range.ts";

/** What the gateways share is taken from them, or written by somebody else. */
export function redisAttacks(range: () => Range): void {
  const alpha = () => range().a.alpha.mcpUrl;
  /** At both gateways. */
  const statuses = async (token: string | undefined) => [
    (await rpc(range(), alpha(), token)).status,
    (await rpc(range(), alpha(), token)).status,
  ];
  const isOpenAgain = async (token: string) => (await statuses(token)).every((status) => status === 200);

  it("TK-18: while Redis is away a good token gets through or an apology, and a bad one never gets through", async () => {
    const { a, redis, portico } = range();
    const { client, tokens } = await range().connect(a.amy, alpha());
    const bad = [
      undefined,
      "e30.e30.e30",
      `ptk_${"0".repeat(26)}`,
      `${a.key}x`,
      `${tokens.access_token.slice(0, -4)}AAAA`,
      (await range().connect(a.alice, a.alpha2.mcpUrl)).tokens.access_token,
    ];
    const gateways = portico.pidsOf("gateway");
    const seen = { good: new Set<number>(), bad: new Set<number>(), registered: new Set<number>() };
    const register = () =>
      range().fetch("/oauth/register", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ redirect_uris: ["http://127.0.0.1:1/callback"], token_endpoint_auth_method: "none" }),
      });
    await redis?.kill();
    for (let gateway = 0; gateway < 2; gateway++) seen.registered.add((await register()).status);
    for (const end = Date.now() + 4_000; Date.now() < end; await sleep(100))
      for (const token of [a.key, tokens.access_token]) {
        for (const status of await statuses(token)) seen.good.add(status);
        for (const wrong of bad) for (const status of await statuses(wrong)) seen.bad.add(status);
      }
    expect([...seen.good].filter((status) => ![200, 503].includes(status))).toEqual([]);
    expect([...seen.bad].filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
    // Nobody registers uncounted.
    expect([...seen.registered]).toEqual([503]);
    await redis?.restart();
    expect(portico.pidsOf("gateway")).toEqual(gateways);
    await waitFor(() => isOpenAgain(tokens.access_token), 20_000);
    for (const wrong of bad) expect(await statuses(wrong)).toEqual([401, 401]);
    expect((await refresh(client, tokens.refresh_token)).status).toBe(200);
  });

  it("TK-12: a connection that is ended while Redis is away is ended at both gateways, once it is back", async () => {
    const { a, redis } = range();
    const { tokens } = await range().connect(a.amy, alpha());
    expect(await statuses(tokens.access_token)).toEqual([200, 200]);
    await redis?.kill();
    const { items } = JSON.parse((await range().as(a.alice, "/api/v1/connections?limit=100")).text) as {
      items: { id: string; person: { id: string } | null }[];
    };
    const own = items.filter(({ person }) => person?.id === a.amy.id);
    expect(own.length).toBeGreaterThan(0);
    for (const { id } of own) await range().as(a.alice, `/api/v1/connections/${id}`, { method: "DELETE" });
    await redis?.restart();
    await waitFor(async () => (await statuses(tokens.access_token)).every((status) => status === 401), 20_000);
  });

  it("TK-18: Redis that was flushed signs nobody out and lets nobody in", async () => {
    const { a, redis } = range();
    const { client, tokens } = await range().connect(a.amy, alpha());
    const other = new Redis(redis?.url ?? "");
    await other.flushall();
    other.disconnect();
    expect(await statuses(tokens.access_token)).toEqual([200, 200]);
    expect((await callTool(range(), alpha(), tokens.access_token, "listThings")).status).toBe(200);
    const renewed = await refresh(client, tokens.refresh_token);
    expect(renewed.status).toBe(200);
    expect(await statusAt(range(), alpha(), `${tokens.access_token.slice(0, -4)}AAAA`)).toBe(401);
  });
}
