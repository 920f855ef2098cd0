import http from "node:http";
import type { AddressInfo } from "node:net";
import * as services from "@portico/services";
import { createTestServices, type TestServices } from "@portico/services/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createCompileSource } from "./compile-source.ts";

/** An API that serves its own description, which a test changes. */
const site = { status: 200, body: "", asked: 0, hold: Promise.resolve() };
const server = http.createServer(async (_request, response) => {
  site.asked++;
  await site.hold;
  response.writeHead(site.status, { "content-type": "application/json" }).end(site.body);
});
const linkOf = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.json`;

let test: TestServices;
let deps: services.Deps;
type Mailer = NonNullable<services.Deps["mailer"]>;
/** What the SMTP server, which the story with whole processes has, would have been handed. */
const received: Parameters<Mailer["send"]>[0][] = [];
const mailer: Mailer = { send: async (mail) => void received.push(mail), close() {} };
const bugs: unknown[] = [];
const compileSource = createCompileSource({ allow: ["127.0.0.0/8"], allowHosts: [] });

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  test = await createTestServices();
  deps = { ...test.deps, mailer };
});
beforeEach(() => {
  Object.assign(site, { status: 200, body: document("/pets"), asked: 0, hold: Promise.resolve() });
  received.length = 0;
});
afterAll(async () => {
  await test.close();
  server.close();
  expect(bugs).toEqual([]);
});

function document(...paths: string[]): string {
  return JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Pets", version: "1" },
    servers: [{ url: "https://pets.example.com" }],
    paths: Object.fromEntries(paths.map((path) => [path, { get: { responses: { 200: { description: "ok" } } } }])),
  });
}

/** As the worker does with the jobs that wait. */
async function runAll(): Promise<void> {
  for (;;) {
    const waiting = await deps.db.job.findMany({ where: { state: "queued" }, orderBy: { createdAt: "asc" } });
    if (waiting.length === 0) return;
    for (const { id } of waiting)
      await services.runJob(deps, { jobId: id, compileSource, onBug: (error) => bugs.push(error) });
  }
}

/** A published server, built from what the link has now, in an organization of its own. */
async function build() {
  const { ctx } = await test.renew();
  const { jobId } = await services.publishSource({
    ctx,
    input: { source: { url: linkOf() }, slug: "pets", select: "all" },
  });
  await runAll();
  const job = await services.getJob({ ctx, input: { id: jobId } });
  expect(job).toMatchObject({ state: "done" });
  const view = await services.getServer({ ctx, input: { id: "pets" } });
  const read = async () => (await services.getServer({ ctx, input: { id: "pets" } })).document;
  return { ctx, documentId: view.documentId, before: view, read };
}

type Built = Awaited<ReturnType<typeof build>>;
const watch = ({ ctx, documentId }: Built, every: services.WatchEvery) =>
  services.watchDocument({ ctx, input: { id: documentId, watch: every } });
const minutesUntil = (at: Date | null) => Math.round(((at?.getTime() ?? 0) - Date.now()) / 60_000);

/** The time of the next look has come. */
async function comeTime({ documentId }: Built): Promise<void> {
  await deps.db.documentWatch.update({ where: { documentId }, data: { nextAt: new Date(Date.now() - 1) } });
  expect(await services.checkDocuments(deps)).toBe(1);
  await runAll();
}

async function addMember({ ctx }: Built, role: string): Promise<string> {
  const id = `usr_${Math.random().toString(36).slice(2)}`;
  const email = `${id}@example.com`;
  await deps.db.user.create({ data: { id, name: role, email, emailVerified: true } });
  await deps.db.member.create({ data: { id: `mem_${id}`, userId: id, organizationId: ctx.organizationId, role } });
  return email;
}

describe("a document whose link is watched", () => {
  it("is looked at when that begins and when its time has come, and otherwise not", async () => {
    const built = await build();
    site.asked = 0;
    expect((await built.read()).watch).toMatchObject({ every: "off", nextAt: null });
    expect(await services.checkDocuments(deps)).toBe(0);
    expect(await watch(built, "day")).toMatchObject({ every: "day", checkedAt: null });
    await runAll();
    expect(site.asked).toBe(1);
    const seen = (await built.read()).watch;
    expect(seen).toMatchObject({ outcome: "same", problem: null });
    expect(minutesUntil(seen.nextAt)).toBe(24 * 60);
    expect(await services.checkDocuments(deps)).toBe(0);
    await comeTime(built);
    expect(site.asked).toBe(2);
    await watch(built, "week");
    await runAll();
    expect(minutesUntil((await built.read()).watch.nextAt)).toBe(7 * 24 * 60);
    await watch(built, "off");
    expect(await services.checkDocuments(deps)).toBe(0);
    expect((await built.read()).watch).toMatchObject({ every: "off", outcome: null });
    expect((await built.read()).revision.number).toBe(1);
  });

  it("gets a revision when something changed; the draft and what is served stay, and the change waits for review", async () => {
    const built = await build();
    await watch(built, "day");
    await runAll();
    const { ctx, before } = built;
    site.body = document("/pets", "/owners");
    await comeTime(built);
    const after = await services.getServer({ ctx, input: { id: "pets" } });
    expect(after.document).toMatchObject({ revision: { number: 2 }, watch: { outcome: "changed" } });
    for (const key of ["revisionId", "selection", "publishedVersionId", "lock"] as const)
      expect(after[key]).toEqual(before[key]);
    expect(await services.reviewUpgrade({ ctx, input: { id: "pets" } })).toMatchObject({
      changes: { added: ["GET /owners"], removed: [] },
    });
    await comeTime(built);
    expect(await built.read()).toMatchObject({ revision: { number: 2 }, watch: { outcome: "same" } });
  });

  it("does not undo a revision that somebody gave by hand", async () => {
    const built = await build();
    await watch(built, "day");
    await runAll();
    const { ctx, documentId } = built;
    const source = { content: document("/pets", "/by-hand") };
    await services.importDocument({ ctx, input: { documentId, source } });
    await runAll();
    await comeTime(built);
    expect(await built.read()).toMatchObject({ revision: { number: 2 }, watch: { outcome: "same" } });
    site.body = document("/pets", "/by-link");
    await comeTime(built);
    expect(await built.read()).toMatchObject({ revision: { number: 3 }, watch: { outcome: "changed" } });
  });

  it("says why its link cannot be read, tries again sooner at first, and forgets it once it can", async () => {
    const built = await build();
    await watch(built, "day");
    await runAll();
    site.status = 503;
    const waits: number[] = [];
    for (let times = 0; times < 4; times++) {
      await comeTime(built);
      waits.push(minutesUntil((await built.read()).watch.nextAt));
    }
    expect(waits).toEqual([15, 60, 6 * 60, 24 * 60]);
    expect((await built.read()).watch).toMatchObject({ outcome: "failed", problem: expect.stringContaining("503") });
    site.status = 200;
    site.body = "not: [a document";
    await comeTime(built);
    expect((await built.read()).watch).toMatchObject({
      outcome: "failed",
      problem: expect.not.stringContaining("503"),
    });
    expect((await built.read()).revision.number).toBe(1);
    site.body = document("/pets");
    await comeTime(built);
    const seen = (await built.read()).watch;
    expect(seen).toMatchObject({ outcome: "same", problem: null });
    expect(minutesUntil(seen.nextAt)).toBe(24 * 60);
  });

  it("is read through the guard: an address of the inside is refused", async () => {
    const built = await build();
    await watch(built, "day");
    await runAll();
    await deps.db.document.update({
      where: { id: built.documentId },
      data: { sourceUrl: "http://10.0.0.1/openapi.json" },
    });
    await comeTime(built);
    expect((await built.read()).watch).toMatchObject({ outcome: "failed", problem: expect.any(String) });
  });

  it("is looked at once, however many workers say that its time has come", async () => {
    const built = await build();
    await watch(built, "day");
    await runAll();
    site.asked = 0;
    await deps.db.documentWatch.update({ where: { documentId: built.documentId }, data: { nextAt: new Date(0) } });
    const rounds = await Promise.all(Array.from({ length: 5 }, () => services.checkDocuments(deps)));
    expect(rounds.reduce((sum, count) => sum + count, 0)).toBe(1);
    await runAll();
    expect(site.asked).toBe(1);
  });

  it("is looked at again by the next worker when one ends in between: one revision, one mail each", async () => {
    const built = await build();
    const admin = await addMember(built, "admin");
    await watch(built, "day");
    await runAll();
    site.body = document("/pets", "/owners");
    let release = () => {};
    site.hold = new Promise((resolve) => {
      release = resolve;
    });
    const { documentId } = built;
    await deps.db.documentWatch.update({ where: { documentId }, data: { nextAt: new Date(0) } });
    await services.checkDocuments(deps);
    const { id: jobId } = await deps.db.job.findFirstOrThrow({ where: { state: "queued", kind: "check-document" } });
    const lost = services.runJob(deps, { jobId, compileSource, onBug: (error) => bugs.push(error) });
    await expect.poll(() => site.asked, { timeout: 10_000 }).toBeGreaterThan(2);
    // The process is gone: nobody renews its lease.
    await deps.db.job.update({ where: { id: jobId }, data: { leaseUntil: new Date(Date.now() - 1) } });
    expect(await services.reconcileJobs(deps)).toBe(1);
    site.hold = Promise.resolve();
    await services.runJob(deps, { jobId, compileSource, onBug: (error) => bugs.push(error) });
    await runAll();
    expect(await built.read()).toMatchObject({ revision: { number: 2 }, watch: { outcome: "changed" } });
    release();
    await lost;
    await runAll();
    expect(await deps.db.documentRevision.count({ where: { documentId } })).toBe(2);
    expect(received.filter(({ to }) => to === admin)).toHaveLength(1);
    expect(await services.checkDocuments(deps)).toBe(0);
  });

  it("says so where a look ended every worker that took it", async () => {
    const built = await build();
    await watch(built, "day");
    const { id } = await deps.db.job.findFirstOrThrow({ where: { state: "queued", kind: "check-document" } });
    const data = { state: "running", attempts: 5, leaseUntil: new Date(Date.now() - 1) };
    await deps.db.job.update({ where: { id }, data });
    await services.reconcileJobs(deps);
    expect((await built.read()).watch).toMatchObject({
      outcome: "failed",
      problem: expect.stringMatching(/ended 5 times/),
    });
  });
});

describe("the mail about a change", () => {
  it("goes once to each of those who build servers, says what changed and where to look", async () => {
    const built = await build();
    const [admin, builder, member] = [
      await addMember(built, "admin"),
      await addMember(built, "builder"),
      await addMember(built, "member"),
    ];
    await watch(built, "day");
    await runAll();
    expect(received).toEqual([]);
    site.body = document("/animals", "/owners");
    await comeTime(built);
    await comeTime(built);
    for (const email of [admin, builder]) {
      const mails = received.filter(({ to }) => to === email);
      expect(mails).toHaveLength(1);
      expect(mails[0]?.subject).toBe("Pets changed");
      expect(mails[0]?.action?.url).toBe(`${test.deps.publicUrl}/servers/pets/upgrade`);
      const text = mails[0]?.paragraphs.join("\n") ?? "";
      expect(text).toMatch(/Added \(2\): GET \/animals, GET \/owners/);
      expect(text).toMatch(/Removed \(1\): GET \/pets/);
    }
    // The owner, too; and nobody else.
    expect(received).toHaveLength(3);
    expect(received.some(({ to }) => to === member)).toBe(false);
  });

  it("is not sent again to those who have it when it could not be sent to somebody", async () => {
    const built = await build();
    const admin = await addMember(built, "admin");
    await watch(built, "day");
    await runAll();
    site.body = document("/pets", "/owners");
    let refusals = 1;
    deps.mailer = {
      ...mailer,
      async send(mail) {
        if (mail.to === admin && refusals-- > 0) throw new Error("The SMTP server is away.");
        await mailer.send(mail);
      },
    };
    try {
      await comeTime(built);
    } finally {
      deps.mailer = mailer;
    }
    expect(bugs.splice(0)).toHaveLength(1);
    expect(received.filter(({ to }) => to === admin)).toHaveLength(1);
    expect(received).toHaveLength(2);
  });

  it("is none where none of the operations changed, and where no mail is configured", async () => {
    const built = await build();
    await watch(built, "day");
    await runAll();
    site.body = JSON.stringify({ ...JSON.parse(document("/pets")), info: { title: "Pets", version: "2" } });
    await comeTime(built);
    expect(await built.read()).toMatchObject({ revision: { number: 2 } });
    delete deps.mailer;
    site.body = document("/pets", "/owners");
    await comeTime(built);
    deps.mailer = mailer;
    expect(await built.read()).toMatchObject({ revision: { number: 3 } });
    expect(received).toEqual([]);
  });
});

it("is refused to a stranger, to who may not write, and for a document without a link", async () => {
  const built = await build();
  const { ctx, documentId } = built;
  const { stranger } = await test.renew();
  const call = (as: services.Ctx, id = documentId) => services.watchDocument({ ctx: as, input: { id, watch: "day" } });
  await expect(call(stranger)).rejects.toMatchObject({ code: "not_found" });
  await expect(call(test.as(ctx, "member"))).rejects.toMatchObject({ code: "forbidden" });
  const { jobId } = await services.importDocument({ ctx, input: { source: { content: document("/pasted") } } });
  await runAll();
  const pasted = String((await services.getJob({ ctx, input: { id: jobId } })).result?.documentId);
  await expect(call(ctx, pasted)).rejects.toMatchObject({ code: "precondition_failed" });
  expect(await deps.db.documentWatch.count({ where: { documentId: { in: [documentId, pasted] } } })).toBe(0);
  await call(ctx);
  const { items } = await services.listAuditEvents({ ctx, input: {} });
  expect(items.filter(({ action }) => action === "document.watch")).toMatchObject([
    { target: documentId, details: { every: "day" } },
  ]);
});
