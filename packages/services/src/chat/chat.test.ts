import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Message } from "@portico/models";
import { type ModelReply, type ModelRequest, type ModelStub, STUB_KEY, startModelStub } from "@portico/models/testing";
import { createEgress } from "@portico/upstream";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, type TestServices } from "../testing.ts";

const SECRET = "canary-api-key-3f9c";
const OTHER_SECRET = "canary-other-key-71d0";
const failOnBug = (error: unknown) => {
  throw error;
};
const got: string[] = [];
const api = apiThatNotes("");
const egress = createEgress({ allow: ["127.0.0.0/8"] });

let test: TestServices;
let stub: ModelStub;
let reply: (request: ModelRequest, at: number) => ModelReply;
let server: services.ServerDetail;
let providerId: string;
let ctx: services.Ctx;

beforeAll(async () => {
  test = await createTestServices();
  ({ ctx } = test);
  stub = await startModelStub((request) => reply(request, stub.requests.length - 1));
  await new Promise<void>((done) => api.listen(0, "127.0.0.1", done));
  const answers = { 200: { description: "ok", content: { "application/json": { schema: { type: "object" } } } } };
  const thing = { type: "object", properties: { title: { type: "string" } } };
  const content = JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Things", version: "1" },
    servers: [{ url: urlOf(api) }],
    security: [{ key: [] }],
    paths: {
      "/things": {
        get: {
          operationId: "listThings",
          summary: "Lists things.",
          parameters: [
            { name: "limit", in: "query", schema: { type: "integer", maximum: 100 } },
            { name: "tenant", in: "query", schema: { type: "string" } },
          ],
          responses: answers,
        },
        post: {
          operationId: "addThing",
          requestBody: { required: true, content: { "application/json": { schema: thing } } },
          responses: answers,
        },
      },
      "/things/search": {
        post: { operationId: "searchThings", "x-mcp": { annotations: { readOnlyHint: true } }, responses: answers },
      },
      "/things/{id}": {
        delete: {
          operationId: "deleteThing",
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
          responses: answers,
        },
      },
    },
    components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
  });
  const { jobId } = await services.publishSource({
    ctx,
    input: { source: { content }, select: "all", slug: "things" },
  });
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug: failOnBug });
  await services.updateServer({ ctx, input: { id: "things", instructions: "Things are boats." } });
  server = await services.getServer({ ctx, input: { id: "things" } });
  await services.setCredential({
    ctx,
    input: { serverId: server.id, scheme: "key", credential: { type: "apiKey", value: SECRET } },
  });
  ({ id: providerId } = await services.createModelProvider({
    ctx,
    input: { kind: "compatible", name: "Ours", baseUrl: stub.url, model: "small-1", apiKey: STUB_KEY },
  }));
});
afterAll(async () => {
  api.close();
  await Promise.all([stub.stop(), egress.close()]);
  await test.close();
});
beforeEach(async () => {
  got.length = 0;
  stub.requests.length = 0;
  await test.deps.state.delete(`models:${ctx.organizationId}:${ctx.actor.type === "user" ? ctx.actor.id : ""}`);
});

/** An API that answers all alike; what it was asked is in `got`, with its name in front. */
function apiThatNotes(name: string): http.Server {
  return http.createServer((request, response) => {
    got.push(`${name} ${request.method} ${request.url} ${request.headers["x-key"] ?? ""}`.trim());
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ items: [{ id: 1, title: "Kayak" }], echo: request.headers["x-key"] }));
  });
}

