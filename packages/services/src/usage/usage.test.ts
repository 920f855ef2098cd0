import { afterAll, beforeAll, expect, it } from "vitest";
import * as services from "../index.ts";
import { callEvent, compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

let test: TestServices;
let serverId: string;
beforeAll(async () => {
  test = await createTestServices();
  const { jobId } = await services.publishSource({ ctx: test.ctx, input: { source: { content: petsDocument } } });
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug: () => {} });
  serverId = ((await services.getJob({ ctx: test.ctx, input: { id: jobId } })).result as { server: { id: string } })
    .server.id;
});
afterAll(() => test.close());

const event = (more: Partial<services.UsageEvent> = {}) =>
  callEvent(test.ctx.organizationId, serverId, {
    ...{ principal: "user", subject: test.ctx.actor.type === "user" ? test.ctx.actor.id : null },
    ...more,
  });

it("writes a batch once, though it is delivered twice", async () => {
  const events = [
    event(),
    event({ outcome: "upstream_error", status: 500, durationMs: 100 }),
    event({ kind: "initialize" }),
  ];
  await services.recordUsage(test.deps, events);
  await services.recordUsage(test.deps, events);
  const { items } = await services.listCalls({ ctx: test.ctx, input: { serverId } });
  expect(items).toHaveLength(2);
  expect(items[0]).toMatchObject({
    tool: "listPets",
    outcome: "upstream_error",
    who: expect.stringContaining("@example.com"),
  });
  const summary = await services.summarizeUsage({ ctx: test.ctx, input: { serverId } });
  expect(summary.now).toMatchObject({ calls: 2, errors: 1, people: 1 });
  expect(summary.topTools).toEqual([{ tool: "listPets", calls: 2, errors: 1, declined: 0 }]);
  expect(summary.callsByHour.at(-1)).toBe(2);
  const [card] = (await services.listServers({ ctx: test.ctx, input: {} })).items;
  expect(card?.callsByHour.at(-1)).toBe(2);
});

it("counts what a person declined apart from what failed", async () => {
  const summarize = () => services.summarizeUsage({ ctx: test.ctx, input: { serverId } });
  const before = await summarize();
  await services.recordUsage(test.deps, [event({ tool: "removePet", outcome: "declined" })]);
  const { now, topTools } = await summarize();
  expect(now).toEqual({ ...before.now, calls: before.now.calls + 1, declined: 1 });
  expect(topTools).toContainEqual({ tool: "removePet", calls: 1, errors: 0, declined: 1 });
});

it("keeps how an answer differed from its document", async () => {
  const diagnostic = "The document promises an object, the answer was a list.";
  await services.recordUsage(test.deps, [event({ tool: "oddPets", diagnostic }), event({ tool: "evenPets" })]);
  const { items } = await services.listCalls({ ctx: test.ctx, input: { serverId, limit: 2 } });
  expect(items.map((item) => item.diagnostic).sort()).toEqual([diagnostic, null]);
});

it("pages from newest to oldest", async () => {
  await services.recordUsage(
    test.deps,
    Array.from({ length: 7 }, () => event()),
  );
  const first = await services.listCalls({ ctx: test.ctx, input: { serverId, limit: 5 } });
  const rest = await services.listCalls({
    ctx: test.ctx,
    input: { serverId, limit: 5, cursor: first.nextCursor ?? "" },
  });
  expect(first.items).toHaveLength(5);
  expect(new Set([...first.items, ...rest.items].map(({ id }) => id)).size).toBe(
    first.items.length + rest.items.length,
  );
});

it("makes the partitions of the coming months, again and again", async () => {
  await services.ensurePartitions(test.deps);
  await services.ensurePartitions(test.deps);
  await services.purgeExpired(test.deps);
});
