import http from "node:http";
import type { AddressInfo } from "node:net";
import { createEgress } from "@portico/upstream";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, type TestServices } from "../testing.ts";

const SECRET = "canary-key-of-evals";
let boats: object[] = [];
const got: string[] = [];
const api = http.createServer((request, response) => {
  got.push(`${request.method} ${request.url}`);
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ boats, echo: SECRET }));
});

let test: TestServices;
let server: services.ServerDetail;
const egress = createEgress({ allow: ["127.0.0.0/8"] });
const answers = { 200: { description: "ok", content: { "application/json": { schema: { type: "object" } } } } };
const documentAt = (origin: string, more: object = {}) =>
  JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Boats", version: "1" },
    servers: [{ url: origin }],
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
    paths: {
      "/boats": {
        get: {
          operationId: "listBoats",
          parameters: [{ name: "kind", in: "query", schema: { type: "string" } }],
          responses: answers,
        },
        post: { operationId: "addBoat", responses: answers },
      },
      ...more,
    },
  });

beforeAll(async () => {
  test = await createTestServices();
  await new Promise<void>((done) => api.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const { ctx, deps } = test;
  const { jobId } = await services.publishSource({
    ctx,
    input: { source: { content: documentAt(origin) }, select: "all", slug: "boats" },
  });
  await services.runJob(deps, {
    jobId,
    compileSource: compileInProcess,
    onBug: (error) => {
      throw error;
    },
  });
  server = await services.getServer({ ctx, input: { id: "boats" } });
  const credential = { type: "apiKey" as const, value: SECRET };
  await services.setCredential({ ctx, input: { serverId: server.id, scheme: "key", credential } });
});
afterAll(async () => {
  await egress.close();
  api.close();
  await test.close();
});
beforeEach(async () => {
  got.length = 0;
  boats = [{ id: 1, name: "Canal kayak", kind: "kayak" }];
  await test.ctx.db.evalCase.deleteMany({ where: { serverId: server.id } });
});

const save = (input: Partial<services.SaveEvalCaseInput> = {}, ctx = test.ctx) =>
  services.saveEvalCase({
    ctx,
    input: {
      ...{ serverId: server.id, name: "kayaks are listed", tool: "listBoats", arguments: { kind: "kayak" } },
      expect: { matches: { boats: [{ kind: "kayak" }] } },
      ...input,
    },
  });
const run = (input: Partial<services.RunEvalsInput> = {}, ctx = test.ctx) =>
  services.runEvals({ ctx, egress, input: { serverId: server.id, ...input } });
const list = (ctx = test.ctx) => services.listEvalCases({ ctx, input: { serverId: server.id } });
const edit = (changes: object) =>
  services.editTool({ ctx: test.ctx, input: { serverId: server.id, operation: "GET /boats", changes } });
const review = async () =>
  (await services.reviewPublish({ ctx: test.ctx, input: { id: server.id } })).warnings.flatMap(({ code, message }) =>
    code.startsWith("evals") ? [message] : [],
  );

describe("saveEvalCase", () => {
  it("keeps a call with what is expected of it, by the tool's name or its operation", async () => {
    expect(await save()).toMatchObject({
      ...{ tool: "listBoats", operation: "GET /boats", kind: "reading", needsWord: false, problem: null },
      expect: { isError: false, contains: [], matches: { boats: [{ kind: "kayak" }] } },
      ...{ arguments: { kind: "kayak" }, lastRun: null, createdBy: "Test Person" },
    });
    expect(await save({ name: "adding", tool: "POST /boats", arguments: {} })).toMatchObject({
      ...{ tool: "addBoat", kind: "changing", needsWord: true },
    });
    expect((await list()).map(({ name }) => name)).toEqual(["adding", "kayaks are listed"]);
  });

  it.each<[string, object, RegExp]>([
    ["no name", { name: " " }, /name: give it a name/],
    ["a name that is too long", { name: "x".repeat(201) }, /200 characters/],
    ["no tool", { tool: "" }, /say which tool/],
    ["arguments that are too long", { arguments: { a: "x".repeat(20_001) } }, /arguments: keep it under 20000/],
    ["half a character", { arguments: { a: "\ud800" } }, /arguments: leave out halves/],
    ["a NUL", { expect: { contains: ["a\u0000"] } }, /NUL/],
    ["a word that is none", { expect: { contain: ["x"] } }, /contain/],
  ])("refuses %s in words", async (_what, input, message) => {
    await expect(save(input)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(message),
    });
  });

  it("refuses a name that is taken, and more cases than there is room for", async () => {
    await save();
    await expect(save()).rejects.toMatchObject({
      code: "conflict",
      details: { issues: [{ field: "name", message: expect.stringMatching(/already/) }] },
    });
    const suite = {
      name: "many",
      cases: Array.from({ length: services.EVAL_CASES_MAX - 1 }, (_, at) => ({
        name: `case ${at}`,
        call: { tool: "listBoats" },
      })),
    };
    await services.importEvalSuite({ ctx: test.ctx, input: { serverId: server.id, suite } });
    await expect(save({ name: "one more" })).rejects.toMatchObject({
      code: "limit_exceeded",
      message: expect.stringMatching(/at most 200 eval cases/),
    });
    expect(await list()).toHaveLength(services.EVAL_CASES_MAX);
  });
});

