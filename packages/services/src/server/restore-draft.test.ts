import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";
import type { KeptDraft } from "./kept-draft.ts";
import { compareDrafts } from "./restore-draft.ts";

const onBug = (error: unknown) => {
  throw error;
};

let test: TestServices;
let ctx: Ctx;
beforeAll(async () => {
  test = await createTestServices();
  ctx = test.ctx;
});
afterAll(() => test.close());

/** The pets without one operation, and with another. */
const laterPets = petsDocument.replace('"post":', '"put":').replace("List pets", "List all pets");
const zoo = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Zoo", version: "1" },
  servers: [{ url: "https://zoo.example.com" }],
  paths: { "/cages": { get: { operationId: "listCages", responses: { 200: { description: "ok" } } } } },
});

async function read(content: string, documentId?: string): Promise<string> {
  const input = { source: { content }, ...(documentId ? { documentId } : {}) };
  const { jobId } = await services.importDocument({ ctx, input });
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  const job = await services.getJob({ ctx, input: { id: jobId } });
  expect(job).toMatchObject({ state: "done" });
  return String(job.result?.documentId);
}

let made = 0;

/** A published server with all that a draft can hold. */
async function fullServer() {
  const documentId = await read(petsDocument);
  const slug = `kept-${++made}`;
  const { id } = await services.createServer({ ctx, input: { documentId, slug, select: "all" } });
  await services.overrideTool({
    ctx,
    input: { serverId: id, operation: "POST /pets", patch: { name: "adopt_pet", description: "Adopts a pet." } },
  });
  await services.updateServer({
    ctx,
    input: {
      id,
      title: "Our pets",
      instructions: "Be kind.",
      toolMode: "search",
      baseUrl: "https://test.pets.example.com",
      composedTools: [{ name: "two_lists", description: "x", steps: [{ id: "a", operation: "POST /pets" }] }],
      prompts: [{ name: "greet", messages: [{ role: "user", text: "Hello" }] }],
      resources: [{ uri: "notes://about", name: "About", text: "A text to be found." }],
      searchTexts: true,
    },
  });
  await services.publishServer({ ctx, input: { id } });
  return { id, documentId, slug };
}

/** All that `fullServer` made is changed: another revision, no own tool, another document. */
async function changeAll({ id, documentId }: { id: string; documentId: string }) {
  await services.updateServer({
    ctx,
    input: { id, title: "Mine", composedTools: [], prompts: [], resources: [], toolMode: "list", baseUrl: null },
  });
  await read(laterPets, documentId);
  await services.upgradeServer({ ctx, input: { id, add: ["PUT /pets"] } });
  const zooId = await read(zoo);
  await services.addServerDocument({ ctx, input: { serverId: id, documentId: zooId, key: "zoo", select: "all" } });
  await services.overrideTool({ ctx, input: { serverId: id, operation: "GET /pets", patch: { title: "Mine" } } });
  return zooId;
}

/** The draft as everybody sees it, without what counts on. */
async function draftOf(id: string) {
  const server = await services.getServer({ ctx, input: { id } });
  const { lock: _lock, updatedAt: _updatedAt, publishedVersion: _served, publishedVersionId: _id, ...draft } = server;
  return { draft, tools: await services.listTools({ ctx, input: { serverId: id } }) };
}

const lastAudit = async (target: string) =>
  test.deps.db.auditEvent.findFirst({ where: { target }, orderBy: { id: "desc" } });

