import http from "node:http";
import type { AddressInfo } from "node:net";
import { createEgress, guardedStreamingFetch } from "@portico/upstream";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { listModels } from "./list-models.ts";
import { runStep } from "./run-step.ts";
import { type ModelReply, type ModelRequest, STUB_KEY, startModelStub } from "./testing.ts";
import type { Message, Provider, ProviderKind, StepEvent, StepInput } from "./types.ts";

const egress = createEgress({ allow: ["127.0.0.0/8"] });
const fetch = guardedStreamingFetch(egress, { timeoutMs: 10_000, idleMs: 2_000, bodyBytesMax: 1_000_000 });
const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.stop()));
});
afterAll(() => egress.close());

const tools = [
  {
    name: "listThings",
    description: "Lists things.",
    inputSchema: { type: "object", properties: { limit: { type: "integer" } } },
  },
];
const hello: Message[] = [{ role: "user", text: "Hello" }];

async function stub(reply: (request: ModelRequest, at: number) => ModelReply) {
  const started = await startModelStub(reply);
  open.push(started);
  const provider: Provider = { kind: "compatible", baseUrl: started.url, apiKey: STUB_KEY };
  return { ...started, provider };
}

async function ask(input: Partial<StepInput> & Pick<StepInput, "provider">) {
  const events: StepEvent[] = [];
  for await (const event of runStep({ model: "small-1", messages: hello, tokensMax: 100, fetch, ...input }))
    events.push(event);
  const end = events.at(-1);
  if (end?.type !== "end") throw new Error("The step has no end.");
  return { ...end, texts: events.flatMap((event) => (event.type === "text" ? [event.text] : [])) };
}

