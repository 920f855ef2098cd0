import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientKinds, connectClient, type ToolAnswer } from "./clients.ts";
import { readCorpus } from "./corpus.ts";
import { apiKey, type Portico, publish, startPortico } from "./portico.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

let portico: Portico;
let recorder: Recorder;
beforeAll(async () => {
  [portico, recorder] = await Promise.all([startPortico(), startRecorder()]);
});
afterAll(async () => {
  await Promise.all([portico?.stop(), recorder?.stop()]);
});

const textOf = ({ content }: ToolAnswer) => content.map(({ text }) => text ?? "").join("\n");
const read = (answer: ToolAnswer) => JSON.parse(textOf(answer));

const shelf = {
  openapi: "3.1.0",
  info: { title: "Shelf", version: "1" },
  paths: {
    "/books": { get: { operationId: "listBooks", tags: ["books"], responses: { 200: { description: "ok" } } } },
    "/books/{id}": {
      get: {
        operationId: "getBook",
        tags: ["books"],
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "integer" } }],
        responses: { 200: { description: "ok" } },
      },
    },
  },
};

describe("a server whose tools are found by searching", () => {
  it.each(clientKinds)("%s lists three tools, searches, describes and calls", async (kind) => {
    const { server } = await publish(portico, {
      source: { content: JSON.stringify(shelf) },
      slug: "searched-shelf",
      toolMode: "search",
      baseUrl: recorder.url,
    });
    recorder.answer = ({ url }) => ({ status: 200, body: { asked: url } });
    const client = await connectClient(kind, server.mcpUrl, apiKey);
    expect((await client.listTools()).map(({ name }) => name)).toEqual(["search_tools", "describe_tools", "call_tool"]);
    const found = read(await client.callTool("search_tools", { query: "read one book" }));
    expect(found.tools[0]).toMatchObject({ name: "getBook", tags: ["books"], hint: "read" });
    const described = read(await client.callTool("describe_tools", { names: ["getBook"] }));
    expect(described.tools[0].inputSchema).toMatchObject({ required: ["id"] });
    const called = await client.callTool("call_tool", { name: "getBook", arguments: { id: 7 } });
    expect(called.structuredContent).toEqual({ asked: "/books/7" });
    expect(called).toEqual(await client.callTool("getBook", { id: 7 }));
    const wrong = await client.callTool("call_tool", { name: "get_books", arguments: {} });
    expect([wrong.isError, textOf(wrong)]).toEqual([true, expect.stringContaining("getBook")]);
    await client.close();
    // Searching is seen as well, as what reached no API.
    const searches = () =>
      portico.api<{ items: object[] }>("GET", "/api/v1/servers/searched-shelf/calls?tool=search_tools");
    await expect
      .poll(async () => (await searches()).items[0], { timeout: 20_000 })
      .toMatchObject({ operation: null, upstreamMs: 0, outcome: "ok", clientName: "portico-e2e" });
  });

  const kubernetes = readCorpus("kubernetes-2.0.json.gz");
  it.skipIf(kubernetes === null)("finds one of 1,123 tools in three short answers", async () => {
    const { server } = await publish(portico, {
      source: { content: kubernetes },
      slug: "searched-kubernetes",
      select: "all",
      toolMode: "search",
      baseUrl: recorder.url,
    });
    recorder.answer = () => ({ status: 200, body: { items: [] } });
    const client = await connectClient("sdk 1.x", server.mcpUrl, apiKey);
    expect(JSON.stringify(await client.listTools()).length).toBeLessThan(6_000);
    const query = "list pods in a namespace";
    const found = read(await client.callTool("search_tools", { query, limit: 3 }));
    expect(found.tools.map(({ name }: { name: string }) => name)).toContain("listCoreV1NamespacedPod");
    const args = { name: "listCoreV1NamespacedPod", arguments: { namespace: "default" } };
    expect((await client.callTool("call_tool", args)).structuredContent).toEqual({ items: [] });
    await client.close();
  });
});
