import type { AddressInfo } from "node:net";
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from "@modelcontextprotocol/client";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as LegacyTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema, ToolListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { CallTool, Question } from "./contract.ts";
import type { PersonReply } from "./replies.ts";
import {
  alice,
  createShared,
  demoEndpoint,
  demoVersion,
  initializeRequest,
  legacyRequest,
  messageOf,
  modernRequest,
} from "./testing.ts";
import { serveOver } from "./testing-http.ts";

const question: Question = {
  method: "elicitation/create",
  params: { message: "Really?", requestedSchema: { type: "object", properties: { why: { type: "string" } } } },
};

/** Asks, counts, waits: what a test wants of the tool is its first argument. */
const tool: CallTool = async ({ args, replies, onProgress, signal }) => {
  const { want } = args as { want: string };
  if (want === "progress") {
    for (const progress of [0, 50, 100]) onProgress?.({ progress, total: 100 });
  }
  if (want === "wait")
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("cancelled"))));
  if (want === "ask" && !replies.sure)
    return {
      questions: { sure: question },
      otherwise: { content: [{ type: "text", text: "cannot ask" }], isError: true },
    };
  return { content: [{ type: "text", text: JSON.stringify({ want, reply: replies.sure }) }] };
};

const clock = { now: 1_800_000_000_000 };
const world = createShared(() => clock.now);
const demo = demoEndpoint(world.deps);
const version = demoVersion({
  prompts: [
    {
      name: "summarize",
      title: "Summarize",
      arguments: [{ name: "language", required: true, values: ["German", "Greek", "Dutch"] }, { name: "tone" }],
      messages: [{ role: "user", content: { type: "text", text: "In {{language}}, {{ tone }}: {{unknown}}" } }],
    },
  ],
  resources: [{ uri: "notes://about", name: "about", mimeType: "text/markdown", text: "# About" }],
  resourceTemplates: [{ uriTemplate: "notes://{id}", name: "note", values: { id: ["1", "12", "2"] } }],
});
const listener = serveOver((request) =>
  demo.endpoint({
    version,
    principal: alice,
    callTool: tool,
    readResource: async (uri) => (uri === "notes://1" ? { uri, mimeType: "text/plain", text: "one" } : undefined),
    request,
  }),
);
let url: URL;

beforeAll(async () => {
  await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
  url = new URL(`http://127.0.0.1:${(listener.address() as AddressInfo).port}/mcp`);
});
afterAll(async () => {
  listener.closeAllConnections();
  await new Promise((done) => listener.close(done));
});

interface Kind {
  name: string;
  open(options: { reply?: PersonReply; onChanged?: () => void }): Promise<{
    call(want: string, options?: { onprogress?: (step: unknown) => void; signal?: AbortSignal }): Promise<unknown>;
    /** What both SDKs call the same. */
    client: LegacyClient;
    close(): Promise<void>;
  }>;
}

const identity = { name: "cursor-vscode", version: "1" };
const kinds: Kind[] = [
  {
    name: "sdk v1",
    async open({ reply, onChanged }) {
      const client = new LegacyClient(identity, { capabilities: reply ? { elicitation: {} } : {} });
      if (reply) client.setRequestHandler(ElicitRequestSchema, async () => reply as never);
      if (onChanged) client.setNotificationHandler(ToolListChangedNotificationSchema, onChanged);
      await client.connect(new LegacyTransport(url) as Parameters<typeof client.connect>[0]);
      return {
        call: (want, options) => client.callTool({ name: "get_user", arguments: { want } }, undefined, options),
        client,
        close: () => client.close(),
      };
    },
  },
  ...(["legacy", "auto", { pin: "2026-07-28" }] as const).map(
    (mode): Kind => ({
      name: `sdk v2 ${typeof mode === "string" ? mode : "pinned"}`,
      async open({ reply, onChanged }) {
        const client = new ModernClient(identity, {
          versionNegotiation: { mode },
          capabilities: reply ? { elicitation: { form: {} } } : {},
          ...(onChanged ? { listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged } } } : {}),
        });
        if (reply) client.setRequestHandler("elicitation/create", async () => reply as never);
        await client.connect(new ModernTransport(url));
        return {
          call: (want, options) => client.callTool({ name: "get_user", arguments: { want } }, options),
          client: client as unknown as LegacyClient,
          close: () => client.close(),
        };
      },
    }),
  ),
];

const said = (result: unknown) => JSON.parse((result as { content: { text: string }[] }).content[0]?.text ?? "");

