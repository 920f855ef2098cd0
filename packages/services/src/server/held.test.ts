import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

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

type Json = { [key: string]: Json };

const described = (operationId: string, summary: string, more: object = {}) => ({
  ...{ operationId, summary, responses: { 200: { description: "ok" } } },
  ...more,
});

/** The pets, later: one is told differently, one is gone, one has moved, one is new. */
function laterPets(change: (paths: Json) => void = () => {}): string {
  const document = JSON.parse(petsDocument) as Json;
  const { "/pets": pets, "/pets/{id}": pet } = document.paths as { "/pets": Json; "/pets/{id}": Json };
  const parameters = [{ name: "kind", in: "query", required: true, schema: { type: "string" } }];
  document.paths = {
    "/pets": { get: { ...pets.get, summary: "List all pets", parameters } },
    "/animals/{id}": pet,
    "/owners": { get: described("listOwners", "List owners") },
  } as unknown as Json;
  change(document.paths);
  return JSON.stringify(document);
}

async function read(content: string, documentId?: string): Promise<string> {
  const input = { source: { content }, ...(documentId ? { documentId } : {}) };
  const { jobId } = await services.importDocument({ ctx, input });
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  const job = await services.getJob({ ctx, input: { id: jobId } });
  expect(job).toMatchObject({ state: "done" });
  return String(job.result?.documentId);
}

let made = 0;

/** A published server with an edit, whose document has been read again. */
async function serverBehind(later = laterPets()) {
  const documentId = await read(petsDocument);
  const slug = `held-${++made}`;
  const { id } = await services.createServer({ ctx, input: { documentId, slug, select: "all" } });
  const edit = { serverId: id, operation: "DELETE /pets/{id}", patch: { description: "Only when asked." } };
  await services.overrideTool({ ctx, input: edit });
  await services.publishServer({ ctx, input: { id } });
  await read(later, documentId);
  return { id, documentId, slug };
}

const toolsOf = async (serverId: string) =>
  (await services.listTools({ ctx, input: { serverId } }))
    .filter(({ isSelected }) => isSelected)
    .map(({ operation: { key }, tool, heldAt }) => [key, tool?.name, tool?.description, heldAt?.number]);
const heldOf = async (serverId: string) =>
  (await services.listServerDocuments({ ctx, input: { serverId } })).flatMap(({ held }) =>
    held.map(({ operation, revision }) => [operation, revision.number]),
  );
const upgrade = (id: string, input: Partial<services.UpgradeServerInput>) =>
  services.upgradeServer({ ctx, input: { id, ...input } });

const LIST = ["GET /pets", "listPets", "List pets.", 1];
const LIST_NEW = ["GET /pets", "listPets", "List all pets.", undefined];
const ADD = ["POST /pets", "addPet", expect.any(String), 1];
const REMOVE = ["DELETE /pets/{id}", "removePet", "Only when asked.", 1];
const REMOVE_NEW = ["DELETE /animals/{id}", "removePet", "Only when asked.", undefined];

