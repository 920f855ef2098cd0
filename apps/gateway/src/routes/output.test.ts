import { afterAll, beforeAll, expect, it } from "vitest";
import { bearer, callTool, openSession, rpc, startTestGateway, type TestGateway } from "../testing.ts";

const pet = {
  type: "object",
  required: ["id", "name"],
  properties: { id: { type: "integer" }, name: { type: "string" } },
};
const petsDocument = (url: string) =>
  JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Pets", version: "1" },
    servers: [{ url }],
    paths: {
      "/pet": {
        get: {
          operationId: "getPet",
          responses: { 200: { description: "ok", content: { "application/json": { schema: pet } } } },
        },
      },
    },
  });

let gateway: TestGateway;
let full: string;
let safe: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  const source = { content: petsDocument(gateway.upstream.url) };
  ({ path: full } = await gateway.publish({ slug: "full", source, dialect: "full" }));
  ({ path: safe } = await gateway.publish({ slug: "safe", source, dialect: "safe" }));
});
afterAll(() => gateway?.close());

it("lists output schemas in the dialect that has them, to revisions that know them", async () => {
  const listed = async (path: string, headers: Record<string, string>) =>
    (await rpc(gateway.app, path, "tools/list", {}, { ...bearer(gateway.apiKey), ...headers })).text.includes(
      '"outputSchema":{"type":"object","properties":{"id":{},"name":{}}}',
    );
  const session = async (path: string) => ({ "mcp-session-id": await openSession(gateway.app, path, gateway.apiKey) });
  expect(await listed(full, await session(full))).toBe(true);
  expect(await listed(full, { "mcp-protocol-version": "2025-06-18" })).toBe(true);
  expect(await listed(full, { "mcp-protocol-version": "2025-03-26" })).toBe(false);
  expect(await listed(full, {})).toBe(false);
  expect(await listed(safe, await session(safe))).toBe(false);
});

it("counts output schemas where they are listed", async () => {
  const versions = await gateway.deps.db.version.findMany({
    select: { tokenCount: true },
    orderBy: { createdAt: "asc" },
  });
  const [withOutput = 0, without = 0] = versions.map(({ tokenCount }) => tokenCount);
  expect(withOutput).toBeGreaterThan(without);
});

it.each<[string, string, string, string | null]>([
  ["as promised", "application/json", '{"id":1,"name":"Rex"}', null],
  ["without what is required", "application/json", '{"id":1}', "The answer lacks what the document requires: name."],
  ["as a list", "application/json", "[1]", "The document promises an object, the answer was a list."],
  ["as a page", "text/html", "<h1>Sign in", "The document promises application/json, the answer was text/html."],
])("an answer %s has structured content, and what is odd about it is kept", async (_name, type, body, diagnostic) => {
  Object.assign(gateway.upstream.state, { type, body });
  const answer = await callTool(gateway.app, full, gateway.apiKey, {}, "getPet");
  const { result } = answer.body as { result: { isError?: boolean; structuredContent?: unknown } };
  expect(result.isError).toBeUndefined();
  expect(result.structuredContent).toBeTypeOf("object");
  await expect.poll(() => gateway.usage.at(-1)?.diagnostic ?? null).toBe(diagnostic);
});