describe("runEvals", () => {
  it("runs them as tools are tried, keeps how they ended, and says what differs", async () => {
    const { id } = await save();
    expect(await run()).toMatchObject({ passed: 1, failed: 0, notRun: 0, version: null });
    expect(got).toEqual(["GET /boats?kind=kayak"]);
    boats = [{ id: 2, name: "Barge", kind: "barge" }];
    const second = await run({ cases: [id] });
    expect(second).toMatchObject({
      failed: 1,
      results: [{ state: "failed", faults: ['boats[0].kind is "barge", not "kayak".'] }],
    });
    const [kept] = await list();
    expect(kept?.lastRun).toMatchObject({
      ...{ on: "draft", from: "api", isPassed: false, isCurrent: true, at: expect.any(String) },
      faults: second.results[0]?.faults,
    });
    expect(JSON.stringify([second, kept])).not.toContain(SECRET);
  });

  it("sends nothing that changes something without a person's word, nor with an example", async () => {
    await save({ name: "adding", tool: "addBoat", arguments: {}, expect: {} });
    const first = await run();
    expect(first).toMatchObject({ passed: 0, failed: 0, notRun: 1, results: [{ state: "notRun" }] });
    expect((await list())[0]?.lastRun).toBeNull();
    expect(await run({ from: "example" })).toMatchObject({ passed: 1 });
    expect(got).toEqual([]);
    expect(await run({ mayChange: true })).toMatchObject({ passed: 1 });
    expect(got).toEqual(["POST /boats"]);
  });

  it("asks for a person's word where the tool asks before each call", async () => {
    await save();
    await edit({ askFirst: true });
    expect(await run()).toMatchObject({ notRun: 1 });
    await edit({ askFirst: null });
    expect(got).toEqual([]);
    expect(await run()).toMatchObject({ passed: 1 });
  });

  it("answers from the kept sample, and says when there is none", async () => {
    await save();
    expect(await run({ from: "sample" })).toMatchObject({
      results: [{ state: "notRun", faults: [expect.stringMatching(/No sample was kept/)] }],
    });
    const body = JSON.stringify({ boats });
    const sample = { operation: "GET /boats", status: 200, contentType: "application/json", body };
    await services.keepSample({ ctx: test.ctx, input: { serverId: server.id, ...sample } });
    expect(await run({ from: "sample" })).toMatchObject({ passed: 1 });
    expect(got).toEqual([]);
  });

  it("follows a tool that is renamed, and says when it is gone, on the draft or on what is served", async () => {
    await save();
    await edit({ name: "find_boats" });
    expect(await list()).toMatchObject([{ tool: "find_boats", problem: null }]);
    await services.changePicks({ ctx: test.ctx, input: { serverId: server.id, pick: [], drop: ["GET /boats"] } });
    expect(await list()).toMatchObject([
      { tool: "listBoats", kind: null, problem: expect.stringMatching(/no tool "listBoats" \(GET \/boats\).*pick it/) },
    ]);
    expect(await run()).toMatchObject({
      failed: 1,
      results: [{ faults: [expect.stringMatching(/^The draft has no/)] }],
    });
    expect(await run({ on: "published" })).toMatchObject({ passed: 1, version: 1 });
    expect((await list())[0]?.lastRun).toMatchObject({ on: "published", version: 1, isCurrent: true });
    await services.changePicks({ ctx: test.ctx, input: { serverId: server.id, pick: ["GET /boats"], drop: [] } });
    await edit({ name: null });
  });

  it("runs a tool of several calls", async () => {
    const { lock } = await services.getServer({ ctx: test.ctx, input: { id: server.id } });
    const names = {
      ...{ name: "boat_names", description: "The names of all boats." },
      steps: [{ id: "all", operation: "GET /boats" }],
      answer: { expression: "all.boats[].name" },
    };
    await services.updateServer({ ctx: test.ctx, input: { id: server.id, lock, composedTools: [names] } });
    const saved = await save({
      ...{ name: "names", tool: "boat_names", arguments: {} },
      expect: { matches: { result: ["Canal kayak"] } },
    });
    expect(saved).toMatchObject({ tool: "boat_names", operation: null, problem: null });
    expect(await run()).toMatchObject({ passed: 1 });
    await services.updateServer({ ctx: test.ctx, input: { id: server.id, composedTools: [] } });
    expect((await list())[0]?.problem).toMatch(/no tool "boat_names"\. If it has another name/);
  });

  it("is told before publishing where cases fail or were not run on this very draft", async () => {
    expect(await review()).toEqual([]);
    await save();
    await save({ name: "barges", expect: { matches: { boats: [{ kind: "barge" }] } } });
    expect(await review()).toEqual(["2 eval cases were not run on this draft."]);
    await run();
    expect(await review()).toEqual(["One eval case fails on this draft."]);
    await edit({ title: "Boats" });
    expect(await review()).toEqual(["2 eval cases were not run on this draft."]);
    await edit({ title: null });
  });
});

