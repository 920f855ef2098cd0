import http from "node:http";
import type { AddressInfo } from "node:net";
import { createEgress } from "@portico/upstream";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, type TestServices } from "../testing.ts";

const SECRET = "canary-key-3f9c/+=";
const items = Array.from({ length: 40 }, (_, id) => ({
  id,
  title: `Thing ${id}`,
  state: "open",
  self_url: `https://api.example.com/things/${id}/with/a/long/address`,
  echo: SECRET,
}));

const got: { method: string; url: string; headers: http.IncomingHttpHeaders; body: string }[] = [];
const api = http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  got.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
  if (request.url?.startsWith("/gone"))
    return response.writeHead(404, { "content-type": "application/json" }).end('{"message":"no such thing"}');
  response
    .writeHead(200, { "content-type": "application/json", "set-cookie": "session=abc", "x-echo": SECRET })
    .end(JSON.stringify({ items, has_more: true }));
});

let test: TestServices;
let server: services.ServerDetail;
const egress = createEgress({ allow: ["127.0.0.0/8"] });
beforeAll(async () => {
  test = await createTestServices();
  await new Promise<void>((done) => api.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const thing = { type: "object", properties: { id: { type: "integer" }, title: { type: "string" } } };
  const list = {
    type: "object",
    properties: { items: { type: "array", items: thing }, has_more: { type: "boolean" } },
  };
  const answer = (schema: object) => ({ 200: { description: "ok", content: { "application/json": { schema } } } });
  const content = JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Things", version: "1" },
    servers: [{ url: origin }],
    security: [{ key: [] }],
    paths: {
      "/things": {
        get: {
          operationId: "listThings",
          parameters: [{ name: "limit", in: "query", schema: { type: "integer", maximum: 100 } }],
          responses: answer(list),
        },
        post: {
          operationId: "addThing",
          requestBody: { required: true, content: { "application/json": { schema: thing } } },
          responses: { 201: { description: "made" } },
        },
      },
      "/gone": { get: { operationId: "readGone", responses: answer(thing) } },
    },
    components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
  });
  const { ctx, deps } = test;
  const { jobId } = await services.publishSource({
    ctx,
    input: { source: { content }, select: "all", slug: "things" },
  });
  await services.runJob(deps, {
    jobId,
    compileSource: compileInProcess,
    onBug: (error) => {
      throw error;
    },
  });
  server = await services.getServer({ ctx, input: { id: "things" } });
});
afterAll(async () => {
  await egress.close();
  api.close();
  await test.close();
});
beforeEach(() => {
  got.length = 0;
});

const tried = (input: Partial<services.TryToolInput> = {}, ctx = test.ctx) =>
  services.tryTool({ ctx, egress, input: { serverId: server.id, operation: "GET /things", ...input } });
const textOf = ({ result }: services.TriedCall) =>
  result.content.map((block) => (block.type === "text" ? block.text : "")).join("\n");