describe("a step of an OpenAI-compatible model", () => {
  it("gives text as it comes, hands calls over, and takes their answers", async () => {
    const { provider, requests } = await stub((_request, at) =>
      at === 0
        ? { text: "Let me look. ", calls: [{ tool: "listThings", arguments: { limit: 3 } }] }
        : { text: "There are three." },
    );
    const first = await ask({ provider, system: "Be short.", tools });
    expect(first.texts.length).toBeGreaterThan(1);
    expect(first).toMatchObject({ reason: "calls", usage: { input: 100, output: 10 } });
    expect(first.parts).toMatchObject([
      { type: "text", text: "Let me look. " },
      { type: "call", tool: "listThings", arguments: { limit: 3 } },
    ]);
    const call = first.parts.find((part) => part.type === "call");
    const answered: Message = { role: "tool", callId: call?.id ?? "", tool: "listThings", text: "3", isError: false };
    const messages = [...hello, { role: "assistant" as const, parts: first.parts }, answered];
    const second = await ask({ provider, messages, tools });
    expect(second).toMatchObject({ reason: "done", parts: [{ type: "text", text: "There are three." }] });
    const [asked, again] = requests;
    expect(asked?.body.messages?.[0]).toMatchObject({ role: "system", content: "Be short." });
    expect(asked?.body.tools?.[0]?.function).toMatchObject({
      name: "listThings",
      description: "Lists things.",
      parameters: tools[0]?.inputSchema,
    });
    expect(again?.body.messages?.map(({ role }) => role)).toEqual(["user", "assistant", "tool"]);
    expect(again?.body.messages?.at(-1)).toMatchObject({ tool_call_id: call?.id, content: "3" });
  });

  it("hands arguments over that are no JSON, for the tool to refuse", async () => {
    const { provider } = await stub(() => ({ calls: [{ tool: "listThings", arguments: "limit=3" }] }));
    const { parts } = await ask({ provider, tools });
    expect(parts).toMatchObject([{ type: "call", arguments: { arguments: "limit=3" } }]);
  });

  it("is stopped, and lets go of its connection", async () => {
    const { provider, left } = await stub(() => ({ text: "I think ", hangs: true }));
    const stop = new AbortController();
    const asking = ask({ provider, signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    await expect(asking).rejects.toMatchObject({ code: "cancelled" });
    await expect.poll(left).toBe(1);
  });

  it.each<[number, unknown, string, RegExp]>([
    [401, { error: { message: `Incorrect API key provided: ${STUB_KEY}` } }, "key", /does not accept the key/],
    [403, {}, "key", /may not use the model small-1/],
    [402, {}, "credit", /credit/],
    [429, { error: { message: "Rate limit reached" } }, "busy", /Wait a minute.*Rate limit reached/],
    [429, { error: { message: "You exceeded your current quota", type: "insufficient_quota" } }, "credit", /credit/],
    [400, { error: { message: "This model's maximum context length is 4096 tokens." } }, "too_long", /new chat/],
    [400, { error: { message: "small-1 does not support tools" } }, "no_tools", /cannot call tools/],
    [404, { error: { message: "No endpoints found that support tool use." } }, "no_tools", /cannot call tools/],
    [400, { error: { message: '"auto" tool choice requires --enable-auto-tool-choice' } }, "no_tools", /cannot call/],
    [400, { error: { message: "Invalid 'tools': array too long. Expected 128." } }, "too_long", /fewer tools/],
    [400, [{ error: { message: "API key not valid. Please pass a valid API key." } }], "key", /does not accept/],
    [404, { error: { message: "The model `small-1` does not exist" } }, "no_model", /knows nothing of/],
    [400, { error: { message: `Odd request with ${STUB_KEY}` } }, "refused", /Odd request/],
    [302, {}, "refused", /sends requests elsewhere/],
    [500, "<html>oh</html>", "down", /trouble of its own \(500\)\. Try again/],
  ])("says what %s with %j is in words, without the key", async (status, error, code, words) => {
    const { provider } = await stub(() => ({ status, error }));
    const failure = await ask({ provider, tools }).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ name: "ModelError", code, message: expect.stringMatching(words) });
    expect(String(failure)).not.toContain(STUB_KEY);
  });

  it("says who could not be reached, and who may not be", async () => {
    const provider: Provider = { kind: "compatible", baseUrl: "http://127.0.0.1:1/v1" };
    await expect(ask({ provider })).rejects.toMatchObject({
      code: "unreachable",
      message: expect.stringMatching(/127\.0\.0\.1:1.*refused/),
    });
    const closed = createEgress();
    const guarded = guardedStreamingFetch(closed, { timeoutMs: 1_000, idleMs: 1_000, bodyBytesMax: 1_000 });
    await expect(ask({ provider, fetch: guarded })).rejects.toMatchObject({
      code: "blocked",
      message: expect.stringMatching(/PORTICO_EGRESS_ALLOW/),
    });
    await closed.close();
  });

  it("that says nothing of a model's is told from one", async () => {
    const { provider } = await stub(() => ({ status: 200, error: { hello: "world" } }));
    await expect(ask({ provider })).rejects.toMatchObject({ code: "bad_answer" });
  });

  it("has a list of models, or none", async () => {
    const { provider } = await stub(() => ({}));
    expect(await listModels(provider, { fetch })).toEqual([{ id: "large-2" }, { id: "small-1" }]);
    const wrong = { ...provider, apiKey: "sk-wrong-wrong-wrong" };
    await expect(listModels(wrong, { fetch })).rejects.toMatchObject({ code: "key" });
    expect(await listModels({ ...provider, baseUrl: `${provider.baseUrl}/elsewhere` }, { fetch })).toBeNull();
  });
});

/** A provider that streams these events, whatever it is asked, and knows what it was asked. */
async function canned(kind: ProviderKind, events: object[], list: object = {}) {
  const seen: { url: string; headers: http.IncomingHttpHeaders; body: Record<string, unknown> }[] = [];
  const server = http.createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    seen.push({ url: request.url ?? "", headers: request.headers, body: text ? JSON.parse(text) : {} });
    if (request.method === "GET")
      return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(list));
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of events) {
      const { type } = event as { type?: string };
      response.write(`${type ? `event: ${type}\n` : ""}data: ${JSON.stringify(event)}\n\n`);
    }
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  open.push({ stop: () => new Promise((done) => server.close(done)) });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return { provider: { kind, baseUrl, apiKey: STUB_KEY } satisfies Provider, seen };
}

