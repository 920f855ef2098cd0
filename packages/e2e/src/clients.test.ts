import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientKinds, connectClient } from "./clients.ts";
import { hasCorpus, readCorpus } from "./corpus.ts";
import { exampleValue } from "./example-value.ts";
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

describe("every kind of client", () => {
  it("sees the same tools and gets the same answers", async () => {
    const document = {
      openapi: "3.1.0",
      info: { title: "Shelf", version: "1" },
      paths: {
        "/books/{id}": {
          get: {
            operationId: "getBook",
            parameters: [{ name: "id", in: "path", required: true, schema: { type: "integer" } }],
            responses: { 200: { description: "ok" } },
          },
        },
      },
    };
    const { server } = await publish(portico, { source: { content: JSON.stringify(document) }, baseUrl: recorder.url });
    const seen: unknown[] = [];
    for (const kind of clientKinds) {
      recorder.answer = ({ url }) => ({ status: 200, body: { asked: url } });
      const client = await connectClient(kind, server.mcpUrl, apiKey);
      const tools = (await client.listTools()).map(({ name }) => name);
      const answer = await client.callTool("getBook", { id: 7 });
      const refused = await client.callTool("getBook", { id: "seven" });
      recorder.answer = () => ({ status: 404, body: { message: "no such book" } });
      const missing = await client.callTool("getBook", { id: 8 });
      await client.close();
      seen.push([tools, answer.structuredContent, refused.isError, missing.isError, missing.content[0]?.text]);
      expect(answer.structuredContent, kind).toEqual({ asked: "/books/7" });
      expect(refused.content[0]?.text, kind).toMatch(/id/);
      expect(missing.content[0]?.text, kind).toContain("no such book");
    }
    expect(new Set(seen.map((part) => JSON.stringify(part))).size).toBe(1);
  });

  it("takes whatever comes back from a tool that lists an output schema", async () => {
    const book = { type: "object", required: ["title"], properties: { title: { type: "string" } } };
    const document = {
      openapi: "3.1.0",
      info: { title: "Odd shelf", version: "1" },
      paths: {
        "/book": {
          get: {
            operationId: "getBook",
            responses: { 200: { description: "ok", content: { "application/json": { schema: book } } } },
          },
        },
      },
    };
    const { server } = await publish(portico, {
      source: { content: JSON.stringify(document) },
      slug: "odd-shelf",
      dialect: "full",
      baseUrl: recorder.url,
    });
    for (const kind of clientKinds) {
      const client = await connectClient(kind, server.mcpUrl, apiKey);
      const [tool] = await client.listTools();
      expect(tool, kind).toHaveProperty("outputSchema.properties.title");
      // Clients throw when an answer breaks the schema, or comes without what it describes.
      for (const body of [{ title: "Ada" }, { title: 7 }, [1, 2], null, "text"]) {
        recorder.answer = () => ({ status: 200, body });
        const answer = await client.callTool("getBook", {});
        expect(answer.structuredContent, `${kind}: ${JSON.stringify(body)}`).toBeTypeOf("object");
      }
      await client.close();
    }
  });
});

/** For each document: an operation, arguments, and the request that the document describes for them. */
const documents: {
  file: string;
  slug: string;
  call?: {
    operation: string;
    args: Record<string, unknown>;
    want: { method: string; url: string; body?: unknown; header?: [string, string] };
  };
}[] = [
  {
    file: "petstore-3.0.yaml",
    slug: "petstore",
    call: {
      operation: "GET /pet/findByStatus",
      args: { status: "sold" },
      want: { method: "GET", url: "/v3/pet/findByStatus?status=sold" },
    },
  },
  {
    file: "museum-3.1.yaml",
    slug: "museum",
    call: {
      operation: "POST /tickets",
      args: { ticketType: "general", ticketDate: "2026-12-01", email: "ada@example.com" },
      want: {
        method: "POST",
        url: "/v3/tickets",
        body: { ticketType: "general", ticketDate: "2026-12-01", email: "ada@example.com" },
      },
    },
  },
  {
    file: "uspto.yaml",
    slug: "uspto",
    call: {
      operation: "GET /{dataset}/{version}/fields",
      args: { dataset: "oa_citations", version: "v1" },
      want: { method: "GET", url: "/v3/oa_citations/v1/fields" },
    },
  },
  {
    file: "spotify-official.yaml",
    slug: "spotify",
    call: {
      operation: "GET /albums/{id}/tracks",
      args: { id: "a/b ü", limit: 3 },
      want: { method: "GET", url: "/v3/albums/a%2Fb%20%C3%BC/tracks?limit=3" },
    },
  },
  {
    file: "kubernetes-2.0.json.gz",
    slug: "kubernetes",
    call: {
      operation: "GET /api/v1/namespaces/{namespace}/pods",
      args: { namespace: "default", labelSelector: "app=web" },
      want: { method: "GET", url: "/v3/api/v1/namespaces/default/pods?labelSelector=app%3Dweb" },
    },
  },
  {
    file: "stripe-3.0.yaml.gz",
    slug: "stripe",
    call: {
      operation: "POST /v1/customers",
      args: { email: "ada@example.com", metadata: { plan: "gold" } },
      want: { method: "POST", url: "/v3/v1/customers", body: "email=ada%40example.com&metadata%5Bplan%5D=gold" },
    },
  },
];

describe.skipIf(!hasCorpus)("real documents", () => {
  it.each(documents)("$file: imported, listed by every client, and called as it says", async ({ file, slug, call }) => {
    const { server, tools } = await publish(portico, {
      source: { content: readCorpus(file) ?? "" },
      slug,
      select: "all",
      dialect: "full",
      baseUrl: `${recorder.url}/v3`,
    });
    const lists = [];
    for (const kind of clientKinds) {
      const client = await connectClient(kind, server.mcpUrl, apiKey);
      lists.push((await client.listTools()).map(({ name }) => name));
      await client.close();
    }
    for (const list of lists) expect(list).toEqual(tools.map(({ name }) => name));

    recorder.answer = () => ({ status: 200, body: { ok: true } });
    const client = await connectClient("client, auto", server.mcpUrl, apiKey);
    const listed = await client.listTools();
    for (const { name, inputSchema } of listed.slice(0, 10)) {
      const before = recorder.requests.length;
      const answer = await client.callTool(name, exampleValue(inputSchema) as Record<string, unknown>);
      expect(answer.isError, `${name}: ${JSON.stringify(answer.content)}`).toBeFalsy();
      expect(recorder.requests.length).toBe(before + 1);
      const [method, path = ""] = (tools.find((tool) => tool.name === name)?.operation ?? "").split(" ");
      const template = new RegExp(
        `^/v3${path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]+\}/g, "[^/?]+")}(\\?|$)`,
      );
      expect(recorder.requests.at(-1)).toMatchObject({ method, url: expect.stringMatching(template) });
    }
    if (call) {
      const name = tools.find(({ operation }) => operation === call.operation)?.name ?? "";
      await client.callTool(name, call.args);
      const { method, url, body } = recorder.requests.at(-1) ?? { method: "", url: "", body: "" };
      expect({ method, url }).toEqual({ method: call.want.method, url: call.want.url });
      if (call.want.body !== undefined)
        expect(typeof call.want.body === "string" ? body : JSON.parse(body)).toEqual(call.want.body);
    }
    await client.close();
  });
});