describe("tryTool", () => {
  it("says which credential is missing, and shows what was sent all the same", async () => {
    const call = await tried({ arguments: { limit: 3 } });
    expect(call).toMatchObject({ outcome: "ok", missingCredentials: ["key"], request: { method: "GET" } });
    expect(got).toMatchObject([{ url: "/things?limit=3" }]);
  });

  it("calls with the server's credential and shows none of it", async () => {
    const { ctx } = test;
    const credential = { type: "apiKey" as const, value: SECRET };
    await services.setCredential({ ctx, input: { serverId: server.id, scheme: "key", credential } });
    const call = await tried({ arguments: { limit: 3 } });
    expect(got[0]?.headers["x-key"]).toBe(SECRET);
    expect(call.missingCredentials).toEqual([]);
    expect(JSON.stringify(call)).not.toContain(SECRET);
    expect(call.request?.curl).toMatch(/^curl 'http:\/\/127\.0\.0\.1:\d+\/things\?limit=3'/);
    expect(call.request?.headers.find(([name]) => name.toLowerCase() === "x-key")?.[1]).toBe("[hidden]");
    expect(call.answer).toMatchObject({ status: 200, contentType: "application/json" });
    expect(call.answer?.headers).not.toHaveProperty("set-cookie");
    expect(call.view?.tokens.raw).toBeGreaterThan(1_000);
    expect(call.view?.tree?.fields.map(({ path }) => path)).toEqual(["items", "has_more"]);
  });

  it("suggests a shape, and tries one before it is saved", async () => {
    const first = await tried({ from: "api" });
    const { suggestion, tokens } = first.view ?? {};
    expect(suggestion).toMatchObject({ keep: expect.arrayContaining(["items[].id", "items[].title"]) });
    const second = await tried({ shape: suggestion ?? null });
    expect(second.view?.tokens.shaped).toBeLessThan((tokens?.shaped ?? 0) / 3);
    expect(textOf(second)).not.toContain("self_url");
    const { tool } = await services.getTool({
      ctx: test.ctx,
      input: { serverId: server.id, operation: "GET /things" },
    });
    expect(tool.shape).toBeUndefined();
  });

  it("answers from the document without sending anything, credentials or not", async () => {
    const call = await tried({ from: "example", arguments: { limit: 1 } });
    expect(got).toEqual([]);
    expect(call).toMatchObject({
      outcome: "ok",
      answer: { from: "schema" },
      request: { url: expect.stringMatching(/limit=1$/) },
    });
    expect(JSON.parse(textOf(call))).toEqual({
      items: [
        { id: 1, title: "title" },
        { id: 1, title: "title" },
      ],
      has_more: true,
    });
  });

  it("answers from the sample that was kept", async () => {
    const { ctx } = test;
    await expect(tried({ from: "sample" })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/keep what it answers/),
    });
    const real = await tried();
    const { status = 0, contentType = "", body = "" } = real.answer ?? {};
    const input = { serverId: server.id, operation: "GET /things", arguments: { limit: 3 }, status, contentType, body };
    await services.keepSample({ ctx, input });
    got.length = 0;
    const again = await tried({ from: "sample" });
    expect(got).toEqual([]);
    expect(textOf(again)).toBe(textOf(real));
    const kept = await services.readSample({ ctx, input });
    expect(kept).toMatchObject({ status: 200, arguments: { limit: 3 }, tokens: expect.any(Number) });
    expect(kept?.body).not.toContain(SECRET);
    await services.removeSample({ ctx, input });
    expect(await services.readSample({ ctx, input })).toBeNull();
    await expect(services.removeSample({ ctx, input })).rejects.toMatchObject({ code: "not_found" });
  });

  it("says which argument is wrong, and what the API refused, as a model is told", async () => {
    const wrong = await tried({ arguments: { limit: "many" } });
    expect(wrong).toMatchObject({ outcome: "invalid_arguments", result: { isError: true } });
    expect(textOf(wrong)).toMatch(/limit/);
    expect(got).toEqual([]);
    const gone = await tried({ operation: "GET /gone" });
    expect(gone).toMatchObject({ outcome: "upstream_error", answer: { status: 404 } });
    expect(textOf(gone)).toContain("no such thing");
  });

  it("serves the published version once the draft differs", async () => {
    const { ctx } = test;
    const input = { serverId: server.id, operation: "GET /things" };
    await services.overrideTool({ ctx, input: { ...input, patch: { shape: { keep: ["items[].id"], itemsMax: 2 } } } });
    expect(textOf(await tried())).toMatch(/^\{"items":\[\{"id":0\},\{"id":1\}\]\}/);
    expect(textOf(await tried({ on: "published" }))).toContain("Thing 39");
    await services.publishServer({ ctx, input: { id: server.id } });
    expect(textOf(await tried({ on: "published" }))).not.toContain("Thing");
    await services.overrideTool({ ctx, input: { ...input, patch: {} } });
  });

  it("runs with a profile", async () => {
    const { ctx } = test;
    const { id } = await services.createProfile({
      ctx,
      input: {
        serverId: server.id,
        name: "Small",
        settings: { arguments: [{ argument: "limit", mode: "fixed", value: 7 }] },
      },
    });
    await tried({ profileId: id });
    expect(got[0]?.url).toBe("/things?limit=7");
    await expect(tried({ profileId: "prf_none" })).rejects.toMatchObject({ code: "not_found" });
    await services.removeProfile({ ctx, input: { serverId: server.id, id } });
  });

  it("is for those who may change the server, and is in the audit log when the API was called", async () => {
    const { ctx } = test;
    for (const actor of [
      { type: "user" as const, id: "usr_x", role: "member" as const },
      { type: "apiKey" as const, id: "key_x", scopes: ["read" as const] },
    ]) {
      await expect(tried({}, { ...ctx, actor })).rejects.toMatchObject({ code: "forbidden" });
      await expect(
        services.readSample({ ctx: { ...ctx, actor }, input: { serverId: server.id, operation: "GET /things" } }),
      ).rejects.toMatchObject({ code: "forbidden" });
    }
    const count = () => ctx.db.auditEvent.count({ where: { organizationId: ctx.organizationId, action: "tool.try" } });
    const before = await count();
    await tried({ from: "example" });
    expect(await count()).toBe(before);
    await tried();
    expect(await count()).toBe(before + 1);
  });
});