describe("a step in a provider's own protocol", () => {
  it("of Anthropic: text, a call, and a list of models", async () => {
    const { provider, seen } = await canned(
      "anthropic",
      [
        {
          type: "message_start",
          message: {
            ...{ id: "m1", type: "message", role: "assistant", model: "claude", content: [], stop_reason: null },
            usage: { input_tokens: 7, output_tokens: 1 },
          },
        },
        { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
        { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Looking." } },
        { type: "content_block_stop", index: 0 },
        {
          type: "content_block_start",
          index: 1,
          content_block: { type: "tool_use", id: "t1", name: "listThings", input: {} },
        },
        { type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: '{"limit":3}' } },
        { type: "content_block_stop", index: 1 },
        { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null }, usage: { output_tokens: 9 } },
        { type: "message_stop" },
      ],
      { data: [{ id: "claude-new", display_name: "Claude New" }] },
    );
    const { parts, usage, reason } = await ask({ provider, tools, system: "Be short." });
    expect(parts).toMatchObject([
      { type: "text", text: "Looking." },
      { type: "call", id: "t1", tool: "listThings", arguments: { limit: 3 } },
    ]);
    expect({ usage, reason }).toEqual({ usage: { input: 7, output: 9 }, reason: "calls" });
    expect(seen[0]).toMatchObject({ url: "/v1/messages", headers: { "x-api-key": STUB_KEY } });
    expect(await listModels(provider, { fetch })).toEqual([{ id: "claude-new", title: "Claude New" }]);
  });

  it("of Google: text and a call, whose signature goes back with it", async () => {
    const { provider, seen } = await canned(
      "google",
      [
        {
          candidates: [
            {
              content: {
                role: "model",
                parts: [
                  { text: "Looking." },
                  { functionCall: { name: "listThings", args: { limit: 3 } }, thoughtSignature: "c2ln" },
                ],
              },
              finishReason: "STOP",
            },
          ],
          usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 9, totalTokenCount: 16 },
        },
      ],
      {
        models: [
          { name: "models/gemini-x", supportedGenerationMethods: ["generateContent"] },
          { name: "models/emb", supportedGenerationMethods: ["embedContent"] },
        ],
      },
    );
    const first = await ask({ provider, tools });
    expect(first.parts).toMatchObject([
      { type: "text", text: "Looking." },
      { type: "call", tool: "listThings", arguments: { limit: 3 } },
    ]);
    expect(first).toMatchObject({ usage: { input: 7, output: 9 }, reason: "calls" });
    const call = first.parts.find((part) => part.type === "call");
    const answered: Message = { role: "tool", callId: call?.id ?? "", tool: "listThings", text: "3", isError: false };
    // As it comes back from a browser.
    const parts = JSON.parse(JSON.stringify(first.parts)) as typeof first.parts;
    await ask({ provider, tools, messages: [...hello, { role: "assistant", parts }, answered] });
    expect(seen[0]).toMatchObject({ headers: { "x-goog-api-key": STUB_KEY } });
    expect(seen[0]?.url).not.toContain(STUB_KEY);
    expect(JSON.stringify(seen[1]?.body)).toContain('"thoughtSignature":"c2ln"');
    expect(await listModels(provider, { fetch })).toEqual([{ id: "gemini-x" }]);
  });

  it("of OpenAI, which is told to keep nothing", async () => {
    const item = { id: "f1", type: "function_call", call_id: "t1", name: "listThings" };
    const { provider, seen } = await canned(
      "openai",
      [
        { type: "response.created", response: { id: "r1", created_at: 1, model: "gpt" } },
        { type: "response.output_item.added", output_index: 0, item: { type: "message", id: "m1" } },
        { type: "response.output_text.delta", item_id: "m1", delta: "Looking." },
        {
          type: "response.output_item.done",
          output_index: 0,
          item: { type: "message", id: "m1", role: "assistant", content: [] },
        },
        { type: "response.output_item.added", output_index: 1, item: { ...item, arguments: "" } },
        {
          type: "response.output_item.done",
          output_index: 1,
          item: { ...item, arguments: '{"limit":3}', status: "completed" },
        },
        { type: "response.completed", response: { usage: { input_tokens: 7, output_tokens: 9 } } },
      ],
      { data: [{ id: "gpt-x" }, { id: "text-embedding-3-small" }] },
    );
    const { parts, usage, reason } = await ask({ provider, tools });
    expect(parts).toMatchObject([
      { type: "text", text: "Looking." },
      { type: "call", id: "t1", tool: "listThings", arguments: { limit: 3 } },
    ]);
    expect({ usage, reason }).toEqual({ usage: { input: 7, output: 9 }, reason: "calls" });
    expect(seen[0]).toMatchObject({
      url: "/v1/responses",
      headers: { authorization: `Bearer ${STUB_KEY}` },
      body: { store: false },
    });
    expect(await listModels(provider, { fetch })).toEqual([{ id: "gpt-x" }]);
  });
});