describe("updateEvalCase", () => {
  it("keeps the last run over a new name, and forgets it with another call or expectation", async () => {
    const { id } = await save();
    await run();
    const update = (changes: object) =>
      services.updateEvalCase({ ctx: test.ctx, input: { serverId: server.id, id, ...changes } });
    expect(await update({ name: "renamed" })).toMatchObject({ name: "renamed", lastRun: { isPassed: true } });
    expect(await update({ expect: { contains: ["barge"] } })).toMatchObject({
      ...{ lastRun: null, arguments: { kind: "kayak" } },
      expect: { isError: false, contains: ["barge"] },
    });
    expect(await update({ tool: "addBoat" })).toMatchObject({ operation: "POST /boats", needsWord: true });
    await expect(update({})).rejects.toMatchObject({ message: expect.stringMatching(/say what is to change/) });
    await save();
    await expect(update({ name: "kayaks are listed" })).rejects.toMatchObject({ code: "conflict" });
  });

  it("removes one, once", async () => {
    const { id } = await save();
    const remove = () => services.removeEvalCase({ ctx: test.ctx, input: { serverId: server.id, id } });
    await remove();
    expect(await list()).toEqual([]);
    await expect(remove()).rejects.toMatchObject({ code: "not_found" });
    await expect(run({ cases: [id] })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("a suite of a server", () => {
  const take = (suite: unknown) => services.importEvalSuite({ ctx: test.ctx, input: { serverId: server.id, suite } });

  it("comes back as it was exported", async () => {
    await save();
    await edit({ name: "find_boats" });
    const suite = await services.exportEvalSuite({ ctx: test.ctx, input: { serverId: server.id } });
    expect(suite).toMatchObject({ name: "Boats", cases: [{ call: { tool: "find_boats", args: { kind: "kayak" } } }] });
    const before = (await list()).map(({ expect, operation }) => ({ expect, operation }));
    expect(await take(suite)).toEqual({ added: 0, replaced: 1, withoutTool: [] });
    expect((await list()).map(({ expect, operation }) => ({ expect, operation }))).toEqual(before);
    await edit({ name: null });
  });

  it("keeps a case whose tool is not there, and says which", async () => {
    const cases = [
      { name: "a", call: { tool: "gone" } },
      { name: "b", call: { tool: "listBoats" } },
    ];
    expect(await take({ name: "s", cases })).toEqual({ added: 2, replaced: 0, withoutTool: ["a"] });
  });

  it.each<[string, unknown, RegExp]>([
    ["no suite", { cases: [] }, /not a suite, and nothing was imported.*name/],
    ["two of a name", { name: "s", cases: [1, 2].map(() => ({ name: "a", call: { tool: "x" } })) }, /Two cases/],
  ])("refuses %s and changes nothing", async (_what, suite, message) => {
    await expect(take(suite)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(message),
    });
    expect(await list()).toEqual([]);
    await expect(services.exportEvalSuite({ ctx: test.ctx, input: { serverId: server.id } })).rejects.toMatchObject({
      code: "conflict",
    });
  });
});

it("is not there for a stranger, whatever is asked", async () => {
  const { id } = await save();
  const ctx = test.stranger;
  const input = { serverId: server.id, id };
  for (const attempt of [
    () => list(ctx),
    () => save({ name: "x" }, ctx),
    () => run({}, ctx),
    () => services.updateEvalCase({ ctx, input: { ...input, name: "x" } }),
    () => services.removeEvalCase({ ctx, input }),
    () => services.exportEvalSuite({ ctx, input }),
    () => services.importEvalSuite({ ctx, input: { ...input, suite: {} } }),
  ])
    await expect(attempt()).rejects.toMatchObject({ code: "not_found" });
  expect(await list()).toMatchObject([{ id, name: "kayaks are listed" }]);
});

it("is for those who may change the server, and changes are in the audit log", async () => {
  const { ctx } = test;
  const { id } = await save();
  await services.removeEvalCase({ ctx, input: { serverId: server.id, id } });
  const { organizationId } = ctx;
  const events = await ctx.db.auditEvent.findMany({
    where: { organizationId, action: { startsWith: "evalCase" } },
    orderBy: { id: "desc" },
    take: 2,
  });
  expect(events.map(({ action, details }) => [action, details])).toEqual([
    ["evalCase.remove", { name: "kayaks are listed" }],
    ["evalCase.save", { name: "kayaks are listed" }],
  ]);
  const kept = await save();
  const input = { serverId: server.id, id: kept.id };
  for (const actor of [
    { type: "user" as const, id: "usr_x", role: "member" as const },
    { type: "apiKey" as const, id: "key_x", scopes: ["read" as const] },
  ]) {
    const theirs = { ...ctx, actor };
    for (const attempt of [
      () => list(theirs),
      () => save({ name: "x" }, theirs),
      () => run({}, theirs),
      () => services.updateEvalCase({ ctx: theirs, input: { ...input, name: "x" } }),
      () => services.removeEvalCase({ ctx: theirs, input }),
      () => services.exportEvalSuite({ ctx: theirs, input }),
      () => services.importEvalSuite({ ctx: theirs, input: { ...input, suite: {} } }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: "forbidden" });
  }
  expect(got).toEqual([]);
});
