import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

let test: TestServices;
beforeAll(async () => {
  test = await createTestServices();
});
afterAll(() => test.close());

async function publishPets(ctx: Ctx, slug: string) {
  const { jobId } = await services.publishSource({
    ctx,
    input: { source: { content: petsDocument }, slug, select: "all" },
  });
  const onBug = (error: unknown) => {
    throw error;
  };
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  return services.getServer({ ctx, input: { id: slug } });
}

const userOf = ({ actor }: Ctx) => (actor.type === "user" ? actor.id : "");

describe("what the page of a server tells", () => {
  const describeFor = async (slug: string, userId: string | null) => {
    const [membership] = await services.listMemberships(test.deps, userOf(test.ctx));
    return services.describeServer(test.deps, { organization: membership?.slug ?? "", slug, userId });
  };

  it("shows a public server to everybody, its tools by what they do", async () => {
    const server = await publishPets(test.ctx, "open");
    await services.updateServer({ ctx: test.ctx, input: { id: server.id, visibility: "public" } });
    const page = await describeFor("open", null);
    expect(page).toMatchObject({ title: "Pets", visibility: "public", version: 1, mcpUrl: server.mcpUrl });
    expect(page?.tools.map(({ kind }) => kind)).toEqual(["reading", "changing", "destroying"]);
  });

  it("never tells a stranger an organization's server from one that does not exist", async () => {
    await publishPets(test.ctx, "ours");
    expect(await describeFor("ours", userOf(test.ctx))).toMatchObject({ title: "Pets" });
    expect(await describeFor("ours", userOf(test.stranger))).toBeNull();
    expect(await describeFor("ours", null)).toBeNull();
    expect(await describeFor("nothing", userOf(test.ctx))).toBeNull();
  });
});

describe("what publishing would change", () => {
  it("names added, removed and changed tools and settings, and nothing right after publishing", async () => {
    const { ctx } = test;
    const { id } = await publishPets(ctx, "drafted");
    const compare = () => services.compareDraft({ ctx, input: { serverId: id } });
    expect(await compare()).toEqual({ added: [], removed: [], changed: [], settings: [] });

    await services.updateServer({ ctx, input: { id, title: "Animals", select: { operations: ["GET /pets"] } } });
    const patch = { name: "find_pets" };
    await services.overrideTool({ ctx, input: { serverId: id, operation: "GET /pets", patch } });
    const removed = ["POST /pets", "DELETE /pets/{id}"];
    expect(await compare()).toEqual({ added: [], removed, changed: ["GET /pets"], settings: ["title"] });

    await services.publishServer({ ctx, input: { id } });
    expect(await compare()).toEqual({ added: [], removed: [], changed: [], settings: [] });
    await services.rollbackServer({ ctx, input: { id, version: 1 } });
    expect(await compare()).toMatchObject({ removed, changed: ["GET /pets"] });
  });

  it("shows one tool beside what the document says, and neither to a stranger", async () => {
    const { ctx } = test;
    const { id, documentId } = await publishPets(ctx, "edited");
    const input = { serverId: id, operation: "GET /pets" };
    await services.overrideTool({ ctx, input: { ...input, patch: { title: "Find pets" } } });
    const { tool, generated } = await services.getTool({ ctx, input });
    expect([tool.title, generated.title]).toEqual(["Find pets", "List pets"]);
    expect(tool).not.toHaveProperty("plan");

    const document = { documentId, operation: "GET /pets" };
    expect(await services.getDocumentTool({ ctx, input: document })).toMatchObject({ title: "List pets" });
    const gone = { code: "not_found" };
    await expect(services.getTool({ ctx: test.stranger, input })).rejects.toMatchObject(gone);
    await expect(services.getDocumentTool({ ctx: test.stranger, input: document })).rejects.toMatchObject(gone);
    await expect(services.compareDraft({ ctx: test.stranger, input: { serverId: id } })).rejects.toMatchObject(gone);
  });
});

describe("the people of an organization", () => {
  it("are its own only", async () => {
    const members = await services.listMembers({ ctx: test.ctx });
    expect(members.map(({ role }) => role)).toEqual(["owner"]);
    const others = await services.listMembers({ ctx: test.stranger });
    expect(others.map(({ id }) => id)).not.toContain(members[0]?.id);
  });
});

describe("watching a server's usage", () => {
  it("says that it changed when calls were written, and ends when nobody listens", async () => {
    const { ctx } = test;
    const { id } = await publishPets(ctx, "watched");
    const abort = new AbortController();
    const news = services.watchUsage({ ctx, input: { serverId: id }, signal: abort.signal });
    expect((await news.next()).value).toBe("alive");
    const next = news.next();
    await services.recordUsage(test.deps, [
      {
        id: crypto.randomUUID(),
        occurredAt: new Date(),
        organizationId: ctx.organizationId,
        serverId: id,
        kind: "call",
        tool: "listPets",
        outcome: "ok",
        durationMs: 5,
        principal: "anonymous",
      },
    ]);
    expect((await next).value).toBe("changed");
    const last = news.next();
    abort.abort();
    expect((await last).done).toBe(true);
  });

  it("is refused to members who only use servers, and to strangers", async () => {
    const { id } = await publishPets(test.ctx, "quiet");
    const watch = (ctx: Ctx) =>
      services.watchUsage({ ctx, input: { serverId: id }, signal: AbortSignal.abort() }).next();
    await expect(watch(test.as(test.ctx, "member"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(watch(test.stranger)).rejects.toMatchObject({ code: "not_found" });
  });
});