describe("previewShape", () => {
  const preview = (input: object) =>
    services.previewShape({ ctx: test.ctx, input: { serverId: server.id, operation: "GET /things", ...input } });

  it("shapes what the document says of an answer, or the sample that was kept", async () => {
    const example = await preview({ from: "example", shape: { keep: ["items[].title"] } });
    expect(example.result.structuredContent).toEqual({ items: [{ title: "title" }, { title: "title" }] });
    await expect(preview({ from: "sample" })).rejects.toMatchObject({ code: "conflict" });
    const body = JSON.stringify({ items });
    const sample = { status: 200, contentType: "application/json", body };
    await services.keepSample({ ctx: test.ctx, input: { serverId: server.id, operation: "GET /things", ...sample } });
    const { view, result } = await preview({ from: "sample", shape: { keep: ["items[].id"], format: "csv" } });
    expect(view.tokens.shaped).toBeLessThan(view.tokens.raw / 5);
    expect(result.content[0]).toMatchObject({ text: expect.stringMatching(/^id\n0\n1\n/) });
    expect(got).toEqual([]);
  });
});

describe("tryComposed", () => {
  const tool = {
    name: "titles",
    description: "The titles of the first things.",
    inputs: [{ name: "count", type: "number" as const, required: true }],
    steps: [
      { id: "list", operation: "GET /things", arguments: { limit: { from: "input.count" } } },
      { id: "again", operation: "GET /things", forEach: "list.items[0:2]", arguments: { limit: { value: 1 } } },
    ],
    answer: { expression: "list.items[0:3].title" },
  };
  const run = (input: object = {}, ctx = test.ctx) =>
    services.tryComposed({ ctx, egress, input: { serverId: server.id, tool, arguments: { count: 5 }, ...input } });

  it("shows what each step was asked and found, and what the model gets", async () => {
    const { result, steps } = await run();
    expect(result.structuredContent).toEqual({ result: ["Thing 0", "Thing 1", "Thing 2"] });
    expect(steps).toMatchObject([
      { id: "list", calls: 1, failed: 0, made: [{ request: { url: expect.stringMatching(/limit=5$/) } }] },
      { id: "again", calls: 2, failed: 0 },
    ]);
    expect(steps[0]?.value).toContain('"Thing 39"');
    expect(got).toHaveLength(3);
    expect(JSON.stringify({ result, steps })).not.toContain(SECRET);
  });

  it("shows of each call what was sent, its answer, its tokens and its time", async () => {
    const { steps, tokens, ms } = await run();
    const [call] = steps[0]?.made ?? [];
    expect(call).toMatchObject({ outcome: "ok", answer: { status: 200 }, retries: 0 });
    expect(call?.request?.curl).toMatch(/^curl .*limit=5/);
    expect(call?.request?.curl).not.toContain(SECRET);
    expect(call?.upstreamMs).toBeGreaterThan(0);
    expect(call?.view?.tokens.raw).toBeGreaterThan(100);
    expect(tokens.raw).toBeGreaterThan(tokens.shaped * 5);
    expect(ms).toBeGreaterThan(0);
  });

  it("sends nothing where the answers are the document's, or samples", async () => {
    expect((await run({ from: "example" })).result.structuredContent).toEqual({ result: ["title", "title"] });
    const { ctx } = test;
    const of = { serverId: server.id, operation: "GET /things" };
    await services.removeSample({ ctx, input: of });
    const none = await run({ from: "sample" });
    expect(none.result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining("No sample") }] });
    expect(none.steps).toMatchObject([{ id: "list", failed: 1, made: [{ outcome: "blocked" }] }]);
    const body = JSON.stringify({ items: [{ title: "Kept" }] });
    await services.keepSample({ ctx, input: { ...of, status: 200, contentType: "application/json", body } });
    expect((await run({ from: "sample" })).result.structuredContent).toEqual({ result: ["Kept"] });
    await services.removeSample({ ctx, input: of });
    expect(got).toEqual([]);
  });

  it("runs one of the server's by its name, as it is drafted or served, with a profile", async () => {
    const { ctx } = test;
    const byName = (on: "draft" | "published", more: object = {}) =>
      run({ tool: undefined, name: "titles", on, ...more });
    await expect(byName("draft")).rejects.toMatchObject({ code: "not_found" });
    await services.updateServer({ ctx, input: { id: server.id, composedTools: [tool] } });
    await expect(byName("published")).rejects.toMatchObject({ code: "not_found" });
    await services.publishServer({ ctx, input: { id: server.id } });
    const { publishedVersion } = await services.getServer({ ctx, input: { id: server.id } });
    const version = publishedVersion?.number ?? 0;
    const served = await services.listVersionTools({ ctx, input: { id: server.id, version } });
    expect(served.find(({ name }) => name === "titles")).toMatchObject({
      ...{ operation: "COMPOSED titles", kind: "reading", inputSchema: { required: ["count"] } },
      steps: [
        { id: "list", operation: "GET /things" },
        { id: "again", operation: "GET /things" },
      ],
    });
    const last = { ...tool, answer: { expression: "list.items[0].title" } };
    await services.updateServer({ ctx, input: { id: server.id, composedTools: [last] } });
    expect((await byName("draft")).result.structuredContent).toEqual({ result: "Thing 0" });
    expect((await byName("published")).result.structuredContent).toEqual({
      result: ["Thing 0", "Thing 1", "Thing 2"],
    });
    const { id: profileId } = await services.createProfile({
      ctx,
      input: {
        serverId: server.id,
        name: "Few",
        settings: { arguments: [{ argument: "limit", mode: "fixed", value: 2 }] },
      },
    });
    const { steps } = await byName("published", { profileId });
    expect(steps[0]?.made[0]?.request?.url).toMatch(/limit=2$/);
    await services.removeProfile({ ctx, input: { serverId: server.id, id: profileId } });
    await expect(run({ name: "titles" })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(run({ on: "published" })).rejects.toMatchObject({ code: "invalid_input" });
    await services.updateServer({ ctx, input: { id: server.id, composedTools: [] } });
  });

  it("says what is wrong before anything is sent", async () => {
    expect((await run({ arguments: {} })).result).toMatchObject({ isError: true });
    await expect(run({ tool: { ...tool, steps: [{ id: "a", operation: "GET /none" }] } })).rejects.toMatchObject({
      code: "invalid_input",
    });
    const actor = { type: "user" as const, id: "usr_x", role: "member" as const };
    await expect(run({}, { ...test.ctx, actor })).rejects.toMatchObject({ code: "forbidden" });
    expect(got).toEqual([]);
  });
});