describe.each(kinds)("$name", ({ open }) => {
  it("is asked, and the call goes on with the reply", async () => {
    const accept = await open({ reply: { action: "accept", content: { why: "yes" } } });
    expect(said(await accept.call("ask"))).toEqual({
      want: "ask",
      reply: { action: "accept", content: { why: "yes" } },
    });
    await accept.close();
    const decline = await open({ reply: { action: "decline" } });
    expect(said(await decline.call("ask"))).toEqual({ want: "ask", reply: { action: "decline" } });
    await decline.close();
  });

  it("is told when it cannot ask", async () => {
    const client = await open({});
    expect(await client.call("ask")).toMatchObject({ isError: true, content: [{ text: "cannot ask" }] });
    await client.close();
  });

  it("follows the progress of a call", async () => {
    const client = await open({});
    const steps: unknown[] = [];
    await client.call("progress", { onprogress: (step) => steps.push(step) });
    expect(steps).toMatchObject([{ progress: 0 }, { progress: 50 }, { progress: 100, total: 100 }]);
    await client.close();
  });

  it("cancels a call", async () => {
    const client = await open({});
    const stop = new AbortController();
    const call = client.call("wait", { signal: stop.signal });
    setTimeout(() => stop.abort(), 30);
    await expect(call).rejects.toThrow();
    await client.close();
  });

  it("lists, fills and completes prompts, and reads resources", async () => {
    const { client, close } = await open({});
    expect((await client.listPrompts()).prompts).toEqual([
      { name: "summarize", title: "Summarize", arguments: [{ name: "language", required: true }, { name: "tone" }] },
    ]);
    const { messages } = await client.getPrompt({ name: "summarize", arguments: { language: "{{tone}}" } });
    expect(messages).toEqual([{ role: "user", content: { type: "text", text: "In {{tone}}, : {{unknown}}" } }]);
    await expect(client.getPrompt({ name: "summarize", arguments: {} })).rejects.toMatchObject({ code: -32602 });
    const completed = await client.complete({
      ref: { type: "ref/prompt", name: "summarize" },
      argument: { name: "language", value: "g" },
    });
    expect(completed.completion).toEqual({ values: ["German", "Greek"], total: 2, hasMore: false });
    expect((await client.listResources()).resources).toEqual([
      { uri: "notes://about", name: "about", mimeType: "text/markdown" },
    ]);
    expect((await client.listResourceTemplates()).resourceTemplates).toEqual([
      { uriTemplate: "notes://{id}", name: "note" },
    ]);
    const ids = await client.complete({
      ref: { type: "ref/resource", uri: "notes://{id}" },
      argument: { name: "id", value: "2" },
    });
    expect(ids.completion.values).toEqual(["2", "12"]);
    expect((await client.readResource({ uri: "notes://about" })).contents).toEqual([
      { uri: "notes://about", mimeType: "text/markdown", text: "# About" },
    ]);
    expect((await client.readResource({ uri: "notes://1" })).contents).toMatchObject([{ text: "one" }]);
    await expect(client.readResource({ uri: "notes://nothing" })).rejects.toThrow();
    await close();
  });

  it("learns of another version", async () => {
    const onChanged = vi.fn();
    const client = await open({ onChanged });
    await expect.poll(() => world.listeners.size).toBeGreaterThan(0);
    for (const one of world.listeners) one.onVersion("ver_2");
    await expect.poll(() => onChanged.mock.calls.length).toBe(1);
    await client.close();
    await expect.poll(() => world.listeners.size).toBe(0);
  });
});