const urlOf = (listening: http.Server) => `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;

/** Adds another API to the server whose only tool, and its key, are called as those of the first. */
async function addOther(url: string, key: string): Promise<string> {
  const content = JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Other", version: "1" },
    servers: [{ url }],
    security: [{ key: [] }],
    paths: { "/things": { get: { operationId: "listThings", responses: { 200: { description: "ok" } } } } },
    components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
  });
  const { jobId } = await services.importDocument({ ctx, input: { source: { content } } });
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug: failOnBug });
  const { documentId } = (await services.getJob({ ctx, input: { id: jobId } })).result as { documentId: string };
  await services.addServerDocument({ ctx, input: { serverId: server.id, documentId, key, select: "all" } });
  return documentId;
}

const hello: Message[] = [{ role: "user", text: "Which boats are there?" }];

/** All that happens, and the conversation as a browser has it afterwards. */
async function talk(input: Partial<services.ChatInput> = {}, by = ctx) {
  const messages = (input.messages ?? hello) as Message[];
  const events: services.ChatEvent[] = [];
  const signal = new AbortController().signal;
  const whole = { serverId: server.id, providerId, ...input, messages };
  for await (const event of services.chat({ ctx: by, input: whole, egress, signal })) events.push(event);
  const added = events.flatMap((event) => (event.type === "said" || event.type === "answered" ? [event.message] : []));
  const of = <Type extends services.ChatEvent["type"]>(type: Type) =>
    events.filter((event): event is Extract<services.ChatEvent, { type: Type }> => event.type === type);
  return { events, of, end: events.at(-1), messages: [...messages, ...added] };
}
const calling = (...calls: { tool: string; arguments: object }[]): ModelReply => ({ text: "Let me see. ", calls });

describe("chat", () => {
  it("gives the model the tools as clients get them, runs what reads, and goes on with the answer", async () => {
    reply = (_request, at) =>
      at === 0 ? calling({ tool: "listThings", arguments: { limit: 3 } }) : { text: "A kayak." };
    const { of, end, messages } = await talk();
    expect(got).toEqual([`GET /things?limit=3 ${SECRET}`]);
    expect(of("begin")).toMatchObject([{ model: "small-1", tools: 4, dialect: "safe" }]);
    expect(of("call")).toMatchObject([
      {
        call: {
          tool: "listThings",
          operation: "GET /things",
          kind: "reading",
          mustAsk: false,
          arguments: { limit: 3 },
        },
      },
    ]);
    expect(of("answered")).toMatchObject([{ outcome: "ok", tokens: expect.any(Number), ms: expect.any(Number) }]);
    expect(of("said").map(({ usage }) => usage)).toEqual([
      { input: 100, output: 10 },
      { input: 100, output: 10 },
    ]);
    expect(end).toEqual({ type: "end", reason: "done" });
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant"]);
    const [first, second] = stub.requests;
    expect(first?.body.messages?.[0]).toMatchObject({ role: "system", content: "Things are boats." });
    expect(first?.body.tools?.map(({ function: { name } }) => name)).toEqual([
      "listThings",
      "addThing",
      "searchThings",
      "deleteThing",
    ]);
    expect(second?.body.messages?.at(-1)).toMatchObject({ role: "tool", content: expect.stringMatching(/Kayak/) });
    // What the API said back of its key is hidden, and neither key is in anything.
    expect(JSON.stringify([of("answered"), messages])).not.toContain(SECRET);
    expect(JSON.stringify(stub.requests.map(({ body }) => body))).not.toContain(SECRET);
    expect(JSON.stringify(messages)).not.toContain(STUB_KEY);
  });

  it("runs nothing that changes before a person agrees, and then only that", async () => {
    reply = ({ body }) => {
      if (body.messages?.at(-1)?.role === "tool") return { text: "Done." };
      return calling(
        { tool: "addThing", arguments: { title: "Raft" } },
        { tool: "deleteThing", arguments: { id: "1" } },
      );
    };
    const first = await talk();
    expect(got).toEqual([]);
    expect(first.end).toEqual({ type: "end", reason: "waiting" });
    const [adding, deleting] = first.of("call").map(({ call }) => call);
    expect([adding, deleting]).toMatchObject([
      { tool: "addThing", kind: "changing", mustAsk: true },
      { tool: "deleteThing", kind: "destroying", mustAsk: true },
    ]);
    // A word for another call is none for this one.
    expect((await talk({ messages: first.messages, verdicts: { other: "run" } })).end).toMatchObject({
      reason: "waiting",
    });
    expect(got).toEqual([]);
    const second = await talk({ messages: first.messages, verdicts: { [adding?.id ?? ""]: "run" } });
    expect(got).toEqual([`POST /things ${SECRET}`]);
    expect(second.end).toMatchObject({ reason: "waiting" });
    const third = await talk({ messages: second.messages, verdicts: { [deleting?.id ?? ""]: "decline" } });
    expect(got).toHaveLength(1);
    expect(third.of("answered")).toMatchObject([{ outcome: "declined" }]);
    expect(third.end).toEqual({ type: "end", reason: "done" });
    expect(stub.requests.at(-1)?.body.messages?.at(-1)).toMatchObject({ content: expect.stringMatching(/said no/) });
  });

  it("takes a word for one call for no other, even of a model that gives all its calls the same id", async () => {
    reply = ({ body }) => {
      const isAnswered = body.messages?.at(-1)?.role === "tool";
      const [tool, args] = isAnswered ? ["deleteThing", { id: "1" }] : ["addThing", { title: "Raft" }];
      return { calls: [{ tool, arguments: args, id: "0" }] };
    };
    const first = await talk();
    const second = await talk({ messages: first.messages, verdicts: { "0": "run" } });
    expect(got).toEqual([`POST /things ${SECRET}`]);
    expect(second.end).toMatchObject({ reason: "waiting" });
    expect(second.of("call").map(({ call: { id, tool } }) => [id, tool])).toEqual([
      ["0", "addThing"],
      ["0_2", "deleteThing"],
    ]);
  });

  it("asks before a tool that only reads where the server says so", async () => {
    const operation = "GET /things";
    await services.editTool({ ctx, input: { serverId: server.id, operation, changes: { askFirst: true } } });
    reply = () => calling({ tool: "listThings", arguments: {} });
    const asked = await talk();
    await services.editTool({ ctx, input: { serverId: server.id, operation, changes: { askFirst: null } } });
    expect(asked.end).toMatchObject({ reason: "waiting" });
    expect(got).toEqual([]);
  });

  it("asks before what the document alone calls reading", async () => {
    reply = () => calling({ tool: "searchThings", arguments: {} });
    const { of } = await talk();
    expect(of("call")).toMatchObject([{ call: { kind: "reading", mustAsk: true } }]);
    expect(got).toEqual([]);
  });

  it("goes by what a person of the server says of a tool rather than by its method", async () => {
    const say = (operation: string, annotations: { readOnlyHint: boolean } | null) =>
      services.editTool({ ctx, input: { serverId: server.id, operation, changes: { annotations } } });
    await say("POST /things", { readOnlyHint: true });
    await say("GET /things", { readOnlyHint: false });
    reply = () => calling({ tool: "addThing", arguments: { title: "Raft" } }, { tool: "listThings", arguments: {} });
    const { of, end } = await talk();
    await say("POST /things", null);
    await say("GET /things", null);
    expect(of("call").map(({ call }) => [call.tool, call.kind, call.mustAsk])).toEqual([
      ["addThing", "reading", false],
      ["listThings", "changing", true],
    ]);
    expect(end).toMatchObject({ reason: "waiting" });
  });

  it("sends nothing to the API where answers come from the document or a sample", async () => {
    reply = (_request, at) =>
      at === 0
        ? calling({ tool: "addThing", arguments: { title: "Raft" } }, { tool: "listThings", arguments: {} })
        : { text: "Done." };
    const { of, end } = await talk({ from: "sample" });
    expect(got).toEqual([]);
    expect(of("answered").map(({ message }) => message)).toMatchObject([
      { isError: true, text: expect.stringMatching(/No sample was kept/) },
      { isError: true },
    ]);
    expect(end).toEqual({ type: "end", reason: "done" });
  });

  it("holds to the profile: what it hides is not there, and what it fixes is not the model's", async () => {
    const settings = {
      hiddenTools: ["DELETE /things/{id}"],
      arguments: [{ argument: "tenant", mode: "fixed" as const, value: "north" }],
    };
    const profile = await services.createProfile({ ctx, input: { serverId: server.id, name: "North", settings } });
    reply = (_request, at) =>
      at === 0
        ? calling(
            { tool: "listThings", arguments: { tenant: "south" } },
            { tool: "deleteThing", arguments: { id: "1" } },
          )
        : { text: "Done." };
    const { of } = await talk({ profileId: profile.id });
    expect(got).toEqual([`GET /things?tenant=north ${SECRET}`]);
    const tools = stub.requests[0]?.body.tools ?? [];
    expect(tools.map(({ function: { name } }) => name)).toEqual(["listThings", "addThing", "searchThings"]);
    expect(JSON.stringify(tools)).not.toContain("tenant");
    expect(of("answered").at(-1)?.message).toMatchObject({
      ...{ isError: true, text: 'There is no tool "deleteThing".' },
    });
    await services.removeProfile({ ctx, input: { serverId: server.id, id: profile.id } });
  });

  it("is of the draft, or of what is served", async () => {
    reply = () => ({ text: "Done." });
    const patch = { description: "Lists boats. Use it when boats are wanted." };
    await services.overrideTool({ ctx, input: { serverId: server.id, operation: "GET /things", patch } });
    await talk({ on: "draft" });
    await talk({ on: "published" });
    const described = stub.requests.map(({ body }) => body.tools?.[0]?.function.description ?? "");
    expect(described[0]).toBe(patch.description);
    expect(described[1]).toMatch(/^Lists things/);
    await services.overrideTool({ ctx, input: { serverId: server.id, operation: "GET /things", patch: {} } });
  });

  it("finds tools by searching where the server is searched, and asks before what was found", async () => {
    await services.updateServer({ ctx, input: { id: server.id, toolMode: "search" } });
    reply = (_request, at) =>
      [
        calling({ tool: "search_tools", arguments: { query: "delete a thing" } }),
        calling({ tool: "call_tool", arguments: { name: "deleteThing", arguments: { id: "1" } } }),
        { text: "Deleted." },
      ][at] ?? {};
    const first = await talk();
    await services.updateServer({ ctx, input: { id: server.id, toolMode: "list" } });
    expect(stub.requests[0]?.body.tools?.map(({ function: { name } }) => name)).toEqual([
      ...["search_tools", "describe_tools", "call_tool"],
    ]);
    expect(first.of("answered")).toMatchObject([{ message: { text: expect.stringMatching(/deleteThing/) } }]);
    expect(first.of("call").at(-1)).toMatchObject({
      call: { tool: "deleteThing", kind: "destroying", mustAsk: true, arguments: { id: "1" } },
    });
    expect(first.end).toMatchObject({ reason: "waiting" });
    expect(got).toEqual([]);
  });

  it("runs a tool of several calls, and asks first where one of them changes something", async () => {
    const step = (id: string, operation: string) => ({ id, operation, arguments: {} });
    const tool = (name: string, steps: ReturnType<typeof step>[]) => ({ name, description: `Does ${name}.`, steps });
    const composedTools = [
      tool("look_twice", [step("first", "GET /things"), step("second", "GET /things")]),
      tool("look_and_add", [step("first", "GET /things"), step("second", "POST /things")]),
    ];
    await services.updateServer({ ctx, input: { id: server.id, composedTools } });
    reply = (_request, at) =>
      at === 0
        ? calling({ tool: "look_twice", arguments: {} }, { tool: "look_and_add", arguments: {} })
        : { text: "Done." };
    const { of, end } = await talk();
    await services.updateServer({ ctx, input: { id: server.id, composedTools: [] } });
    expect(of("call").map(({ call }) => [call.tool, call.operation, call.mustAsk])).toEqual([
      ["look_twice", null, false],
      ["look_and_add", null, true],
    ]);
    expect(of("answered")).toMatchObject([{ outcome: "ok", message: { text: expect.stringMatching(/Kayak/) } }]);
    expect(got).toEqual([`GET /things ${SECRET}`, `GET /things ${SECRET}`]);
    expect(end).toMatchObject({ reason: "waiting" });
  });

  it("calls the API of each tool's own document, with the key for that one", async () => {
    const [other, moved] = [apiThatNotes("other"), apiThatNotes("moved")];
    await Promise.all([other, moved].map((one) => new Promise<void>((done) => one.listen(0, "127.0.0.1", done))));
    const documentId = await addOther(urlOf(other), "other");
    await services.setCredential({
      ctx,
      input: { serverId: server.id, scheme: "other:key", credential: { type: "apiKey", value: OTHER_SECRET } },
    });
    const step = (id: string, operation: string) => ({ id, operation, arguments: {} });
    const steps = [step("first", "GET other:/things"), step("second", "GET /things")];
    const composedTools = [{ name: "look_in_both", description: "Looks in both.", steps }];
    await services.updateServer({ ctx, input: { id: server.id, composedTools } });
    const calls = ["listThings", "other_listThings", "look_in_both"].map((tool) => ({ tool, arguments: {} }));
    const wanted = calling(...calls);
    reply = (_request, at) => (at === 0 ? wanted : { text: "Done." });

    const { of } = await talk();
    const [first, second] = [`GET /things ${SECRET}`, `other GET /things ${OTHER_SECRET}`];
    expect(got).toEqual([first, second, second, first]);
    expect(of("answered").map(({ outcome }) => outcome)).toEqual(["ok", "ok", "ok"]);
    expect(JSON.stringify(of("answered"))).not.toMatch(/canary/);

    // The profile moves one API, and its key is not meant for where that is now; the other's is not sent in its place.
    const settings = { baseUrls: { other: urlOf(moved) } };
    const elsewhere = await services.createProfile({ ctx, input: { serverId: server.id, name: "Moved", settings } });
    got.length = 0;
    stub.requests.length = 0;
    const { of: ofMoved } = await talk({ profileId: elsewhere.id });
    expect(got).toEqual([first]);
    expect(ofMoved("answered").map(({ outcome }) => outcome)).toEqual(["ok", "blocked", "error"]);

    await services.removeProfile({ ctx, input: { serverId: server.id, id: elsewhere.id } });
    await services.updateServer({ ctx, input: { id: server.id, composedTools: [] } });
    await services.removeServerDocument({ ctx, input: { serverId: server.id, documentId } });
    other.close();
    moved.close();
  });

  it("ends after ten steps, however a model goes on", async () => {
    reply = () => calling({ tool: "listThings", arguments: {} });
    const { end, messages } = await talk();
    expect(end).toEqual({ type: "end", reason: "steps" });
    expect(stub.requests).toHaveLength(services.CHAT_STEPS_MAX);
    // The next message begins to count anew.
    reply = () => ({ text: "Done." });
    expect((await talk({ messages: [...messages, ...hello] })).end).toMatchObject({ reason: "done" });
  });

  it("goes on after calls that were stopped: each has an answer that says so", async () => {
    reply = () => calling({ tool: "addThing", arguments: { title: "Raft" } });
    const { messages } = await talk();
    reply = () => ({ text: "All right." });
    await talk({ messages: [...messages, { role: "user", text: "Never mind." }] });
    expect(stub.requests.at(-1)?.body.messages?.slice(-2)).toMatchObject([
      { role: "tool", content: expect.stringMatching(/was not run/) },
      { role: "user" },
    ]);
    expect(got).toEqual([]);
  });

  it("says what a provider refuses in words, after what went well", async () => {
    reply = (_request, at) =>
      at === 0
        ? calling({ tool: "listThings", arguments: {} })
        : { status: 429, error: { error: { message: `Slow down, ${STUB_KEY}` } } };
    const { end, events } = await talk();
    expect(end).toMatchObject({ type: "problem", code: "busy", message: expect.stringMatching(/Wait a minute/) });
    expect(JSON.stringify(events)).not.toContain(STUB_KEY);
  });

  it("lets go of the model when the person leaves", async () => {
    reply = () => ({ text: "I think ", hangs: true });
    const left = stub.left();
    const leaving = new AbortController();
    const input = { serverId: server.id, providerId, messages: hello };
    const events = services.chat({ ctx, input, egress, signal: leaving.signal });
    for await (const { type } of events) if (type === "text") leaving.abort();
    await expect.poll(() => stub.left()).toBe(left + 1);
  });

  it("refuses what is too long, too much, not theirs, or not there, before anything is asked", async () => {
    reply = () => ({ text: "Done." });
    await expect(talk({ messages: [{ role: "user", text: "x".repeat(20_001) }] })).rejects.toMatchObject({
      ...{ code: "invalid_input", message: expect.stringMatching(/20,000 characters at most/) },
    });
    await expect(talk({}, test.as(ctx, "member"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(talk({}, test.stranger)).rejects.toMatchObject({ code: "not_found" });
    const theirs = await services.createModelProvider({
      ctx: test.stranger,
      input: { kind: "compatible", name: "Theirs", baseUrl: stub.url, model: "small-1", apiKey: STUB_KEY },
    });
    await expect(talk({ providerId: theirs.id })).rejects.toMatchObject({ code: "not_found" });
    await expect(talk({ profileId: "prf_x" })).rejects.toMatchObject({ code: "not_found" });
    expect(stub.requests).toEqual([]);
    for (let n = 0; n < 29; n++) await talk();
    await expect(talk()).rejects.toMatchObject({
      ...{ code: "limit_exceeded", message: expect.stringMatching(/30 times.*nothing is lost/) },
    });
    expect(stub.requests).toHaveLength(29);
  });

  it("stores nothing of what was said", async () => {
    reply = () => ({ text: "canary-answer" });
    await talk({ messages: [{ role: "user", text: "canary-question" }] });
    const { db } = test.deps;
    const all = await Promise.all([
      db.auditEvent.findMany(),
      db.stateEntry.findMany(),
      db.job.findMany(),
      db.server.findMany(),
    ]);
    expect(JSON.stringify(all)).not.toMatch(/canary-(question|answer)/);
  });
});

describe("suggestWords", () => {
  const suggest = (by = ctx, operation = "GET /things") =>
    services.suggestWords({ ctx: by, input: { serverId: server.id, operation, providerId }, egress });
  const words = {
    title: "List boats",
    description: "Lists boats.\u202e\u200b Use it when somebody asks for boats.",
    parameters: { limit: "How many boats at most, such as 20.", other: "It is not there." },
  };

  it("gives what differs, as clean text, and changes nothing", async () => {
    reply = () => ({ text: `Here it is:\n\`\`\`json\n${JSON.stringify(words)}\n\`\`\`` });
    const suggested = await suggest();
    expect(suggested).toMatchObject({
      model: "small-1",
      title: { after: "List boats" },
      description: { after: "Lists boats. Use it when somebody asks for boats." },
      parameters: [{ key: "limit", name: "limit", after: "How many boats at most, such as 20." }],
    });
    const { patch } = await services.getTool({ ctx, input: { serverId: server.id, operation: "GET /things" } });
    expect(patch).toEqual({});
    const [request] = stub.requests;
    expect(request?.body.tools).toBeUndefined();
    const question = String(request?.body.messages?.at(-1)?.content);
    expect(question).toMatch(/listThings.*limit.*addThing/s);
    const { findings } = await services.lintServer({ ctx, input: { serverId: server.id } });
    const found = findings.filter(({ operation }) => operation === "GET /things");
    expect(found.length).toBeGreaterThan(0);
    for (const { message } of found) expect(question).toContain(JSON.stringify(message));
  });

  it("is of a tool of a further document, too", async () => {
    const documentId = await addOther("https://other.example.com", "further");
    reply = () => ({ text: JSON.stringify({ title: "List other things" }) });
    const suggested = await suggest(ctx, "GET further:/things");
    expect(suggested).toMatchObject({ title: { after: "List other things" }, parameters: [] });
    const question = String(stub.requests[0]?.body.messages?.at(-1)?.content);
    expect(question).toMatch(/"name": "further_listThings".*"otherTools".*"name": "listThings"/s);
    await services.removeServerDocument({ ctx, input: { serverId: server.id, documentId } });
  });

  it.each(["I would rather not.", '{"title": 1}', ""])("says so when %j comes", async (text) => {
    reply = () => ({ text });
    await expect(suggest()).rejects.toMatchObject({
      ...{ code: "precondition_failed", message: expect.stringMatching(/did not answer with a suggestion/) },
    });
  });

  it("is a builder's, of this organization", async () => {
    await expect(suggest(test.as(ctx, "member"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(suggest(test.stranger)).rejects.toMatchObject({ code: "not_found" });
  });
});
