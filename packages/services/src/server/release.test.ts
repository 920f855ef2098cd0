import { newId } from "@portico/db";
import { createTestOrganization } from "@portico/db/testing";
import type { Tool } from "@portico/openapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";
import { findBlockers, refusalOf } from "./manifest.ts";

const TOOL: Tool = {
  ...{
    name: "list",
    description: "Lists.",
    operation: "GET /",
    tags: [],
    deprecated: false,
    inputSchema: {},
    tokens: 1,
  },
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  plan: {
    ...{ method: "GET", path: [], parameters: [], security: [], baseUrls: [] },
    response: { accept: "application/json", contentTypes: [] },
  },
};

const onBug = (error: unknown) => {
  throw error;
};

let test: TestServices;
beforeAll(async () => {
  test = await createTestServices();
});
afterAll(() => test.close());

/** A server with a draft of these operations, and not published. */
async function draftOf(operations: string[]) {
  const { ctx } = test;
  const { jobId } = await services.importDocument({ ctx, input: { source: { content: petsDocument } } });
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  const job = await services.getJob({ ctx, input: { id: jobId } });
  const slug = `pets-${Math.random().toString(36).slice(2, 8)}`;
  const documentId = String(job.result?.documentId);
  return services.createServer({ ctx, input: { documentId, slug, select: { operations } } });
}

const review = (id: string) => services.reviewPublish({ ctx: test.ctx, input: { id } });
const codes = (list: { code: string }[]) => list.map(({ code }) => code);

/** Somebody connects with a client. */
async function connectSomebody(serverId: string) {
  const { organization, user } = await createTestOrganization(test.deps.db, "member");
  await test.deps.db.connection.create({
    data: {
      id: newId("connection"),
      organizationId: test.ctx.organizationId,
      serverId,
      userId: user.id,
      clientId: organization.id,
      clientName: "Claude",
    },
  });
}