describe("a modern question", () => {
  const asks = { "io.modelcontextprotocol/clientCapabilities": { elicitation: {} } };
  const call = (extra: object = {}, args: object = { want: "ask" }, meta: object = asks) =>
    modernRequest("tools/call", { name: "get_user", arguments: args, ...extra }, { meta });
  const ask = async () =>
    messageOf(await demo.send(call(), { callTool: tool })).result as { requestState: string; inputRequests: object };
  const yes = { sure: { action: "accept", content: {} } };

  it("comes with its state, and without a reply is asked again", async () => {
    const first = await ask();
    expect(first).toMatchObject({
      resultType: "input_required",
      inputRequests: { sure: { method: "elicitation/create", params: { mode: "form", message: "Really?" } } },
    });
    const again = await demo.send(call({ requestState: first.requestState, inputResponses: { other: yes.sure } }), {
      callTool: tool,
    });
    expect(messageOf(again).result).toMatchObject({ resultType: "input_required" });
  });

  it.each<[string, (state: string) => Promise<unknown> | unknown, object?, object?]>([
    ["tampered with", (state) => call({ requestState: `${state.slice(0, -2)}xx`, inputResponses: yes })],
    ["no text", () => call({ requestState: 7, inputResponses: yes })],
    ["of other arguments", (state) => call({ requestState: state, inputResponses: yes }, { want: "ask", id: 2 })],
    [
      "of somebody else",
      (state) => call({ requestState: state, inputResponses: yes }),
      { principal: { ...alice, subject: "bob" } },
    ],
    [
      "of another server",
      (state) => call({ requestState: state, inputResponses: yes }),
      { version: demoVersion({ serverId: "srv_2" }) },
    ],
  ])("with a state %s is refused", async (_name, given, exchange = {}) => {
    const { requestState } = await ask();
    const answer = await demo.send((await given(requestState)) as never, { callTool: tool, ...exchange });
    expect(messageOf(answer)).toMatchObject({ id: 7, error: { code: -32602 } });
  });

  it("tells replies that were not asked for from others, and never makes one of the other", async () => {
    const seen: [boolean, readonly string[]][] = [];
    const callTool: CallTool = async (input) => {
      seen.push([input.areAsked, input.asked]);
      return input.areAsked && input.replies.sure ? tool(input) : { questions: { sure: question } };
    };
    const unasked = await demo.send(call({ inputResponses: yes }), { callTool });
    const { requestState } = messageOf(unasked).result as { requestState: string };
    const again = await demo.send(call({ requestState, inputResponses: {} }), { callTool });
    expect(messageOf(again).result).toMatchObject({ resultType: "input_required" });
    // Nothing was replied the second time, and the tool still hears what it was that it asked.
    expect(seen).toEqual([
      [false, []],
      [true, ["sure"]],
    ]);
  });

  it("is answered once, and in time", async () => {
    const { requestState } = await ask();
    const send = () => demo.send(call({ requestState, inputResponses: yes }), { callTool: tool });
    expect(messageOf(await send()).result).toMatchObject({ resultType: "complete" });
    expect(messageOf(await send())).toMatchObject({ error: { code: -32602 } });
    const late = await ask();
    clock.now += 601_000;
    const answer = await demo.send(call({ requestState: late.requestState, inputResponses: yes }), { callTool: tool });
    expect(messageOf(answer)).toMatchObject({ error: { code: -32602 } });
  });
});

it("a legacy call waits for a reply no longer than its question does", async () => {
  const { headers } = await demo.send(initializeRequest("2025-11-25", identity));
  const session = { headers: { "mcp-session-id": String(headers["mcp-session-id"]) } };
  const answer = await demo.send(legacyRequest("tools/call", { name: "get_user", arguments: {} }, session), {
    callTool: async () => ({
      questions: { sure: { ...question, waitMs: 20 } },
      otherwise: { content: [{ type: "text", text: "nobody answered" }] },
    }),
  });
  const events: string[] = [];
  await answer.stream?.((text) => events.push(text));
  expect(events).toHaveLength(2);
  expect(events[0]).toContain("elicitation/create");
  expect(events[0]).not.toContain("waitMs");
  expect(events[1]).toContain("nobody answered");
});

