import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import * as services from "../index.ts";
import { compileInProcess, createTestServices } from "../testing.ts";

const onBug = (error: unknown) => {
  throw error;
};
const THINGS = 1_200;
const READ = "GET /things/0";
const DELETE = "DELETE /things/0";
const BROKEN = "GET /broken/{id";
const all = [READ, DELETE];

let test: Awaited<ReturnType<typeof createTestServices>>;
let ctx: Ctx;
let serverId: string;

beforeAll(async () => {
  test = await createTestServices();
  ctx = test.ctx;
  const responses = { 200: { description: "ok" } };
  const content = JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Things", version: "1" },
    servers: [{ url: "https://things.example" }],
    paths: Object.fromEntries(
      Array.from({ length: THINGS }, (_, at) => [`/things/${at}`, { get: { responses }, delete: { responses } }]),
    ),
  });
  const { jobId } = await services.importDocument({ ctx, input: { source: { content } } });
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  const { documentId } = (await services.getJob({ ctx, input: { id: jobId } })).result as { documentId: string };
  const input = { documentId, slug: "things", select: { operations: [READ] } };
  serverId = (await services.createServer({ ctx, input })).id;
});
afterAll(() => test.close());

const edit = (operations: string[], changes: services.ToolsChanges, as = ctx) =>
  services.editTools({ ctx: as, input: { serverId, operations, changes } });
const pick = (operations: string[], isPicked: boolean, as = ctx) =>
  services.pickTools({ ctx: as, input: { serverId, operations, isPicked } });
const undo = ({ previous }: services.EditedTools) => {
  const edits = previous as Parameters<typeof services.overrideTools>[0]["input"]["edits"];
  return services.overrideTools({ ctx, input: { serverId, edits } });
};
const patchOf = async (operation: string) => (await services.getTool({ ctx, input: { serverId, operation } })).patch;
const selection = async () => (await services.getServer({ ctx, input: { id: serverId } })).selection;

