import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Portico, startPortico } from "./portico.ts";

let portico: Portico;
let upstream: { url: string; seen: http.IncomingMessage[]; close: () => void };

/** An API that answers anything, and remembers how it was asked. */
async function startUpstream() {
  const seen: http.IncomingMessage[] = [];
  const server = http.createServer((request, response) => {
    seen.push(request);
    response.setHeader("content-type", "application/json").end('{"ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, close: () => server.close() };
}

interface Published {
  server: { id: string; mcpUrl: string };
  tools: { name: string; operation: string }[];
  diagnostics: { code: string }[];
}

beforeAll(async () => {
  [portico, upstream] = await Promise.all([startPortico(), startUpstream()]);
});
afterAll(async () => {
  upstream?.close();
  await portico?.stop();
});

const publish = (slug: string, content: string, encoding?: "base64") =>
  portico.api<Published>("POST", "/api/v1/publish", {
    slug,
    select: "all",
    source: { content, ...(encoding ? { encoding } : {}) },
  });

it("serves what curl commands, a collection and a recording call", async () => {
  const curl = await publish("curl", `curl '${upstream.url}/pets/7?full=true' -H 'X-Api-Key: was-here-once'`);
  expect(curl.tools).toEqual([{ name: "get_pets_by_petId", operation: "GET /pets/{petId}" }]);

  const schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
  const item = [{ name: "Get pet", request: { method: "GET", url: "{{base}}/pets/:id" } }];
  const variable = [{ key: "base", value: upstream.url }];
  const postman = await publish("postman", JSON.stringify({ info: { name: "Pets", schema }, item, variable }));
  expect(postman.tools).toEqual([{ name: "getPet", operation: "GET /pets/{id}" }]);

  const request = { method: "GET", url: `${upstream.url}/pets/7`, headers: [] };
  const response = { status: 200, content: { mimeType: "application/json", text: '{"ok":true}' } };
  const recording = JSON.stringify({ log: { version: "1.2", entries: [{ _resourceType: "xhr", request, response }] } });
  const har = await publish("har", Buffer.from(recording).toString("base64"), "base64");
  expect(har.tools).toEqual([{ name: "get_pets_by_petId", operation: "GET /pets/{petId}" }]);
});

it("tells later what a document does not keep of its specification", async () => {
  const content = JSON.stringify({
    openapi: "3.0.3",
    info: { title: "T" },
    paths: { "/a": { get: { responses: {} } } },
  });
  const { documentId } = await portico.api<{ documentId: string }>("POST", "/api/v1/documents", {
    source: { content },
  });
  const findings = () => portico.api<{ items: unknown[] }>("GET", `/api/v1/documents/${documentId}/findings`);
  await expect
    .poll(async () => (await findings()).items, { timeout: 20_000 })
    .toContainEqual(expect.objectContaining({ code: "specification", pointer: "/info" }));
});

it("reads a document of 30 MB, and says what is too large", async () => {
  const description = "x".repeat(30 * 1024 * 1024);
  const paths = { "/a": { get: { responses: {}, description } } };
  const content = JSON.stringify({ openapi: "3.0.3", info: { title: "Large", version: "1" }, paths });
  expect((await publish("large", content)).tools).toHaveLength(1);
  await expect(publish("too-large", content + " ".repeat(3 * 1024 * 1024))).rejects.toThrow(/at most 32 MB/);
});
