import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import * as services from "../index.ts";
import { callEvent, compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const STEPS = [
  { id: "all", operation: "GET /pets", outcome: "ok", status: 200, durationMs: 3, retries: 0, calls: 1, failed: 0 },
  {
    id: "each",
    operation: "GET /pets/{id}",
    outcome: "ok",
    durationMs: 4,
    retries: 1,
    calls: 2,
    failed: 0,
    isEach: true,
  },
];

let test: TestServices;
let ctx: Ctx;
let serverId: string;
let person: string;
let key: string;
beforeAll(async () => {
  test = await createTestServices();
  ({ ctx } = test);
  person = ctx.actor.type === "user" ? ctx.actor.id : "";
  key = (await services.createApiKey({ ctx, input: { name: "CI" } })).id;
  serverId = await publish("pets");
  await test.deps.db.$executeRaw`SELECT ensure_usage_partition((now() - make_interval(days => 100))::date)`;
  await services.recordUsage(test.deps, [
    event(1, { principal: "user", subject: person, clientName: "claude", clientVersion: "1.2" }),
    event(2, { outcome: "upstream_error", status: 401, principal: "apiKey", subject: key, clientName: "cursor" }),
    event(3, { outcome: "upstream_error", status: 401, principal: "user", subject: person, clientName: "claude" }),
    event(4, { outcome: "upstream_error", status: 500, tool: "addPet", operation: "POST /pets" }),
    event(5, { outcome: "timeout", tool: "addPet", operation: "POST /pets", clientName: "cursor" }),
    event(6, { outcome: "declined", tool: "removePet", operation: "DELETE /pets/{id}" }),
    event(7, { outcome: "invalid_arguments", principal: "anonymous", subject: null }),
    event(3 * 60, { tool: "addPet", operation: "POST /pets" }),
    event(30 * 60, { clientName: "claude" }),
    event(20 * 24 * 60, { outcome: "network_error" }),
    event(100 * 24 * 60, { steps: STEPS }),
    event(8, { kind: "initialize", tool: null, operation: null }),
  ]);
});
afterAll(() => test.close());

async function publish(slug: string): Promise<string> {
  const { jobId } = await services.publishSource({ ctx, input: { source: { content: petsDocument }, slug } });
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug: () => {} });
  return ((await services.getJob({ ctx, input: { id: jobId } })).result as { server: { id: string } }).server.id;
}

function event(minutesAgo: number, more: object = {}) {
  const occurredAt = new Date(Date.now() - minutesAgo * MINUTE_MS).toISOString();
  return callEvent(ctx.organizationId, serverId, { occurredAt, subject: "key_gone", ...more });
}

type Filter = Omit<services.CallFilter, "serverId">;
const list = async (filter: Filter) => (await services.listCalls({ ctx, input: { serverId, ...filter } })).items;

