import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

const onBug = (error: unknown) => {
  throw error;
};

let test: TestServices;
beforeAll(async () => {
  test = await createTestServices();
});
afterAll(() => test.close());

async function runToEnd(ctx: Ctx, jobId: string) {
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  return services.getJob({ ctx, input: { id: jobId } });
}

async function importPets(ctx: Ctx): Promise<string> {
  const { jobId } = await services.importDocument({ ctx, input: { source: { content: petsDocument } } });
  const job = await runToEnd(ctx, jobId);
  expect(job).toMatchObject({ state: "done" });
  return String(job.result?.documentId);
}

async function publish(ctx: Ctx, input: Partial<services.PublishSourceInput> = {}) {
  const { jobId } = await services.publishSource({
    ctx,
    input: { source: { content: petsDocument }, select: "all", ...input },
  });
  return runToEnd(ctx, jobId);
}

/** The server that a finished publish job made. */
function serverIdOf(job: services.JobView): string {
  return (job.result as { server: { id: string } }).server.id;
}

describe("from a document to a version", () => {
  it("imports, picks, publishes, changes, publishes again, rolls back", async () => {
    const { ctx } = test;
    const documentId = await importPets(ctx);
    const document = await services.getDocument({ ctx, input: { id: documentId } });
    expect(document.operations.map(({ key }) => key)).toEqual(["GET /pets", "POST /pets", "DELETE /pets/{id}"]);

    const server = await services.createServer({ ctx, input: { documentId, select: { operations: ["GET /pets"] } } });
    expect(server).toMatchObject({
      slug: "pets",
      mcpUrl: expect.stringMatching(/^https:\/\/portico\.example\.com\/mcp\/test-\w+\/pets$/),
      publishedVersionId: null,
    });
    const first = await services.publishServer({ ctx, input: { id: server.id } });
    expect(first).toMatchObject({ number: 1, isNew: true, tools: [{ operation: "GET /pets" }] });
    expect(await services.publishServer({ ctx, input: { id: server.id } })).toMatchObject({ number: 1, isNew: false });

    await services.updateServer({ ctx, input: { id: server.id, select: "all" } });
    await services.overrideTool({
      ctx,
      input: { serverId: server.id, operation: "POST /pets", patch: { name: "adopt_pet" } },
    });
    const second = await services.publishServer({ ctx, input: { id: server.id } });
    expect(second.number).toBe(2);
    expect(second.tools.map(({ name }) => name)).toContain("adopt_pet");

    await services.rollbackServer({ ctx, input: { id: server.id, version: 1 } });
    const [organization] = await services.listMemberships(test.deps, ctx.actor.type === "user" ? ctx.actor.id : "");
    const pointer = await services.resolveServer(test.deps, organization?.slug ?? "", "pets");
    const served = await services.loadVersion(test.deps, pointer?.versionId ?? "");
    expect(served).toMatchObject({ number: 1 });
    expect(served?.manifest.tools).toHaveLength(1);
    expect(
      (await services.listVersions({ ctx, input: { serverId: server.id } })).map(({ number, isServed }) => [
        number,
        isServed,
      ]),
    ).toEqual([
      [2, false],
      [1, true],
    ]);
  });

  it("publishes in one call, and the same slug again is the next version of the same server", async () => {
    const { ctx } = test;
    const first = await publish(ctx, {
      slug: "shop",
      baseUrl: "http://localhost:9",
      credentials: { key: { type: "apiKey", value: "canary-upstream-key" } },
    });
    expect(first).toMatchObject({ state: "done", result: { server: { slug: "shop" }, version: { number: 1 } } });
    const again = await publish(ctx, { slug: "shop", select: { operations: ["GET /pets"] } });
    expect(again.result).toMatchObject({
      server: { id: serverIdOf(first) },
      version: { number: 2 },
      tools: [{ operation: "GET /pets" }],
    });
    const stored = JSON.stringify([
      await test.deps.db.job.findMany(),
      await test.deps.db.credential.findMany(),
      await test.deps.db.auditEvent.findMany(),
    ]);
    expect(stored).not.toContain("canary-upstream-key");
    const opened = await services.openCredentials(test.deps, serverIdOf(first));
    expect(opened).toEqual({ key: { type: "apiKey", value: "canary-upstream-key", origins: ["http://localhost:9"] } });
  });

  it("gives each of two publishers at once a number of its own", async () => {
    const { ctx } = test;
    const documentId = await importPets(ctx);
    const server = await services.createServer({ ctx, input: { documentId, slug: "busy" } });
    await Promise.all(
      ["GET /pets", "POST /pets"].map(async (operation) => {
        await services
          .updateServer({ ctx, input: { id: server.id, select: { operations: [operation] } } })
          .catch(() => {});
        await services.publishServer({ ctx, input: { id: server.id } });
      }),
    );
    const numbers = (await services.listVersions({ ctx, input: { serverId: server.id } })).map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe("refusals", () => {
  it.each<{ given: Partial<services.PublishSourceInput>; code: string }>([
    { given: { source: { content: "not: [an openapi" } }, code: "invalid_input" },
    {
      given: { source: { content: '{"openapi":"3.0.0","info":{"title":"x","version":"1"},"paths":{}}' } },
      code: "invalid_input",
    },
    { given: { credentials: { nope: { type: "bearer", token: "x" } } }, code: "invalid_input" },
    { given: { credentials: { key: { type: "bearer", token: "x" } } }, code: "invalid_input" },
    { given: { select: { operations: ["GET /nowhere"] } }, code: "invalid_input" },
  ])("fails the job and writes nothing: $given", async ({ given, code }) => {
    const before = await test.deps.db.document.count();
    const job = await publish(test.ctx, { slug: "refused", ...given });
    expect(job).toMatchObject({ state: "failed", error: { code, message: expect.any(String) } });
    expect(await test.deps.db.document.count()).toBe(before);
    expect(await test.deps.db.server.count({ where: { slug: "refused" } })).toBe(0);
  });
  it.each([
    { given: { source: { url: "file:///etc/passwd" } } },
    { given: { source: { url: "https://ada:secret@example.com/openapi.json" } } },
    { given: { source: { content: "" } } },
    { given: { slug: "Not A Slug" } },
    { given: { extra: true } },
  ])("refuses input: $given", async ({ given }) => {
    await expect(
      services.publishSource({
        ctx: test.ctx,
        input: { source: { content: petsDocument }, ...given } as services.PublishSourceInput,
      }),
    ).rejects.toMatchObject({ code: "invalid_input" });
  });
  it("tells a conflict when two people edit", async () => {
    const { ctx } = test;
    const server = await services.createServer({ ctx, input: { documentId: await importPets(ctx), slug: "edited" } });
    await services.updateServer({ ctx, input: { id: server.id, lock: server.lock, title: "Mine" } });
    await expect(
      services.updateServer({ ctx, input: { id: server.id, lock: server.lock, title: "Yours" } }),
    ).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("who may", () => {
  /** Every verb that writes, on objects of `ctx`; the same calls by a stranger and by somebody without the role. */
  async function writes(ctx: Ctx): Promise<[string, (as: Ctx) => Promise<unknown>][]> {
    const tag = Math.random().toString(36).slice(2, 8);
    const documentId = await importPets(ctx);
    const { id } = await services.createServer({ ctx, input: { documentId, slug: `own-${tag}` } });
    await services.publishServer({ ctx, input: { id } });
    await services.setCredential({
      ctx,
      input: { serverId: id, scheme: "key", credential: { type: "apiKey", value: "x" } },
    });
    const { jobId } = await services.importDocument({ ctx, input: { source: { content: petsDocument } } });
    const apiKey = await services.createApiKey({ ctx, input: { name: "k" } });
    return [
      [
        "importDocument",
        (as) => services.importDocument({ ctx: as, input: { source: { content: petsDocument }, documentId } }),
      ],
      ["createServer", (as) => services.createServer({ ctx: as, input: { documentId, slug: `s-${tag}` } })],
      ["updateServer", (as) => services.updateServer({ ctx: as, input: { id, title: "Taken" } })],
      [
        "overrideTool",
        (as) =>
          services.overrideTool({ ctx: as, input: { serverId: id, operation: "GET /pets", patch: { name: "x" } } }),
      ],
      ["upgradeServer", (as) => services.upgradeServer({ ctx: as, input: { id } })],
      ["publishServer", (as) => services.publishServer({ ctx: as, input: { id } })],
      ["rollbackServer", (as) => services.rollbackServer({ ctx: as, input: { id, version: 1 } })],
      [
        "setCredential",
        (as) =>
          services.setCredential({
            ctx: as,
            input: { serverId: id, scheme: "key", credential: { type: "apiKey", value: "y" } },
          }),
      ],
      ["removeCredential", (as) => services.removeCredential({ ctx: as, input: { serverId: id, scheme: "key" } })],
      ["cancelJob", (as) => services.cancelJob({ ctx: as, input: { id: jobId } })],
      ["revokeApiKey", (as) => services.revokeApiKey({ ctx: as, input: { id: apiKey.id } })],
      ["revokeConnection", (as) => services.revokeConnection({ ctx: as, input: { id: "con_none" } })],
      ["deleteServer", (as) => services.deleteServer({ ctx: as, input: { id } })],
    ];
  }

  it("refuses every write to a stranger as if the thing were not there", async () => {
    for (const [name, write] of await writes(test.ctx))
      await expect(write(test.stranger), name).rejects.toMatchObject({ code: "not_found" });
  });
  it("refuses every write to a member", async () => {
    const member = test.as(test.ctx, "member");
    for (const [name, write] of await writes(test.ctx))
      await expect(write(member), name).rejects.toMatchObject({ code: "forbidden" });
    await expect(
      services.createApiKey({ ctx: test.as(test.ctx, "builder"), input: { name: "k" } }),
    ).rejects.toMatchObject({ code: "forbidden" });
    await expect(
      services.publishSource({ ctx: member, input: { source: { content: petsDocument } } }),
    ).rejects.toMatchObject({ code: "forbidden" });
  });
  it("shows a stranger nothing", async () => {
    const { ctx, stranger } = test;
    const server = await services.createServer({ ctx, input: { documentId: await importPets(ctx), slug: "hidden" } });
    expect((await services.listServers({ ctx: stranger, input: {} })).items).toEqual([]);
    for (const read of [
      () => services.getServer({ ctx: stranger, input: { id: server.id } }),
      () => services.getServer({ ctx: stranger, input: { id: "hidden" } }),
      () => services.getDocument({ ctx: stranger, input: { id: server.documentId } }),
      () => services.reviewUpgrade({ ctx: stranger, input: { id: server.id } }),
      () => services.listTools({ ctx: stranger, input: { serverId: server.id } }),
      () => services.listCalls({ ctx: stranger, input: { serverId: server.id } }),
      () => services.listVersions({ ctx: stranger, input: { serverId: server.id } }),
      () => services.summarizeUsage({ ctx: stranger, input: { serverId: server.id } }),
    ]) {
      await expect(read()).rejects.toMatchObject({ code: "not_found" });
    }
  });
});
