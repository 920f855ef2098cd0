import { afterAll, beforeAll, expect, it } from "vitest";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

const onBug = () => {};
let test: TestServices;
beforeAll(async () => {
  test = await createTestServices();
});
afterAll(() => test.close());

const start = async () =>
  (
    await services.publishSource({
      ctx: test.ctx,
      input: { source: { content: petsDocument }, slug: `j-${Math.random().toString(36).slice(2, 8)}` },
    })
  ).jobId;
const state = async (id: string) => (await services.getJob({ ctx: test.ctx, input: { id } })).state;
const expireLease = (id: string) =>
  test.deps.db.job.update({ where: { id }, data: { leaseUntil: new Date(Date.now() - 1) } });

it("runs a job once, however many workers take it at once", async () => {
  const jobId = await start();
  let compiled = 0;
  const compileSource: services.CompileSource = (source, onProgress) => {
    compiled++;
    return compileInProcess(source, onProgress);
  };
  await Promise.all(Array.from({ length: 5 }, () => services.runJob(test.deps, { jobId, compileSource, onBug })));
  expect(compiled).toBe(1);
  expect(await state(jobId)).toBe("done");
});

it("says in the audit log whose publish it was: a key's, or a person's, from where", async () => {
  const { id: keyId } = await services.createApiKey({ ctx: test.ctx, input: { name: "CI" } });
  const key = { type: "apiKey" as const, id: keyId, scopes: ["write" as const] };
  const { actor } = test.ctx;
  for (const who of [key, actor]) {
    const ctx = { ...test.ctx, actor: who, ip: "198.51.100.7" };
    const slug = `whose-${who.type.toLowerCase()}`;
    const { jobId } = await services.publishSource({ ctx, input: { source: { content: petsDocument }, slug } });
    await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
    const { result } = await services.getJob({ ctx: test.ctx, input: { id: jobId } });
    const target = (result as { server: { id: string } }).server.id;
    const [event] = await test.deps.db.auditEvent.findMany({ where: { target, action: "server.publish" } });
    expect(event).toMatchObject({
      actorType: who.type,
      actorId: who.type === "system" ? null : who.id,
      ip: "198.51.100.7",
    });
  }
  const { items } = await services.listAuditEvents({ ctx: test.ctx, input: { actor: keyId } });
  expect(items).toMatchObject([{ action: "server.publish", actor: { type: "apiKey", name: "CI" } }]);
});

it("finishes what a lost worker began, and lets the lost one write nothing afterwards", async () => {
  const jobId = await start();
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  // The first worker hangs; its lease runs out; the second one finishes; then the first wakes up.
  const slow: services.CompileSource = async (source, onProgress) => {
    await held;
    return compileInProcess(source, onProgress);
  };
  const lost = services.runJob(test.deps, { jobId, compileSource: slow, onBug });
  await expect.poll(() => state(jobId)).toBe("running");
  await expireLease(jobId);
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  expect(await state(jobId)).toBe("done");
  release();
  await lost;
  const { result } = await services.getJob({ ctx: test.ctx, input: { id: jobId } });
  const serverId = (result as { server: { id: string } }).server.id;
  expect(await services.listVersions({ ctx: test.ctx, input: { serverId } })).toHaveLength(1);
  expect(await test.deps.db.documentRevision.count({ where: { document: { servers: { some: { serverId } } } } })).toBe(
    1,
  );
});

it("writes nothing when it is cancelled while it runs", async () => {
  const jobId = await start();
  const before = await test.deps.db.server.count();
  const compileSource: services.CompileSource = async (source, onProgress) => {
    await services.cancelJob({ ctx: test.ctx, input: { id: jobId } });
    return compileInProcess(source, onProgress);
  };
  await services.runJob(test.deps, { jobId, compileSource, onBug });
  expect(await state(jobId)).toBe("cancelled");
  expect(await test.deps.db.server.count()).toBe(before);
});

it("tries an unexpected failure again, and tells nobody its details in the end", async () => {
  const jobId = await start();
  const bugs: unknown[] = [];
  const compileSource: services.CompileSource = async () => {
    throw new Error("secret-internal-detail");
  };
  for (let i = 0; i < 3; i++)
    await services.runJob(test.deps, { jobId, compileSource, onBug: (error) => bugs.push(error) });
  const job = await services.getJob({ ctx: test.ctx, input: { id: jobId } });
  expect(job).toMatchObject({ state: "failed", error: { code: "internal" } });
  expect(JSON.stringify(job)).not.toContain("secret-internal-detail");
  expect(bugs).toHaveLength(3);
});

it("enqueues again what the queue has lost, and gives up what kills its worker", async () => {
  const [waiting, running, deadly] = [await start(), await start(), await start()];
  await test.deps.db.$executeRaw`UPDATE "Job" SET "updatedAt" = now() - INTERVAL '1 minute' WHERE id = ${waiting}`;
  await test.deps.db.job.update({
    where: { id: running },
    data: { state: "running", attempts: 1, leaseUntil: new Date(0) },
  });
  await test.deps.db.job.update({
    where: { id: deadly },
    data: { state: "running", attempts: 5, leaseUntil: new Date(0) },
  });
  expect(await services.reconcileJobs(test.deps)).toBeGreaterThanOrEqual(3);
  expect(await state(deadly)).toBe("failed");
  await services.runJob(test.deps, { jobId: running, compileSource: compileInProcess, onBug });
  expect(await state(running)).toBe("done");
});

it("tells a watcher every step until the end", async () => {
  const jobId = await start();
  const seen: string[] = [];
  const watching = (async () => {
    for await (const job of services.watchJob({
      ctx: test.ctx,
      input: { id: jobId },
      signal: AbortSignal.timeout(10_000),
    }))
      seen.push(job.state);
  })();
  await expect.poll(() => seen).toEqual(["queued"]);
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  await watching;
  expect(seen.at(-1)).toBe("done");
});