describe("editTool", () => {
  it("changes some fields and leaves the others, and says what was before", async () => {
    const { ctx } = test;
    const input = { serverId: server.id, operation: "GET /things" };
    const read = async () => (await services.getTool({ ctx, input })).tool;
    await services.editTool({ ctx, input: { ...input, changes: { title: "Things", shape: { itemsMax: 3 } } } });
    const { before } = await services.editTool({ ctx, input: { ...input, changes: { title: null, widget: true } } });
    expect(before).toEqual({ title: "Things", shape: { itemsMax: 3 } });
    expect(await read()).toMatchObject({ widget: true, shape: { itemsMax: 3 } });
    expect((await read()).title).toBeUndefined();
    await services.editTool({ ctx, input: { ...input, changes: { widget: null, shape: null } } });
    expect(await ctx.db.toolOverride.count({ where: { serverId: server.id } })).toBe(0);
  });
});

describe("a shape of an answer", () => {
  it.each<[string, object, RegExp]>([
    ["a path that is none", { keep: ["a[0]"] }, /data\[\]\.owner\.login/],
    ["an expression that is none", { expression: "a[" }, /cannot be used/],
    ["an expression that multiplies", { expression: "[@,@,@,@,@][]|[@,@,@,@,@][]" }, /many times larger/],
    ["nothing that is kept", { keep: [] }, /keep something/],
    ["an unknown format", { format: "yaml" }, /shape\.format/],
    ["too few tokens", { tokensMax: 3 }, /shape\.tokensMax/],
  ])("is refused with %s", async (_what, shape, message) => {
    const input = { serverId: server.id, operation: "GET /things", patch: { shape } as never };
    await expect(services.overrideTool({ ctx: test.ctx, input })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(message),
    });
  });
});
