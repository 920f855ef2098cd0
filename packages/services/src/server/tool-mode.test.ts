import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

let test: TestServices;
beforeAll(async () => {
  test = await createTestServices();
});
afterAll(() => test.close());

/** Publishes a document to a slug, and gives the server and the mode that its served version was frozen with. */
async function publish(input: Partial<services.PublishSourceInput> = {}) {
  const { ctx, deps } = test;
  const source = { content: petsDocument };
  const { jobId } = await services.publishSource({
    ctx,
    input: { source, select: "all", slug: "pets", ...input },
  });
  await services.runJob(deps, {
    jobId,
    compileSource: compileInProcess,
    onBug: (error) => {
      throw error;
    },
  });
  const server = await services.getServer({ ctx, input: { id: input.slug ?? "pets" } });
  const served = await services.loadVersion(deps, server.publishedVersionId ?? "");
  return { server, served: served?.manifest.toolMode, number: served?.number };
}

describe("how tools are offered", () => {
  it("is a list unless somebody says otherwise, and is frozen into the version", async () => {
    const { ctx } = test;
    const first = await publish();
    expect(first).toMatchObject({ server: { toolMode: "list" }, served: "list", number: 1 });
    const { id } = first.server;

    expect(await services.updateServer({ ctx, input: { id, toolMode: "search" } })).toMatchObject({
      toolMode: "search",
    });
    expect(await services.compareDraft({ ctx, input: { serverId: id } })).toMatchObject({ settings: ["toolMode"] });
    expect(await services.publishServer({ ctx, input: { id } })).toMatchObject({ number: 2, isNew: true });
    const { publishedVersionId } = await services.getServer({ ctx, input: { id } });
    expect((await services.loadVersion(test.deps, publishedVersionId ?? ""))?.manifest.toolMode).toBe("search");
    expect(await services.compareDraft({ ctx, input: { serverId: id } })).toMatchObject({ settings: [] });
  });

  it("stays what it is when the source is published again without a word about it", async () => {
    await publish({ slug: "kept", toolMode: "search" });
    expect(await publish({ slug: "kept" })).toMatchObject({ served: "search", number: 1 });
    expect(await publish({ slug: "kept", toolMode: "list" })).toMatchObject({ served: "list", number: 2 });
  });

  it("costs a model what is listed: three tools for however many, and the same before a publish as after it", async () => {
    const { ctx } = test;
    const operation = {
      summary: "Looks at things, one page after the other",
      responses: { 200: { description: "ok" } },
    };
    const pathsOf = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`/things/${at}`, { get: operation }]));
    const info = { title: "Things", version: "1" };
    const tokensOf = async (count: number, toolMode: services.ToolMode) => {
      const paths = pathsOf(count);
      const content = JSON.stringify({ openapi: "3.1.0", info, servers: [{ url: "https://things.example" }], paths });
      const { server } = await publish({ source: { content }, slug: `things-${count}-${toolMode}`, toolMode });
      const { draft } = await services.reviewPublish({ ctx, input: { id: server.id } });
      expect(server.publishedVersion?.tokenCount).toBe(draft.tokens);
      return draft.tokens;
    };
    const searched = await tokensOf(100, "search");
    expect(Math.abs((await tokensOf(200, "search")) - searched)).toBeLessThan(10);
    expect(searched).toBeLessThan(1_500);
    expect(await tokensOf(100, "list")).toBeGreaterThan(2 * searched);
  });

  it("refuses another word, and a stranger", async () => {
    const { ctx } = test;
    const { server } = await publish({ slug: "refused" });
    const input = { id: server.id, toolMode: "both" } as unknown as services.UpdateServerInput;
    await expect(services.updateServer({ ctx, input })).rejects.toMatchObject({ code: "invalid_input" });
    const stranger = { ...ctx, organizationId: "org_elsewhere" };
    await expect(
      services.updateServer({ ctx: stranger, input: { id: server.id, toolMode: "search" } }),
    ).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("measureDraft", () => {
  it("counts the tools that are picked, and what a list of them costs", async () => {
    const { ctx } = test;
    const { server } = await publish({ slug: "measured", source: { content: manyTools(101, 20) } });
    const size = await services.measureDraft({ ctx, input: { serverId: server.id } });
    expect(size.tools).toBeGreaterThan(services.LISTED_TOOLS_MAX);
    expect(size.tokens).toBeGreaterThan(services.LISTED_TOKENS_MAX);

    await services.updateServer({ ctx, input: { id: server.id, select: { operations: ["GET /things/1"] } } });
    const one = await services.measureDraft({ ctx, input: { serverId: server.id } });
    expect(one.tools).toBe(1);
    expect(one.tokens).toBeCloseTo(size.tokens / 101, -2);
  });

  it("is refused to a stranger", async () => {
    const { ctx } = test;
    const { server } = await publish({ slug: "private" });
    const stranger = { ...ctx, organizationId: "org_elsewhere" };
    await expect(services.measureDraft({ ctx: stranger, input: { serverId: server.id } })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

function manyTools(count: number, parameterCount: number): string {
  const parameters = Array.from({ length: parameterCount }, (_, index) => ({
    name: `filter${index}`,
    in: "query",
    description: "Only those that this is true of, and of which nothing else is said.",
    schema: { type: "string" },
  }));
  const paths = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `/things/${index}`,
      { get: { operationId: `readThing${index}`, parameters, responses: { 200: { description: "ok" } } } },
    ]),
  );
  return JSON.stringify({ openapi: "3.1.0", info: { title: "Things", version: "1" }, paths });
}
