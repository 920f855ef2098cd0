import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import * as services from "../index.ts";
import { compileInProcess, createTestServices } from "../testing.ts";

const onBug = (error: unknown) => {
  throw error;
};
const PETS = "GET /pets";
const parameter = (name: string) => ({ name, in: "query", schema: { type: "string" } });

let test: Awaited<ReturnType<typeof createTestServices>>;
let ctx: Ctx;
let serverId: string;

beforeAll(async () => {
  test = await createTestServices();
  ctx = test.ctx;
  const content = JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Pets", version: "1" },
    servers: [{ url: "https://pets.example" }],
    paths: {
      "/pets": { get: { summary: "Pets", parameters: ["kind", "owner", "colour"].map(parameter), responses: {} } },
      "/cats": { get: { responses: {} } },
      "/dogs": { get: { responses: {} } },
    },
  });
  const { jobId } = await services.importDocument({ ctx, input: { source: { content } } });
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  const { documentId } = (await services.getJob({ ctx, input: { id: jobId } })).result as { documentId: string };
  serverId = (await services.createServer({ ctx, input: { documentId, slug: "pets", select: "all" } })).id;
});
afterAll(() => test.close());
beforeEach(async () => {
  await services.overrideTool({ ctx, input: { serverId, operation: PETS, patch: {} } });
});

const edit = (changes: services.ToolChanges, from?: services.ToolChanges, as = ctx) =>
  services.editTool({ ctx: as, input: { serverId, operation: PETS, changes, from } });
const patch = async () => (await services.getTool({ ctx, input: { serverId, operation: PETS } })).patch;
const lock = async () => (await services.getServer({ ctx, input: { id: serverId } })).lock;