describe("what publishing would change", () => {
  it("is everything before the first version, and nothing right after it", async () => {
    const { id } = await draftOf(["GET /pets", "POST /pets"]);
    expect(await review(id)).toMatchObject({
      served: null,
      draft: { tools: 2 },
      changes: { added: [{ name: "listPets", kind: "reading" }, { name: "addPet" }], removed: [], settings: [] },
      hasChanges: true,
      blockers: [],
    });
    await services.publishServer({ ctx: test.ctx, input: { id } });
    const after = await review(id);
    expect(after).toMatchObject({ served: { number: 1, tools: 2 }, hasChanges: false, changes: { unchangedCount: 2 } });
    expect(after.draft).toEqual({ tools: after.served?.tools, tokens: after.served?.tokens });
  });

  it("is what was edited, with what breaks, and with the tokens that publishing then counts", async () => {
    const { ctx } = test;
    const { id } = await draftOf(["GET /pets", "POST /pets"]);
    await services.publishServer({ ctx, input: { id } });
    await services.updateServer({ ctx, input: { id, title: "Animals", select: { operations: ["GET /pets"] } } });
    const patch = { name: "find_pets", description: "Finds pets by what people say of them, with all that is known." };
    await services.overrideTool({ ctx, input: { serverId: id, operation: "GET /pets", patch } });
    const reviewed = await review(id);
    expect(reviewed).toMatchObject({
      changes: {
        added: [],
        removed: [{ name: "addPet" }],
        changed: [
          {
            name: "find_pets",
            isBreaking: true,
            changes: [
              { where: "name", isBreaking: true },
              { where: "description", isBreaking: false },
            ],
          },
        ],
        settings: [{ where: "title" }],
        isBreaking: true,
      },
    });
    await services.publishServer({ ctx, input: { id, lock: reviewed.lock } });
    const [version] = await services.listVersions({ ctx, input: { serverId: id } });
    expect({ tools: version?.toolCount, tokens: version?.tokenCount }).toEqual(reviewed.draft);
  });

  it("cannot be published without a tool, with a call that is gone, or with two tools of one name; each says so", async () => {
    const { ctx } = test;
    const { id } = await draftOf([]);
    expect(await review(id)).toMatchObject({ blockers: [{ code: "nothing_picked", where: "tools" }] });
    await expect(services.publishServer({ ctx, input: { id } })).rejects.toMatchObject({ code: "precondition_failed" });

    const own = (name: string, operation: string) => ({
      name,
      description: "x",
      steps: [{ id: "a", operation, arguments: {} }],
    });
    await services.updateServer({
      ctx,
      input: { id, select: { operations: ["GET /pets"] }, composedTools: [own("listPets", "GET /pets")] },
    });
    expect(codes((await review(id)).blockers)).toEqual(["name_taken"]);
    // As an upgrade of the document leaves it.
    await test.deps.db.server.update({ where: { id }, data: { composedTools: [own("all", "GET /gone")] } });
    const { blockers } = await review(id);
    expect(blockers).toMatchObject([
      { code: "operation_gone", where: "own-tools", message: expect.stringMatching(/all calls GET \/gone/) },
    ]);
    await expect(services.publishServer({ ctx, input: { id } })).rejects.toMatchObject({
      code: "precondition_failed",
      message: blockers[0]?.message,
    });
  });

  it("warns of a credential that is missing, until it is stored or each person brings their own", async () => {
    const { ctx } = test;
    const { id } = await draftOf(["GET /pets", "POST /pets"]);
    expect((await review(id)).warnings).toMatchObject([
      { code: "credential_missing", message: expect.stringMatching(/^2 tools want/) },
    ]);
    const credential = { type: "apiKey" as const, value: "secret" };
    await services.setCredential({ ctx, input: { serverId: id, scheme: "key", credential } });
    expect((await review(id)).warnings).toEqual([]);
  });

  it("warns of what breaks only while somebody is connected", async () => {
    const { ctx } = test;
    const { id } = await draftOf(["GET /pets", "POST /pets"]);
    await services.publishServer({ ctx, input: { id } });
    await services.updateServer({ ctx, input: { id, select: { operations: ["GET /pets"] } } });
    expect(codes((await review(id)).warnings)).toEqual(["credential_missing"]);
    await connectSomebody(id);
    expect(codes((await review(id)).warnings)).toEqual(["breaking_while_connected", "credential_missing"]);
    await services.updateServer({ ctx, input: { id, select: "all" } });
    expect(codes((await review(id)).warnings)).toEqual(["credential_missing"]);
  });

  it("warns of more tools than clients take, except where they are searched", async () => {
    const { ctx } = test;
    const paths = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [`/things/${at}`, { get: { responses: { 200: { description: "ok" } } } }]),
    );
    const content = JSON.stringify({ openapi: "3.1.0", info: { title: "Many", version: "1" }, paths });
    const { jobId } = await services.importDocument({ ctx, input: { source: { content } } });
    await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
    const documentId = String((await services.getJob({ ctx, input: { id: jobId } })).result?.documentId);
    const { id } = await services.createServer({ ctx, input: { documentId, slug: "many", select: "all" } });
    expect((await review(id)).warnings).toMatchObject([
      { code: "over_client_limit", message: expect.stringMatching(/^100 tools.* takes 50, Cursor takes 80;/) },
    ]);
    await services.updateServer({ ctx, input: { id, toolMode: "search" } });
    expect((await review(id)).warnings).toEqual([]);
  });

  it("is refused to a stranger, and shown to who may look", async () => {
    const { id } = await draftOf(["GET /pets"]);
    const call = (ctx: services.Ctx) => services.reviewPublish({ ctx, input: { id } });
    await expect(call(test.stranger)).rejects.toMatchObject({ code: "not_found" });
    expect(await call(test.as(test.ctx, "member"))).toMatchObject({ served: null });
  });
});

