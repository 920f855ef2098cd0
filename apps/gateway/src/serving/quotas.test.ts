import { setRequestLimits } from "@portico/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callTool, startTestGateway, type TestGateway } from "../testing.ts";
import { createQuotas } from "./quotas.ts";

const soon = { timeout: 3_000, interval: 50 };

describe("holding calls against a quota", () => {
  const server = (limits: object, id = "srv_1") => ({ id, organizationId: "org_1", limits }) as never;
  const counting = (rows: { serverId: string; calls: number }[] | Error) => {
    let reads = 0;
    const findMany = async () => {
      reads++;
      if (rows instanceof Error) throw rows;
      return rows;
    };
    return { db: { monthlyCalls: { findMany } } as never, reads: () => reads };
  };

  it("looks nothing up where there is none", async () => {
    const { db, reads } = counting([]);
    expect(createQuotas({ db }, () => {}).take(server({ perCaller: 1 }))).toBeUndefined();
    expect(reads()).toBe(0);
  });
  it("counts on from what the database has, for each server and for all", async () => {
    const { db } = counting([{ serverId: "srv_1", calls: 8 }]);
    const quotas = createQuotas({ db }, () => {});
    expect(await quotas.take(server({ monthPerServer: 10 }))).toBeUndefined();
    expect(await quotas.take(server({ monthPerServer: 10 }))).toBeUndefined();
    expect(await quotas.take(server({ monthPerServer: 10 }))).toContain("had the 10 calls of this month");
    expect(await quotas.take(server({ monthPerServer: 10 }, "srv_2"))).toBeUndefined();
    expect(await quotas.take(server({ monthInAll: 11 }, "srv_2"))).toContain("this organization have had the 11 calls");
  });
  it("begins anew with the month, and not before", async () => {
    let at = Date.UTC(2026, 10, 30, 23, 59, 50);
    const { db } = counting([]);
    const quotas = createQuotas(
      { db },
      () => {},
      () => at,
    );
    expect(await quotas.take(server({ monthPerServer: 1 }))).toBeUndefined();
    expect(await quotas.take(server({ monthPerServer: 1 }))).toContain("anew on 2026-12-01 (UTC)");
    at += 20_000;
    expect(await quotas.take(server({ monthPerServer: 1 }))).toBeUndefined();
  });
  it("lets calls through, and says so to operators, while nobody knows what was used", async () => {
    const errors: unknown[] = [];
    const { db } = counting(new Error("away"));
    const quotas = createQuotas({ db }, (error) => errors.push(error));
    expect(await quotas.take(server({ monthPerServer: 1 }))).toBeUndefined();
    expect(errors).toHaveLength(1);
  });
});

describe("a gateway with a quota", () => {
  let gateway: TestGateway;
  let path: string;
  beforeAll(async () => {
    gateway = await startTestGateway();
    ({ path } = await gateway.publish({ slug: "notes" }));
  });
  afterAll(() => gateway?.close());
  const admin = () => ({ ...gateway.ctx, actor: { type: "user" as const, id: "usr_1", role: "admin" as const } });
  const call = async () =>
    (await callTool(gateway.app, path, gateway.apiKey)).body as {
      result: { isError?: boolean; content: { text: string }[] };
    };

  it("sends nothing to the API once the calls of the month are used, says until when, and does not count that", async () => {
    expect((await call()).result.isError).toBeUndefined();
    await expect.poll(() => gateway.deps.db.monthlyCalls.findFirst(), soon).toMatchObject({ calls: 1 });
    await setRequestLimits({ ctx: admin(), input: { monthPerServer: 2 } });
    await expect
      .poll(async () => (await call()).result.content[0]?.text, soon)
      .toContain("had the 2 calls of this month");
    const sent = gateway.upstream.seen.length;
    for (let i = 0; i < 5; i++) expect((await call()).result.isError).toBe(true);
    expect(gateway.upstream.seen.length).toBe(sent);
    await expect
      .poll(() => gateway.usage.filter(({ outcome }) => outcome === "blocked").length, soon)
      .toBeGreaterThan(5);
    await expect.poll(() => gateway.deps.db.monthlyCalls.findFirst(), soon).toMatchObject({ calls: sent });
    await setRequestLimits({ ctx: admin(), input: {} });
    await expect.poll(async () => (await call()).result.isError, soon).toBeUndefined();
  });
});