describe("editing fields of one tool", () => {
  it("leaves what is not named, and takes back what is null", async () => {
    await edit({ title: "Animals", parameters: { kind: { hidden: true }, owner: { description: "Whose." } } });
    const done = await edit({ description: " All of them. ", parameters: { kind: null } });
    expect(done).toEqual({
      before: { title: "Animals", parameters: { kind: { hidden: true }, owner: { description: "Whose." } } },
      after: { title: "Animals", description: "All of them.", parameters: { owner: { description: "Whose." } } },
      lock: await lock(),
    });
    expect(await patch()).toEqual(done.after);
    await edit({ parameters: null, title: null });
    expect(await patch()).toEqual({ description: "All of them." });
  });

  it.each<[string, services.ToolChanges, services.ToolChanges]>([
    ["fields", { title: "Animals" }, { description: "All." }],
    ["parameters", { parameters: { kind: { hidden: true } } }, { parameters: { owner: { hidden: true } } }],
    ["people to ask", { askFor: ["kind"] }, { askFor: ["owner"] }],
  ])("keeps what two people do to different %s, also at the same moment", async (_what, mine, theirs) => {
    // Both read a tool without edits.
    await Promise.all([edit(mine, {}), edit(theirs, {})]);
    const { after } = await edit({ widget: true }, {});
    const both = (one: object, other: object) => ({ ...one, ...other });
    expect(after).toEqual({
      widget: true,
      ...mine,
      ...theirs,
      ...(mine.parameters && theirs.parameters ? { parameters: both(mine.parameters, theirs.parameters) } : {}),
      ...(mine.askFor && theirs.askFor ? { askFor: ["kind", "owner"] } : {}),
    });
  });

  it("keeps what several do to different tools at the same moment", async () => {
    const all = Array.from({ length: 4 }, (_, at) => `GET /${["pets", "cats", "dogs", "pets"][at]}`);
    const titles = all.map((operation, at) =>
      services.editTool({
        ctx,
        input: { serverId, operation, changes: at === 3 ? { description: "Once." } : { title: `T${at}` }, from: {} },
      }),
    );
    await Promise.all(titles);
    expect(await patch()).toEqual({ title: "T0", description: "Once." });
  });

  it("tells what somebody else made of a field, and writes none of them", async () => {
    await edit({ title: "Theirs", parameters: { kind: { hidden: true } } });
    const before = await lock();
    const refused = edit(
      { title: "Mine", description: "Mine too.", parameters: { kind: { description: "Which." }, owner: null } },
      { title: null },
    );
    await expect(refused).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("title, parameters.kind"),
      details: {
        conflicts: [
          { field: "title", theirs: "Theirs" },
          { field: "parameters.kind", theirs: { hidden: true } },
        ],
      },
    });
    expect(await lock()).toBe(before);
    expect(await patch()).toEqual({ title: "Theirs", parameters: { kind: { hidden: true } } });
    // Over theirs, by who has seen it; and what is so already is no conflict.
    await edit({ title: "Mine" }, { title: "Theirs" });
    await edit({ title: "Mine" }, {});
    expect((await patch()).title).toBe("Mine");
    // They took it back to the document meanwhile.
    await edit({ title: null });
    await expect(edit({ title: "Again" }, { title: "Mine" })).rejects.toMatchObject({
      details: { conflicts: [{ field: "title", theirs: null }] },
    });
  });

  it("is refused for a draft that has another lock by now", async () => {
    const { lock: read } = await services.getTool({ ctx, input: { serverId, operation: PETS } });
    await services.pickTools({ ctx, input: { serverId, operations: ["GET /cats"], isPicked: false } });
    const input = { serverId, operation: PETS, changes: { title: "Mine" }, lock: read };
    await expect(services.editTool({ ctx, input })).rejects.toMatchObject({ code: "conflict" });
    await services.editTool({ ctx, input: { ...input, lock: await lock() } });
    expect(await patch()).toEqual({ title: "Mine" });
    await services.pickTools({ ctx, input: { serverId, operations: ["GET /cats"], isPicked: true } });
  });

  it.each<[object, string]>([
    [{ name: "no spaces" }, "name"],
    [{ size: 3 }, "size"],
    [{ parameters: [] }, "parameters"],
    [{ parameters: { none: { hidden: true } } }, "none"],
    [{ lock: 1 }, "lock"],
  ])("refuses %j by name", async (changes, word) => {
    await expect(edit(changes as services.ToolChanges, {})).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining(word),
    });
  });

  it("is neither a stranger's nor a member's", async () => {
    await expect(edit({ title: "x" }, {}, test.stranger)).rejects.toMatchObject({ code: "not_found" });
    await expect(edit({ title: "x" }, {}, test.as(ctx, "member"))).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("changing picks", () => {
  const change = (pick: string[], drop: string[], as = ctx) =>
    services.changePicks({ ctx: as, input: { serverId, pick, drop } });
  const selection = async () => (await services.getServer({ ctx, input: { id: serverId } })).selection;

  it("keeps what two people pick and drop at the same moment", async () => {
    await change([], ["GET /cats", "GET /dogs"]);
    await Promise.all([change(["GET /dogs"], []), change(["GET /cats"], [PETS])]);
    expect(await selection()).toEqual(["GET /cats", "GET /dogs"]);
    expect(await change([PETS, "GET /cats", "GET /none"], ["GET /dogs"])).toEqual({
      picked: [PETS],
      dropped: ["GET /dogs"],
    });
    expect(await selection()).toEqual([PETS, "GET /cats"]);
  });

  it("wants something to pick or to drop, and nothing in both", async () => {
    await expect(change([], [])).rejects.toMatchObject({ code: "invalid_input" });
    await expect(change([PETS], [PETS])).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("is neither a stranger's nor a member's", async () => {
    await expect(change([PETS], [], test.stranger)).rejects.toMatchObject({ code: "not_found" });
    await expect(change([PETS], [], test.as(ctx, "member"))).rejects.toMatchObject({ code: "forbidden" });
  });
});