it("has at most 20,000 tools, which it is told before and when it is published", () => {
  const { name, ...rest } = TOOL;
  const many = Array.from({ length: 20_001 }, (_, at) => ({ ...rest, name: `${name}_${at}` }));
  const [blocker, ...more] = findBlockers(many, { tools: [], broken: [] });
  expect(more).toEqual([]);
  expect(blocker).toMatchObject({ code: "too_many_tools", where: "tools", message: expect.stringContaining("20,001") });
  expect(blocker && refusalOf(blocker)).toMatchObject({ code: "limit_exceeded", message: blocker?.message });
  expect(findBlockers(many.slice(1), { tools: [], broken: [] })).toEqual([]);
});

describe("a note", () => {
  it("is kept with the version that it came with", async () => {
    const { ctx } = test;
    const { id } = await draftOf(["GET /pets"]);
    await services.publishServer({ ctx, input: { id, note: "  The first one.  " } });
    // Nothing changed: no version, and no note in its place.
    expect(await services.publishServer({ ctx, input: { id, note: "Again." } })).toMatchObject({ isNew: false });
    await services.updateServer({ ctx, input: { id, select: "all" } });
    await services.publishServer({ ctx, input: { id, note: " " } });
    const versions = await services.listVersions({ ctx, input: { serverId: id } });
    expect(versions.map(({ number, note }) => [number, note])).toEqual([
      [2, null],
      [1, "The first one."],
    ]);
  });

  it("has at most 500 characters, and is written by nobody who may not publish", async () => {
    const { ctx } = test;
    const { id } = await draftOf(["GET /pets"]);
    await expect(services.publishServer({ ctx, input: { id, note: "x".repeat(501) } })).rejects.toMatchObject({
      code: "invalid_input",
    });
    const input = { id, note: "x".repeat(500) };
    await expect(services.publishServer({ ctx: test.as(ctx, "member"), input })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(services.publishServer({ ctx: test.stranger, input })).rejects.toMatchObject({ code: "not_found" });
    expect(await services.publishServer({ ctx, input })).toMatchObject({ number: 1 });
  });
});

it("refuses to publish what changed after it was looked through", async () => {
  const { ctx } = test;
  const { id } = await draftOf(["GET /pets"]);
  const { lock } = await review(id);
  await services.updateServer({ ctx, input: { id, select: "all" } });
  await expect(services.publishServer({ ctx, input: { id, lock } })).rejects.toMatchObject({ code: "conflict" });
  expect(await services.listVersions({ ctx, input: { serverId: id } })).toEqual([]);
});

describe("two versions", () => {
  it("are compared in both directions, whichever is served", async () => {
    const { ctx } = test;
    const { id } = await draftOf(["GET /pets"]);
    await services.publishServer({ ctx, input: { id } });
    await services.updateServer({ ctx, input: { id, select: "all" } });
    await services.publishServer({ ctx, input: { id, note: "All of them." } });
    const diff = (before: number, after: number, as = ctx) =>
      services.diffVersions({ ctx: as, input: { id, before, after } });
    expect(await diff(1, 2)).toMatchObject({
      before: { number: 1, isServed: false, note: null },
      after: { number: 2, isServed: true, note: "All of them." },
      changes: { added: [{ name: "addPet" }, { name: "removePet" }], removed: [], isBreaking: false },
    });
    expect((await diff(2, 1)).changes).toMatchObject({ added: [], removed: [{}, {}], isBreaking: true });
    expect((await diff(2, 2)).changes).toMatchObject({ added: [], removed: [], changed: [], unchangedCount: 3 });
    await expect(diff(1, 9)).rejects.toMatchObject({ code: "not_found" });
    await expect(diff(1, 2, test.stranger)).rejects.toMatchObject({ code: "not_found" });
    await expect(services.diffVersions({ ctx, input: { id, before: 0, after: "x" } })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });
});