describe("the stream of a session", () => {
  const open = async (version = "2025-11-25") => {
    const { headers } = await demo.send(initializeRequest(version, identity));
    return String(headers["mcp-session-id"]);
  };
  const get = async (sid: string, headers: object = {}, version = demoVersion()) => {
    const leave = new AbortController();
    const request = {
      method: "GET",
      headers: { accept: "text/event-stream", "mcp-session-id": sid, ...headers },
      signal: leave.signal,
    };
    const response = await demo.send(request, { version });
    const events: string[] = [];
    const ended = response.stream?.((text) => events.push(text));
    return { response, events, leave: () => leave.abort(), ended };
  };

  it("tells what was missed to whoever comes back, and only in its own session", async () => {
    const sid = await open();
    const first = await get(sid);
    const id = /^id: (.*)$/m.exec(first.events.join(""))?.[1] ?? "";
    first.leave();
    await first.ended;
    const newer = demoVersion({ versionId: "ver_2" });
    const again = await get(sid, { "last-event-id": id }, newer);
    expect(again.events.join("")).toContain("notifications/tools/list_changed");
    const same = await get(sid, { "last-event-id": id });
    expect(same.events.join("")).not.toContain("list_changed");
    const other = await get(await open(), { "last-event-id": id }, newer);
    expect(other.events.join("")).not.toContain("list_changed");
    for (const one of [again, same, other]) one.leave();
    await Promise.all([again.ended, same.ended, other.ended]);
    expect(world.listeners.size).toBe(0);
  });

  it("opens with an event only where clients expect one without a message", async () => {
    for (const [version, hasEvent] of [
      ["2025-11-25", true],
      ["2025-03-26", false],
    ] as const) {
      const one = await get(await open(version));
      expect(one.events.join("").includes("\ndata: \n")).toBe(hasEvent);
      expect(one.response.headers["x-accel-buffering"]).toBe("no");
      one.leave();
      await one.ended;
    }
  });

  it("needs a session, and a client that takes one", async () => {
    expect((await demo.send({ method: "GET", headers: { accept: "text/event-stream" } })).status).toBe(405);
    expect((await get(await open(), { accept: "application/json" })).response.status).toBe(405);
  });

  it("is refused when there are too many", async () => {
    const full = demoEndpoint({ ...world.deps, changes: { listen: () => undefined } });
    const { headers } = await full.send(initializeRequest("2025-11-25", identity));
    const answer = await full.send({
      method: "GET",
      headers: { accept: "text/event-stream", "mcp-session-id": headers["mcp-session-id"] },
    });
    expect(answer.status).toBe(429);
    const listen = modernRequest("subscriptions/listen", { notifications: { toolsListChanged: true } });
    expect(await full.send(listen)).toMatchObject({ status: 429 });
  });
});

describe("subscriptions/listen", () => {
  const listen = (notifications: unknown) =>
    demo.send(modernRequest("subscriptions/listen", { notifications } as never));

  it("ends with a result when the server does", async () => {
    const response = await listen({ toolsListChanged: true, resourceSubscriptions: ["test://a", 7], taskIds: ["x"] });
    const events: string[] = [];
    const ended = response.stream?.((text) => events.push(text));
    for (const one of [...world.listeners]) one.onEnd();
    await ended;
    const messages = events.map((text) => JSON.parse(text.slice(text.indexOf("data: ") + 6)));
    expect(messages).toEqual([
      {
        jsonrpc: "2.0",
        method: "notifications/subscriptions/acknowledged",
        params: {
          notifications: { toolsListChanged: true, resourceSubscriptions: ["test://a"] },
          _meta: { "io.modelcontextprotocol/subscriptionId": 7 },
        },
      },
      {
        jsonrpc: "2.0",
        id: 7,
        result: {
          resultType: "complete",
          _meta: expect.objectContaining({ "io.modelcontextprotocol/subscriptionId": 7 }),
        },
      },
    ]);
  });

  it("that wants nothing we have is at its end", async () => {
    const response = await listen({ taskIds: ["x"] });
    expect(response.stream).toBeUndefined();
    expect(response.body).toContain('"resultType":"complete"');
    expect((await listen("all")).status).toBe(400);
  });
});

it("a legacy call is cancelled and answered with a message that arrives elsewhere", async () => {
  const elsewhere = demoEndpoint(world.deps);
  const { headers } = await demo.send(initializeRequest("2025-11-25", identity));
  const session = { "mcp-session-id": headers["mcp-session-id"] };
  const waiting = demo.send(
    legacyRequest("tools/call", { name: "get_user", arguments: { want: "wait" } }, { headers: session, id: 9 }),
    { callTool: tool },
  );
  await expect.poll(() => world.waiting.size).toBe(1);
  const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 9 } };
  const post = (body: unknown) => elsewhere.send({ headers: { "content-type": "application/json", ...session }, body });
  expect((await post({ ...cancel, params: { requestId: "9" } })).status).toBe(202);
  expect(world.waiting.size).toBe(1);
  expect((await post(cancel)).status).toBe(202);
  expect((await waiting).status).toBe(202);
  expect(world.waiting.size).toBe(0);

  const asked = await demo.send(
    legacyRequest("tools/call", { name: "get_user", arguments: { want: "ask" } }, { headers: session }),
    { callTool: tool },
  );
  const events: string[] = [];
  const ended = asked.stream?.((text) => events.push(text));
  await expect.poll(() => events.length).toBe(1);
  const { id, method } = JSON.parse((events[0] ?? "").slice((events[0] ?? "").indexOf("data: ") + 6));
  expect(method).toBe("elicitation/create");
  expect((await post({ jsonrpc: "2.0", id, result: { action: "accept", content: {} } })).status).toBe(202);
  await ended;
  expect(events[1]).toContain('\\"action\\":\\"accept\\"');
});