describe("editing several tools", () => {
  it("changes a field of all of them, leaves the rest of their edits, and hands back what was before", async () => {
    const title = { title: "Everything" };
    await services.overrideTool({ ctx, input: { serverId, operation: READ, patch: title } });
    const done = await edit([...all, READ], { askFirst: true });
    expect(done).toEqual({
      previous: [
        { operation: READ, patch: title },
        { operation: DELETE, patch: {} },
      ],
      left: 0,
      lock: expect.any(Number),
    });
    expect([await patchOf(READ), await patchOf(DELETE)]).toEqual([{ ...title, askFirst: true }, { askFirst: true }]);
    // Those that are so already are neither written nor taken back.
    expect((await edit(all, { askFirst: true })).previous).toEqual([]);

    await undo(await edit(all, { askFirst: false }));
    expect([await patchOf(READ), await patchOf(DELETE)]).toEqual([{ ...title, askFirst: true }, { askFirst: true }]);
    await undo(done);
    expect([await patchOf(READ), await patchOf(DELETE)]).toEqual([title, {}]);
  });

  it("is taken back only while nobody changed the draft since, for who says so, and names each tool once", async () => {
    const before = [await patchOf(READ), await patchOf(DELETE)];
    const { previous, lock } = await edit(all, { askFirst: true });
    const edits = previous as Parameters<typeof services.overrideTools>[0]["input"]["edits"];
    await services.overrideTool({ ctx, input: { serverId, operation: READ, patch: { title: "Theirs" } } });
    await expect(services.overrideTools({ ctx, input: { serverId, edits, lock } })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await patchOf(READ)).toEqual({ title: "Theirs" });
    await expect(
      services.overrideTools({ ctx, input: { serverId, edits: [...edits, ...edits] } }),
    ).rejects.toMatchObject({ code: "invalid_input", message: expect.stringContaining("name each operation once") });
    const { lock: now } = await services.getServer({ ctx, input: { id: serverId } });
    await services.overrideTools({ ctx, input: { serverId, edits, lock: now } });
    expect([await patchOf(READ), await patchOf(DELETE)]).toEqual(before);
  });

  it("leaves out what cannot be changed like this, and says how many that were", async () => {
    const done = await edit([...all, BROKEN], { summarize: true });
    expect(done.left).toBe(2);
    expect(await patchOf(READ)).toMatchObject({ summarize: true });
    expect(await patchOf(DELETE)).toEqual({});
    await undo(done);
    expect(await edit([BROKEN], { widget: true })).toMatchObject({ previous: [], left: 1 });
  });

  it("says of several what they do, beside what was said before, and takes that back", async () => {
    const done = await edit(all, { annotations: { readOnlyHint: true } });
    // A GET reads by itself.
    expect([await patchOf(READ), await patchOf(DELETE)]).toMatchObject([{}, { annotations: { readOnlyHint: true } }]);
    expect(await patchOf(READ)).not.toHaveProperty("annotations");
    await edit([DELETE], { annotations: { openWorldHint: false }, summarize: true });
    expect(await patchOf(DELETE)).toEqual({
      annotations: { readOnlyHint: true, openWorldHint: false },
      summarize: true,
    });
    await edit([DELETE], { summarize: false });
    await edit([DELETE], { annotations: { readOnlyHint: false, destructiveHint: false } });
    expect(await patchOf(DELETE)).toEqual({
      annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
    });
    const { tool, generated } = await services.getTool({ ctx, input: { serverId, operation: DELETE } });
    expect([tool.kind, generated.kind, generated.annotations.destructiveHint]).toEqual([
      "changing",
      "destroying",
      true,
    ]);
    await edit(all, { annotations: null });
    expect(await patchOf(DELETE)).toEqual({});
    const where = { organizationId: ctx.organizationId, action: "tool.override" };
    const [event] = await test.deps.db.auditEvent.findMany({
      where: { ...where, details: { path: ["fields"], array_contains: ["annotations"] } },
    });
    expect(event?.details).toMatchObject({ operation: DELETE, fields: ["annotations"] });
    expect(done.previous.map(({ operation }) => operation)).toContain(DELETE);
  });

  it.each([
    [{ readOnlyHint: true, destructiveHint: true }, /what only reads deletes nothing/],
    [{ readOnlyHint: "yes" }, /readOnlyHint/],
    [{ safe: true }, /safe/],
  ])("refuses to be told that tools do %j", async (annotations, message) => {
    await expect(edit(all, { annotations } as services.ToolsChanges)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(message),
    });
  });

  it("sums up and pages only what reads, whoever says so", async () => {
    const about = (operation: string, patch: object) =>
      services.overrideTool({ ctx, input: { serverId, operation, patch } });
    for (const field of ["summarize", "paging"])
      await expect(about(READ, { annotations: { destructiveHint: true }, [field]: true })).rejects.toMatchObject({
        code: "invalid_input",
        message: expect.stringMatching(/that read/),
      });
    await about(DELETE, { annotations: { readOnlyHint: true }, summarize: true });
    expect(await patchOf(DELETE)).toEqual({ annotations: { readOnlyHint: true }, summarize: true });
    await about(DELETE, {});
  });

  it("takes thousands at once, each in the audit log", async () => {
    const operations = Array.from({ length: THINGS }, (_, at) => [`GET /things/${at}`, `DELETE /things/${at}`]).flat();
    const done = await edit(operations, { askFirst: true });
    expect(done.previous).toHaveLength(2 * THINGS);
    expect(await test.deps.db.toolOverride.count({ where: { serverId } })).toBe(2 * THINGS);
    const where = {
      organizationId: ctx.organizationId,
      action: "tool.override",
      details: { path: ["operation"], equals: "DELETE /things/7" },
    };
    expect(await test.deps.db.auditEvent.count({ where })).toBe(1);
    await undo(done);
    expect(await test.deps.db.toolOverride.count({ where: { serverId } })).toBe(1);
  });

  it("changes nothing that was changed meanwhile", async () => {
    const results = await Promise.allSettled([edit(all, { widget: true }), edit(all, { askFirst: true })]);
    const refused = results.filter(({ status }) => status === "rejected");
    for (const one of refused) expect(one).toMatchObject({ reason: { code: "conflict" } });
    const patches = [await patchOf(READ), await patchOf(DELETE)];
    expect(patches.map(({ widget, askFirst }) => [widget, askFirst])).toEqual([
      [patches[1]?.widget, patches[1]?.askFirst],
      [patches[0]?.widget, patches[0]?.askFirst],
    ]);
  });

  it("gives several a time of their own, and has only those made again that can be", async () => {
    for (const operation of all) await services.overrideTool({ ctx, input: { serverId, operation, patch: {} } });
    const done = await edit(all, { timeoutSeconds: 5, retries: 1 });
    // A DELETE can be repeated by its method.
    expect(await patchOf(DELETE)).toEqual({ timeoutSeconds: 5, retries: 1 });
    await services.overrideTool({
      ctx,
      input: { serverId, operation: DELETE, patch: { annotations: { idempotentHint: false } } },
    });
    expect((await edit(all, { retries: 3 })).left).toBe(1);
    expect(await patchOf(READ)).toMatchObject({ timeoutSeconds: 5, retries: 3 });
    expect((await edit(all, { timeoutSeconds: null, retries: null })).left).toBe(0);
    expect(await patchOf(READ)).not.toHaveProperty("retries");
    expect(await patchOf(READ)).not.toHaveProperty("timeoutSeconds");
    await undo(done);
    const { calling } = await services.getTool({ ctx, input: { serverId, operation: READ } });
    expect(calling).toEqual({ timeoutSeconds: 30, timeoutSecondsMax: 60, retries: 2, retriesMax: 3 });
  });

  it.each<[object, RegExp]>([
    [{ timeoutSeconds: 0 }, /timeoutSeconds/],
    [{ timeoutSeconds: 61 }, /60 s at most: the gateway gives a silent API up then/],
    [{ timeoutSeconds: 1.5 }, /timeoutSeconds/],
    [{ retries: 4 }, /retries/],
    [{ retries: -1 }, /retries/],
    [{ retries: 1, annotations: { idempotentHint: false } }, /could do something twice.*idempotentHint/],
  ])("refuses a call that is made like this: %j", async (patch, message) => {
    await expect(services.overrideTool({ ctx, input: { serverId, operation: DELETE, patch } })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(message),
    });
  });

  it.each([{}, { askFirst: "yes" }, { name: "same_for_all" }])("refuses %j", async (changes) => {
    await expect(edit(all, changes as services.ToolsChanges)).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("is neither a stranger's nor a member's", async () => {
    await expect(edit(all, { widget: true }, test.stranger)).rejects.toMatchObject({ code: "not_found" });
    await expect(edit(all, { widget: true }, test.as(ctx, "member"))).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("picking several tools", () => {
  it("adds to what is picked, drops of it, in the document's order, and answers with what takes it back", async () => {
    const added = ["DELETE /things/1", "GET /things/1"];
    expect(await pick([...added, READ, BROKEN], true)).toEqual({ changed: ["GET /things/1", "DELETE /things/1"] });
    expect(await selection()).toEqual([READ, "GET /things/1", "DELETE /things/1"]);
    expect(await pick(added, true)).toEqual({ changed: [] });
    await pick(added, false);
    expect(await selection()).toEqual([READ]);
  });

  it("is neither a stranger's nor a member's", async () => {
    await expect(pick(all, true, test.stranger)).rejects.toMatchObject({ code: "not_found" });
    await expect(pick(all, true, test.as(ctx, "member"))).rejects.toMatchObject({ code: "forbidden" });
    expect(await selection()).toEqual([READ]);
  });
});