describe("restoreDraft", () => {
  it("makes the draft what the version was made of, down to the hash, and serves nothing by itself", async () => {
    const server = await fullServer();
    const before = await draftOf(server.id);
    await changeAll(server);
    await services.publishServer({ ctx, input: { id: server.id } });
    await services.restoreDraft({ ctx, input: { id: server.id, version: 1 } });
    const { tools, draft } = await draftOf(server.id);
    expect(tools).toEqual(before.tools);
    // The document itself has been read again.
    const { documents, document, ...rest } = before.draft;
    expect(draft).toMatchObject({
      ...rest,
      document: { id: document.id },
      documents: documents.map(({ id, key, baseUrl, draftRevision }) => ({ id, key, baseUrl, draftRevision })),
    });
    expect(await services.getServer({ ctx, input: { id: server.id } })).toMatchObject({
      publishedVersion: { number: 2 },
    });
    expect(await lastAudit(server.id)).toMatchObject({ action: "server.restore", details: { version: 1 } });
    await services.rollbackServer({ ctx, input: { id: server.id, version: 1 } });
    expect(await services.publishServer({ ctx, input: { id: server.id } })).toMatchObject({ number: 1, isNew: false });
  });

  it("says before what of the draft would go, and that nothing would where they are the same", async () => {
    const server = await fullServer();
    const same = await services.reviewRestore({ ctx, input: { id: server.id, version: 1 } });
    expect(same).toMatchObject({ isSame: true, changes: { dropped: [], edits: [], settings: [] } });
    await changeAll(server);
    const review = await services.reviewRestore({ ctx, input: { id: server.id, version: 1 } });
    expect(review).toEqual({
      version: 1,
      isSame: false,
      lock: (await services.getServer({ ctx, input: { id: server.id } })).lock,
      changes: {
        dropped: ["PUT /pets", "GET zoo:/cages"],
        picked: ["POST /pets"],
        edits: ["GET /pets", "PUT /pets"],
        composedTools: [],
        prompts: [],
        resources: [],
        documents: ["Zoo"],
        revisions: ["Pets"],
        settings: ["title", "toolMode", "baseUrl"],
      },
    });
  });

  it("is taken back, with the documents that it took out, and then their keys are nobody else's", async () => {
    const server = await fullServer();
    const zooId = await changeAll(server);
    const changed = await draftOf(server.id);
    const restored = await services.restoreDraft({ ctx, input: { id: server.id, version: 1 } });
    const other = await read(zoo.replace("Zoo", "Another zoo"));
    const again = { serverId: server.id, documentId: other, key: "zoo" };
    await expect(services.addServerDocument({ ctx, input: again })).rejects.toMatchObject({ code: "conflict" });
    expect(await services.getLastStep({ ctx, input: { id: server.id } })).toMatchObject({
      ...{ step: "restore", canUndo: true, lock: restored.lock },
    });
    await services.undoDraft({ ctx, input: { id: server.id, lock: restored.lock } });
    expect(await draftOf(server.id)).toEqual(changed);
    expect((await services.listServerDocuments({ ctx, input: { serverId: server.id } })).map(({ id }) => id)).toEqual([
      ...[server.documentId, zooId],
    ]);
    expect(await test.deps.db.server.findUniqueOrThrow({ where: { id: server.id } })).toMatchObject({ usedKeys: [] });
    expect(await lastAudit(server.id)).toMatchObject({ action: "server.undo", details: { step: "restore" } });
    await expect(services.undoDraft({ ctx, input: { id: server.id } })).rejects.toMatchObject({
      code: "precondition_failed",
    });
  });

  it.each<[string, (server: { id: string }) => Promise<Partial<services.RestoreDraftInput>>, string, RegExp]>([
    ["a version that is not there", async () => ({ version: 9 }), "not_found", /version 9/],
    ["a number that is none", async () => ({ version: 0 }), "invalid_input", /version/],
    ["a draft that changed since it was reviewed", async () => ({ lock: -1 }), "conflict", /changed since/],
    [
      "a version from before drafts were kept",
      async ({ id }) => {
        await test.deps.db.version.updateMany({ where: { serverId: id }, data: { draft: null } });
        return {};
      },
      "precondition_failed",
      /Version 1 was published before drafts were kept.*roll back to it/,
    ],
  ])("refuses %s, and changes nothing", async (_what, arrange, code, message) => {
    const server = await fullServer();
    const input = { id: server.id, version: 1, ...(await arrange(server)) };
    const before = await services.getServer({ ctx, input: { id: server.id } });
    await expect(services.restoreDraft({ ctx, input })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(await services.getServer({ ctx, input: { id: server.id } })).toEqual(before);
  });

  it("names the document that is gone", async () => {
    const { id } = await fullServer();
    const zooId = await read(zoo);
    await services.addServerDocument({ ctx, input: { serverId: id, documentId: zooId, key: "zoo", select: "all" } });
    await services.publishServer({ ctx, input: { id } });
    await services.removeServerDocument({ ctx, input: { serverId: id, documentId: zooId } });
    const refused = { code: "precondition_failed", message: expect.stringMatching(/"Zoo" was deleted since/) };
    await expect(services.restoreDraft({ ctx, input: { id, version: 2 } })).rejects.toMatchObject(refused);
    expect(await services.listVersions({ ctx, input: { serverId: id } })).toMatchObject([
      { number: 2, hasDraft: true },
      { number: 1, hasDraft: true },
    ]);
  });
});

describe("undoDraft", () => {
  it("brings back what was there before an upgrade: revision, picks, edits, own tools, names", async () => {
    const { id, documentId } = await fullServer();
    const before = await draftOf(id);
    await read(laterPets, documentId);
    const { server } = await services.upgradeServer({ ctx, input: { id, add: ["PUT /pets"] } });
    await services.undoDraft({ ctx, input: { id, lock: server.lock } });
    const after = await draftOf(id);
    expect(after.tools).toEqual(before.tools);
    expect(after.draft.revision).toEqual(before.draft.revision);
    expect(await services.reviewUpgrade({ ctx, input: { id } })).toMatchObject({ to: { number: 2 } });
  });

  it("is refused once somebody changed the draft since, and loses nothing", async () => {
    const { id, documentId } = await fullServer();
    await read(laterPets, documentId);
    const { server } = await services.upgradeServer({ ctx, input: { id } });
    await services.overrideTool({ ctx, input: { serverId: id, operation: "GET /pets", patch: { title: "Theirs" } } });
    const before = await draftOf(id);
    expect(await services.getLastStep({ ctx, input: { id } })).toMatchObject({ canUndo: false });
    await expect(services.undoDraft({ ctx, input: { id, lock: server.lock } })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/changed since, so nothing was taken back/),
    });
    expect(await draftOf(id)).toEqual(before);
  });

  it("takes back that step only which its caller has seen", async () => {
    const { id, documentId } = await fullServer();
    await read(laterPets, documentId);
    const { server } = await services.upgradeServer({ ctx, input: { id } });
    await services.restoreDraft({ ctx, input: { id, version: 1 } });
    await expect(services.undoDraft({ ctx, input: { id, lock: server.lock } })).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("takes back what a source that was published again did to the draft", async () => {
    const { id, slug } = await fullServer();
    const { jobId } = await services.publishSource({ ctx, input: { source: { content: laterPets }, slug } });
    await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
    const job = await services.getJob({ ctx, input: { id: jobId } });
    // The own tool calls what is gone: the source is refused until it is changed.
    expect(job).toMatchObject({ state: "failed", error: { message: expect.stringMatching(/two_lists/) } });
    await services.updateServer({ ctx, input: { id, composedTools: [] } });
    const before = await draftOf(id);
    const again = await services.publishSource({ ctx, input: { source: { content: laterPets }, slug } });
    await services.runJob(test.deps, { jobId: again.jobId, compileSource: compileInProcess, onBug });
    expect(await services.getJob({ ctx, input: { id: again.jobId } })).toMatchObject({ state: "done" });
    await services.undoDraft({ ctx, input: { id } });
    expect((await draftOf(id)).tools).toEqual(before.tools);
    await services.restoreDraft({ ctx, input: { id, version: 2 } });
    expect((await draftOf(id)).draft.revision).toMatchObject({ number: 2 });
  });
});

it("is refused to a stranger as if the server were not there, and to a member", async () => {
  const { id } = await fullServer();
  for (const [as, code] of [
    [test.stranger, "not_found"],
    [test.as(ctx, "member"), "forbidden"],
  ] as const) {
    await expect(services.restoreDraft({ ctx: as, input: { id, version: 1 } })).rejects.toMatchObject({ code });
    await expect(services.undoDraft({ ctx: as, input: { id } })).rejects.toMatchObject({ code });
  }
  for (const read of [services.getLastStep, services.reviewRestore] as const) {
    const input = { id, version: 1 };
    await expect(read({ ctx: test.stranger, input })).rejects.toMatchObject({ code: "not_found" });
  }
});

describe("compareDrafts", () => {
  const draft: KeptDraft = {
    ...{ format: 1, title: "Pets", description: null, instructions: null, dialect: "auto", toolMode: "list" },
    ...{ icon: null, standInTools: true, readAnswers: false, searchTexts: false },
    documents: [{ documentId: "d1", title: "Pets", revisionId: "r1", key: "", position: 0, baseUrl: null, held: [] }],
    ...{ selection: ["GET /a", "GET /b"], overrides: [{ operation: "GET /a", title: "A" }] },
    ...{ composedTools: [], prompts: [], resources: [] },
  };
  const nothing = {
    ...{ dropped: [], picked: [], edits: [], composedTools: [], prompts: [], resources: [] },
    ...{ documents: [], revisions: [], settings: [] },
  };
  it.each<[string, Partial<KeptDraft>, Partial<services.DraftDifference>]>([
    ["the same", {}, {}],
    ["other picks", { selection: ["GET /b", "GET /c"] }, { dropped: ["GET /a"], picked: ["GET /c"] }],
    ["an edit that is not there", { overrides: [] }, { edits: ["GET /a"] }],
    ["an edit that is another", { overrides: [{ operation: "GET /a", title: "B" }] }, { edits: ["GET /a"] }],
    ["a tool that only the other one has", { composedTools: [{ name: "x" }] }, {}],
    ["settings", { title: "Zoo", searchTexts: true }, { settings: ["title", "searchTexts"] }],
    [
      "another operation that is held back",
      { documents: draft.documents.map((one) => ({ ...one, held: [{ operation: "GET /a", revisionId: "r0" }] })) },
      { revisions: ["Pets"] },
    ],
    ["a document that is not there", { documents: [] }, { documents: ["Pets"] }],
  ])("%s", (_what, other, want) => {
    expect(compareDrafts(draft, { ...draft, ...other })).toEqual({ ...nothing, ...want });
  });
});