describe("an upgrade that holds operations back", () => {
  it.each<[string, string[] | undefined, unknown[][]]>([
    ["nothing", undefined, [LIST_NEW, REMOVE_NEW]],
    ["nothing either", [], [LIST_NEW, REMOVE_NEW]],
    ["what changed", ["GET /pets"], [LIST, REMOVE_NEW]],
    ["what is gone", ["POST /pets"], [LIST_NEW, REMOVE_NEW, ADD]],
    ["what has moved", ["DELETE /pets/{id}"], [LIST_NEW, REMOVE]],
    ["all of it", ["GET /pets", "POST /pets", "DELETE /pets/{id}"], [LIST, ADD, REMOVE]],
  ])("takes all but %s", async (_what, hold, want) => {
    const { id } = await serverBehind();
    const before = await services.reviewUpgrade({ ctx, input: { id } });
    expect(before?.holdable.toSorted()).toEqual(["DELETE /pets/{id}", "GET /pets", "POST /pets"]);
    const upgraded = await upgrade(id, hold ? { hold } : {});
    expect(await toolsOf(id)).toEqual(want);
    expect(upgraded.held.map(({ operation }) => operation).toSorted()).toEqual([...(hold ?? [])].sort());
    expect(upgraded.changes.removed.map(({ operation }) => operation)).not.toContain(hold?.[0] ?? "");
    const published = await services.publishServer({ ctx, input: { id } });
    expect(published.tools.map(({ operation, name }) => [operation, name])).toEqual(
      want.map(([key, name]) => [key, name]),
    );
  });

  it("publishes what is held exactly as it was served before", async () => {
    const { id } = await serverBehind();
    await upgrade(id, { hold: ["GET /pets", "POST /pets", "DELETE /pets/{id}"] });
    const { changes, warnings } = await services.reviewPublish({ ctx, input: { id } });
    expect(changes).toMatchObject({ added: [], removed: [], changed: [] });
    expect(warnings).toContainEqual({
      code: "held_back",
      where: "tools",
      message: expect.stringMatching(/^The tools listPets, addPet, removePet are held back/),
    });
  });

  it("keeps an own tool that calls what is gone, and says which one uses it", async () => {
    const { id } = await serverBehind();
    const steps = [{ id: "a", operation: "POST /pets" }];
    await services.updateServer({
      ctx,
      input: { id, select: { operations: ["GET /pets"] }, composedTools: [{ name: "adopt", description: "x", steps }] },
    });
    const review = await services.reviewUpgrade({ ctx, input: { id } });
    expect(review?.usedBy).toEqual({ "POST /pets": ["adopt"] });
    await upgrade(id, { hold: ["POST /pets"] });
    const published = await services.publishServer({ ctx, input: { id } });
    expect(published.tools.map(({ name }) => name)).toEqual(["listPets", "adopt"]);
  });

  it("shows them again with the next revision, where they stay unless it is said otherwise", async () => {
    const { id, documentId } = await serverBehind();
    await upgrade(id, { hold: ["GET /pets", "POST /pets"] });
    await read(
      laterPets((paths) => {
        paths["/shelters"] = { get: described("listShelters", "List shelters") } as unknown as Json;
      }),
      documentId,
    );
    const review = await services.reviewUpgrade({ ctx, input: { id } });
    expect(review).toMatchObject({
      ...{ from: { number: 2 }, to: { number: 3 }, added: [{ key: "GET /shelters" }] },
      changes: { removed: [{ operation: "POST /pets" }], changed: [{ operation: "GET /pets", isBreaking: true }] },
    });
    expect(review?.held.map(({ operation, revision }) => [operation, revision.number])).toEqual([
      ["POST /pets", 1],
      ["GET /pets", 1],
    ]);
    await upgrade(id, {});
    expect(await toolsOf(id)).toEqual([LIST, REMOVE_NEW, ADD]);
    await read(laterPets(), documentId);
    await upgrade(id, { hold: ["POST /pets"] });
    expect(await toolsOf(id)).toEqual([LIST_NEW, REMOVE_NEW, ADD]);
  });

  it("lets go of one of them, which follows to where it is now, with its edits", async () => {
    const { id } = await serverBehind();
    await upgrade(id, { hold: ["GET /pets", "POST /pets", "DELETE /pets/{id}"] });
    const again = await services.reviewUpgrade({ ctx, input: { id } });
    expect(again).toMatchObject({
      ...{ from: { number: 2 }, to: { number: 2 } },
      changes: {
        renamed: [{ from: "DELETE /pets/{id}", to: "DELETE /animals/{id}" }],
        removed: [{ operation: "POST /pets" }],
      },
    });
    await upgrade(id, { hold: ["GET /pets", "POST /pets"] });
    expect(await toolsOf(id)).toEqual([LIST, REMOVE_NEW, ADD]);
    await upgrade(id, { hold: ["POST /pets"] });
    const last = await upgrade(id, { hold: [] });
    expect(last.changes.removed).toEqual([{ operation: "POST /pets", wasSelected: true }]);
    expect(await toolsOf(id)).toEqual([LIST_NEW, REMOVE_NEW]);
    expect(await services.reviewUpgrade({ ctx, input: { id } })).toBeNull();
    await services.undoDraft({ ctx, input: { id } });
    expect(await toolsOf(id)).toEqual([LIST_NEW, REMOVE_NEW, ADD]);
  });

  it("is said in the list of tools, with what the document has in its place", async () => {
    const { id } = await serverBehind();
    await upgrade(id, { hold: ["GET /pets", "POST /pets", "DELETE /pets/{id}"] });
    const tools = await services.listTools({ ctx, input: { serverId: id } });
    const said = tools.flatMap(({ operation, heldAt }) => (heldAt ? [[operation.key, heldAt]] : []));
    expect(Object.fromEntries(said)).toMatchObject({
      "GET /pets": { number: 1, isGone: false },
      "POST /pets": { number: 1, isGone: true },
      "DELETE /pets/{id}": { number: 1, isGone: false, successor: "DELETE /animals/{id}" },
    });
  });

  it("lets go of a single one by its key, and of nothing that is not held", async () => {
    const { id, slug } = await serverBehind();
    await upgrade(id, { hold: ["GET /pets", "POST /pets"] });
    await services.letGo({ ctx, input: { serverId: slug, operation: "GET /pets" } });
    expect(await toolsOf(id)).toEqual([LIST_NEW, REMOVE_NEW, ADD]);
    for (const [as, operation, code] of [
      [ctx, "GET /pets", "precondition_failed"],
      [test.as(ctx, "member"), "POST /pets", "forbidden"],
      [test.stranger, "POST /pets", "not_found"],
    ] as const) {
      await expect(services.letGo({ ctx: as, input: { serverId: id, operation } })).rejects.toMatchObject({ code });
    }
    expect(await heldOf(id)).toEqual([["POST /pets", 1]]);
  });

  it("leaves what came in its place alone where that is a tool by now", async () => {
    const { id } = await serverBehind();
    await upgrade(id, { hold: ["DELETE /pets/{id}"] });
    await services.changePicks({ ctx, input: { serverId: id, pick: ["DELETE /animals/{id}"], drop: [] } });
    expect((await toolsOf(id)).map(([key, name]) => [key, name])).toEqual([
      ...[
        ["GET /pets", "listPets"],
        ["DELETE /animals/{id}", "removePet_2"],
      ],
      ["DELETE /pets/{id}", "removePet"],
    ]);
    await upgrade(id, { hold: [] });
    expect((await toolsOf(id)).map(([key, name]) => [key, name])).toEqual([
      ["GET /pets", "listPets"],
      ["DELETE /animals/{id}", "removePet_2"],
    ]);
  });

  it("can be edited, found, and taken into a version that makes the draft again", async () => {
    const { id } = await serverBehind();
    await upgrade(id, { hold: ["POST /pets"] });
    const patch = { name: "adopt_pet" };
    await services.overrideTool({ ctx, input: { serverId: id, operation: "POST /pets", patch } });
    expect((await services.getTool({ ctx, input: { serverId: id, operation: "POST /pets" } })).tool.name).toBe(
      "adopt_pet",
    );
    const found = await services.search({ ctx, input: { text: "adopt_pet" } });
    expect(JSON.stringify(found)).toContain("POST /pets");
    const { number } = await services.publishServer({ ctx, input: { id } });
    await upgrade(id, { hold: [] });
    expect(await heldOf(id)).toEqual([]);
    const review = await services.reviewRestore({ ctx, input: { id, version: number } });
    expect(review.changes).toMatchObject({ picked: ["POST /pets"], revisions: ["Pets"] });
    await services.restoreDraft({ ctx, input: { id, version: number } });
    expect(await heldOf(id)).toEqual([["POST /pets", 1]]);
    expect(await services.publishServer({ ctx, input: { id } })).toMatchObject({ number, isNew: false });
  });

  it("is tried with the example of the revision that has it", async () => {
    const answering = (name: string) => ({
      responses: { 200: { description: "ok", content: { "application/json": { example: { name } } } } },
    });
    const withExample = (name: string) =>
      laterPets((paths) => {
        paths["/example"] = { get: described("getExample", name, answering(name)) } as unknown as Json;
      });
    const documentId = await read(withExample("Rex"));
    const { id } = await services.createServer({ ctx, input: { documentId, slug: "examples", select: "all" } });
    await read(withExample("Bello"), documentId);
    await upgrade(id, { hold: ["GET /example"] });
    const preview = () =>
      services.previewShape({ ctx, input: { serverId: id, operation: "GET /example", from: "example", shape: {} } });
    expect(JSON.stringify((await preview()).result.content)).toContain("Rex");
    await upgrade(id, { hold: [] });
    expect(JSON.stringify((await preview()).result.content)).toContain("Bello");
  });

  it("is of one document of several, whose keys it knows", async () => {
    const { id } = await serverBehind();
    const other = await read(petsDocument.replace('"Pets"', '"Zoo"'));
    await services.addServerDocument({ ctx, input: { serverId: id, documentId: other, key: "zoo", select: "all" } });
    await read(laterPets().replace('"Pets"', '"Zoo"'), other);
    const review = await services.reviewUpgrade({ ctx, input: { id, document: other } });
    expect(review?.holdable).toContain("POST zoo:/pets");
    await upgrade(id, { document: other, hold: ["POST zoo:/pets"] });
    expect(await heldOf(id)).toEqual([["POST zoo:/pets", 1]]);
    expect((await toolsOf(id)).map(([key]) => key)).toEqual([
      ...["GET /pets", "POST /pets", "DELETE /pets/{id}"],
      ...["GET zoo:/pets", "DELETE zoo:/animals/{id}", "POST zoo:/pets"],
    ]);
  });

  it("is over when the source is published again: all of it is taken", async () => {
    const { id, slug } = await serverBehind();
    await upgrade(id, { hold: ["GET /pets", "POST /pets", "DELETE /pets/{id}"] });
    const input = { source: { content: laterPets() }, slug };
    const { jobId } = await services.publishSource({ ctx, input });
    await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
    expect(await services.getJob({ ctx, input: { id: jobId } })).toMatchObject({
      state: "done",
      result: { changes: { removed: [{ operation: "POST /pets" }], renamed: [{ to: "DELETE /animals/{id}" }] } },
    });
    expect(await heldOf(id)).toEqual([]);
    expect(await toolsOf(id)).toEqual([LIST_NEW, REMOVE_NEW]);
    await services.undoDraft({ ctx, input: { id } });
    expect(await toolsOf(id)).toEqual([LIST, ADD, REMOVE]);
  });

  it.each<[string, Partial<services.UpgradeServerInput>, string, RegExp]>([
    ["what does not change", { hold: ["GET /owners"] }, "invalid_input", /hold: .*GET \/owners.*holdable/],
    ["what is not there", { hold: ["GET /nowhere"] }, "invalid_input", /GET \/nowhere/],
    [
      "an edit to be replaced of what is held",
      { hold: ["DELETE /pets/{id}"], take: [{ operation: "DELETE /animals/{id}", field: "description" }] },
      "invalid_input",
      /take/,
    ],
    ["the revision that it has already", { revision: 1, hold: [] }, "precondition_failed", /already/],
  ])("refuses to hold %s, and changes nothing", async (_what, input, code, message) => {
    const { id } = await serverBehind();
    const before = await services.getServer({ ctx, input: { id } });
    await expect(upgrade(id, input)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await services.getServer({ ctx, input: { id } })).toEqual(before);
  });
});