describe("the calls of a server", () => {
  it("have what each step of a tool of several calls came to, and only those", async () => {
    const calls = await list({});
    expect(calls.map(({ steps }) => steps !== null)).toEqual([...Array(10).fill(false), true]);
    const { id } = calls.at(-1) ?? { id: "" };
    expect((await services.getCall({ ctx, input: { serverId, id } })).steps).toEqual(STEPS);
    const more = event(1, { steps: [{ ...STEPS[0], answer: "of the API" }] });
    expect(JSON.stringify(services.usageEventSchema.parse(more))).not.toContain("of the API");
  });

  it.each<[Filter, number]>([
    [{}, 11],
    [{ range: "1h" }, 7],
    [{ range: "24h" }, 8],
    [{ range: "7d" }, 9],
    [{ range: "30d" }, 10],
    [{ tool: "addPet" }, 3],
    [{ tool: "addPet", range: "1h" }, 2],
    [{ tool: "noSuchTool" }, 0],
    [{ outcome: "ok" }, 4],
    [{ outcome: "declined" }, 1],
    [{ outcome: "failed" }, 6],
    [{ outcome: "failed", range: "1h" }, 5],
    [{ outcome: "upstream_error" }, 3],
    [{ outcome: "upstream_error", status: 401 }, 2],
    [{ outcome: "failed", status: 500 }, 1],
    [{ client: "claude" }, 3],
    [{ client: "claude", outcome: "failed" }, 1],
    [{ who: "anonymous" }, 1],
  ])("are filtered by %j", async (filter, count) => {
    const calls = await list(filter);
    expect(calls).toHaveLength(count);
    for (const call of calls) {
      if (filter.tool) expect(call.tool).toBe(filter.tool);
      if (filter.client) expect(call.clientName).toBe(filter.client);
      if (filter.status) expect(call.status).toBe(filter.status);
    }
    // What is counted is what is listed.
    const range = filter.range ?? "30d";
    const summary = await services.summarizeCalls({ ctx, input: { serverId, ...filter, range } });
    const listed = await list({ ...filter, range });
    expect(summary.calls).toBe(listed.length);
    expect(summary.errors).toBe(listed.filter(({ outcome }) => outcome !== "ok" && outcome !== "declined").length);
  });

  it("are filtered by who called, and name them", async () => {
    expect(await list({ who: person })).toMatchObject([
      { outcome: "ok", who: expect.stringContaining("@example.com"), clientVersion: "1.2" },
      { outcome: "upstream_error", status: 401 },
    ]);
    expect(await list({ who: key })).toMatchObject([{ principal: "apiKey", subject: key, who: "CI" }]);
    expect(await list({ who: "key_gone", tool: "removePet" })).toMatchObject([{ subject: "key_gone", who: null }]);
  });

  it.each([
    [{ outcome: "great" }, /outcome: use ok, failed, /],
    [{ range: "2y" }, /range: use 1h, 24h, 7d, 30d/],
    [{ status: 99 }, /status/],
    [{ status: "teapot" }, /status: use a number such as 401/],
    [{ cursor: "evt_1" }, /cursor: use the nextCursor of the page before/],
  ])("refuse %j with the way out", async (filter, message) => {
    const input = { serverId, ...filter } as Parameters<typeof services.listCalls>[0]["input"];
    await expect(services.listCalls({ ctx, input })).rejects.toMatchObject({ code: "invalid_input", message });
  });

  it("are paged newest first, each once, while others arrive, and though many share a millisecond", async () => {
    const other = await publish("paged");
    const at = new Date(Date.now() - MINUTE_MS);
    const made = Array.from({ length: 25 }, (_, nth) =>
      callEvent(ctx.organizationId, other, { occurredAt: new Date(at.getTime() - Math.floor(nth / 10)).toISOString() }),
    );
    await services.recordUsage(test.deps, made);
    const seen: services.CallView[] = [];
    let cursor: string | undefined;
    do {
      const page = await services.listCalls({ ctx, input: { serverId: other, limit: 7, cursor } });
      seen.push(...page.items);
      cursor = page.nextCursor ?? undefined;
      await services.recordUsage(test.deps, [callEvent(ctx.organizationId, other)]);
    } while (cursor);
    expect(seen).toHaveLength(25);
    expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(made.map(({ id }) => id)));
    const times = seen.map(({ occurredAt }) => occurredAt.getTime());
    expect(times).toEqual(times.toSorted((one, another) => another - one));
  });

  it("are read one by one", async () => {
    const [call] = await list({ outcome: "timeout" });
    expect(await services.getCall({ ctx, input: { serverId, id: call?.id ?? "" } })).toEqual(call);
    const [other] = await services
      .listCalls({ ctx, input: { serverId: "paged", limit: 1 } })
      .then(({ items }) => items);
    for (const id of [other?.id ?? "", "evt_none"])
      await expect(services.getCall({ ctx, input: { serverId, id } })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("the summary of calls", () => {
  it.each([
    ["1h", 30, 2 * MINUTE_MS],
    ["24h", 24, HOUR_MS],
    ["7d", 42, 4 * HOUR_MS],
    ["30d", 30, 24 * HOUR_MS],
  ] as const)("has every step of %s, up to now", async (range, count, stepMs) => {
    const summary = await services.summarizeCalls({ ctx, input: { serverId, range } });
    expect(summary.steps).toHaveLength(count);
    expect(summary.steps[0]?.at).toEqual(summary.from);
    const last = summary.steps.at(-1)?.at.getTime() ?? 0;
    expect(last).toBeLessThanOrEqual(Date.now());
    expect(last + stepMs).toBeGreaterThan(Date.now() - MINUTE_MS);
    expect(summary.steps.reduce((sum, { calls }) => sum + calls, 0)).toBe(summary.calls);
  });

  it("puts a call into the step of its time", async () => {
    const { steps } = await services.summarizeCalls({
      ctx,
      input: { serverId, range: "30d", outcome: "network_error" },
    });
    const [call] = await list({ outcome: "network_error" });
    const hit = steps.filter(({ calls }) => calls > 0);
    expect(hit).toMatchObject([{ calls: 1, errors: 1 }]);
    const into = (call?.occurredAt.getTime() ?? 0) - (hit[0]?.at.getTime() ?? 0);
    expect(into).toBeGreaterThanOrEqual(0);
    expect(into).toBeLessThan(24 * HOUR_MS);
  });

  it("says why calls failed, most frequent first, whichever outcome is looked at", async () => {
    const want = [
      { outcome: "upstream_error", status: 401, calls: 2 },
      { outcome: "invalid_arguments", status: null, calls: 1 },
      { outcome: "timeout", status: null, calls: 1 },
      { outcome: "upstream_error", status: 500, calls: 1 },
    ];
    for (const filter of [{}, { outcome: "timeout" as const }, { outcome: "upstream_error" as const, status: 500 }]) {
      const { reasons } = await services.summarizeCalls({ ctx, input: { serverId, ...filter } });
      expect(reasons).toEqual(want);
    }
    const { reasons } = await services.summarizeCalls({ ctx, input: { serverId, client: "claude" } });
    expect(reasons).toEqual([{ outcome: "upstream_error", status: 401, calls: 1 }]);
  });

  it("offers what there is to filter by", async () => {
    const choices = await services.listCallFilters({ ctx, input: { serverId, range: "1h" } });
    expect(choices.tools).toEqual(["addPet", "listPets", "removePet"]);
    expect(choices.clients).toEqual(["claude", "cursor"]);
    expect(choices.who).toEqual(
      expect.arrayContaining([
        { id: person, name: expect.stringContaining("@example.com"), principal: "user" },
        { id: key, name: "CI", principal: "apiKey" },
        { id: "key_gone", name: null, principal: "apiKey" },
        { id: "anonymous", name: null, principal: "anonymous" },
      ]),
    );
    expect(choices.who).toHaveLength(4);
  });
});

describe("calls for a file", () => {
  const read = async (on: Ctx, input: services.CallFilter) => {
    const batches: services.CallView[][] = [];
    for await (const batch of services.exportCalls({ ctx: on, input })) batches.push(batch);
    return batches;
  };

  it("are those of the filter, in batches, newest first", async () => {
    const other = await publish("exported");
    const made = Array.from({ length: 5_300 }, (_, nth) =>
      callEvent(ctx.organizationId, other, { tool: nth % 2 ? "addPet" : "listPets" }),
    );
    await services.recordUsage(test.deps, made);
    const batches = await read(ctx, { serverId: other });
    expect(batches.map(({ length }) => length)).toEqual([5_000, 300]);
    expect(new Set(batches.flat().map(({ id }) => id)).size).toBe(5_300);
    const times = batches.flat().map(({ occurredAt }) => occurredAt.getTime());
    expect(times).toEqual(times.toSorted((one, another) => another - one));
    expect((await read(ctx, { serverId: other, tool: "addPet" })).flat()).toHaveLength(2_650);
  });

  it("are none where none fit", async () => {
    expect(await read(ctx, { serverId, tool: "noSuchTool" })).toEqual([]);
  });

  it("end at a limit", async () => {
    const batches = services.exportCalls({ ctx, input: { serverId: "exported" }, max: 5_100 });
    const counts: number[] = [];
    for await (const batch of batches) counts.push(batch.length);
    expect(counts).toEqual([5_000, 100]);
  });
});

describe("calls of another organization, or of who may not read usage,", () => {
  const verbs: [string, (on: Ctx) => Promise<unknown>][] = [
    ["listCalls", (on) => services.listCalls({ ctx: on, input: { serverId } })],
    ["getCall", (on) => services.getCall({ ctx: on, input: { serverId, id: "evt_any" } })],
    ["summarizeCalls", (on) => services.summarizeCalls({ ctx: on, input: { serverId } })],
    ["listCallFilters", (on) => services.listCallFilters({ ctx: on, input: { serverId } })],
    ["exportCalls", (on) => services.exportCalls({ ctx: on, input: { serverId } }).next()],
  ];
  it.each(verbs)("are not told by %s", async (_name, ask) => {
    await expect(ask(test.stranger)).rejects.toMatchObject({ code: "not_found" });
    await expect(ask(test.as(ctx, "member"))).rejects.toMatchObject({ code: "forbidden" });
  });
});
