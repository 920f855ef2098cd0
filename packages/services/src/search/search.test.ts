import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument } from "../testing.ts";

const onBug = (error: unknown) => {
  throw error;
};

let test: Awaited<ReturnType<typeof createTestServices>>;
let ctx: Ctx;
let serverId: string;

beforeAll(async () => {
  test = await createTestServices();
  ctx = test.ctx;
  const { jobId } = await services.importDocument({ ctx, input: { source: { content: petsDocument } } });
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  const { documentId } = (await services.getJob({ ctx, input: { id: jobId } })).result as { documentId: string };
  const create = (slug: string, title: string, operations: string[]) =>
    services.createServer({ ctx, input: { documentId, slug, title, select: { operations } } });
  serverId = (await create("pets", "Pets of the house", ["GET /pets"])).id;
  await create("zoo", "Zoo", ["POST /pets"]);
});
afterAll(() => test.close());

const find = (text: string, as: Ctx = ctx) => services.search({ ctx: as, input: { text } });
const toolsOf = async (text: string) =>
  (await find(text)).tools.map(
    ({ server, name, isPicked }) => `${server.slug} ${name}${isPicked ? "" : " (not picked)"}`,
  );

describe("search", () => {
  it("gives the newest servers and documents, and no tool, without a text", async () => {
    const { servers, documents, tools } = await find("");
    expect(servers.map(({ slug }) => slug)).toEqual(["zoo", "pets"]);
    expect(servers[1]?.mcpUrl).toMatch(/^https:\/\/portico\.example\.com\/mcp\/.+\/pets$/);
    expect(documents.map(({ title }) => title)).toEqual(["Pets"]);
    expect(tools).toEqual([]);
  });

  it.each([
    ["listpets", ["pets listPets", "zoo listPets (not picked)"]],
    ["LIST", ["pets listPets", "zoo listPets (not picked)"]],
    // By path, and by the server that it is of.
    ["delete /pets/{id} zoo", ["zoo removePet (not picked)"]],
    ["list zoo", ["zoo listPets (not picked)"]],
    ["nothing", []],
    ["listpets nothing", []],
  ])("finds the tools that have every word of %s, the picked ones first", async (text, want) => {
    expect(await toolsOf(text)).toEqual(want);
  });

  it("puts the servers with most of the words first, so that a word about a page does no harm", async () => {
    expect((await find("house access pets")).servers.map(({ slug }) => slug)).toEqual(["pets"]);
    expect((await find("o")).servers.map(({ slug }) => slug)).toEqual(["zoo", "pets"]);
    expect((await find("pets house zoo")).servers.map(({ slug }) => slug)).toEqual(["pets", "zoo"]);
  });

  it("knows a tool by the name that a person gave it, and finds tools of several calls", async () => {
    await services.overrideTool({ ctx, input: { serverId, operation: "GET /pets", patch: { name: "all_animals" } } });
    const tool = {
      name: "adopt_pet",
      description: "Adopts one",
      inputs: [],
      steps: [{ id: "a", operation: "GET /pets" }],
    };
    await services.updateServer({ ctx, input: { id: serverId, composedTools: [tool] } });
    expect(await toolsOf("animals")).toEqual(["pets all_animals"]);
    expect(await toolsOf("listpets")).toEqual(["zoo listPets (not picked)"]);
    expect((await find("adopt")).tools).toEqual([
      { server: { slug: "pets", title: "Pets of the house" }, name: "adopt_pet", operation: null, isPicked: true },
    ]);
  });

  it("finds nothing of another organization, and takes any text", async () => {
    expect(await find("pets", test.stranger)).toEqual({ servers: [], tools: [], documents: [], isPartial: false });
    expect((await find("pets", test.as(ctx, "member"))).servers).toHaveLength(1);
    for (const text of ["%", "s_ts", "\\", "'; drop table", "(((", "🐈"])
      expect(await find(text)).toEqual({ servers: [], tools: [], documents: [], isPartial: false });
    await expect(find("x".repeat(201))).rejects.toMatchObject({ code: "invalid_input" });
    const key: Ctx = { ...ctx, actor: { type: "apiKey", id: "x", scopes: ["call"] } };
    await expect(find("pets", key)).rejects.toMatchObject({ code: "forbidden" });
  });
});
