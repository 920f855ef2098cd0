import http from "node:http";
import type { AddressInfo } from "node:net";
import { overrideTool, publishServer } from "@portico/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, callTool, rpc, startTestGateway, type TestGateway } from "../testing.ts";

const things = Array.from({ length: 7 }, (_, id) => ({ id, name: `Thing ${id}`, secret: "not to be seen" }));
const asked: string[] = [];
/** Pages of three, with the number of pages beside the list. */
const api = http.createServer((request, response) => {
  asked.push(request.url ?? "");
  const page = Number(new URL(request.url ?? "", "http://x").searchParams.get("page") ?? 1);
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ items: things.slice((page - 1) * 3, page * 3), meta: { total_pages: 3 } }));
});

let gateway: TestGateway;
let path: string;
let serverId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  const query = (name: string) => ({ name, in: "query", schema: { type: "integer" } });
  const content = JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Things", version: "1" },
    servers: [{ url: `http://127.0.0.1:${(api.address() as AddressInfo).port}` }],
    paths: {
      "/things": {
        get: {
          operationId: "listThings",
          parameters: [query("page"), query("per_page")],
          responses: { 200: { description: "ok", content: { "application/json": { schema: { type: "object" } } } } },
        },
      },
      "/one": { get: { operationId: "readOne", responses: { 200: { description: "ok" } } } },
    },
  });
  ({ path, serverId } = await gateway.publish({ slug: "things", source: { content } }));
  const input = { serverId, operation: "GET /things", patch: { paging: true, shape: { keep: ["items[].id"] } } };
  await overrideTool({ ctx: gateway.ctx, input });
  await publishServer({ ctx: gateway.ctx, input: { id: serverId } });
});
afterAll(async () => {
  await gateway?.close();
  api.close();
});

interface Result {
  content: { text: string }[];
  structuredContent: { items?: { id: number }[]; nextCursor?: string };
  isError?: boolean;
}
const call = async (args: object) =>
  ((await callTool(gateway.app, path, gateway.apiKey, args, "listThings")).body as { result: Result }).result;

describe("a tool that is paged with a cursor", () => {
  it("shows the cursor in the place of the API's own argument", async () => {
    const { body } = await rpc(gateway.app, path, "tools/list", {}, bearer(gateway.apiKey));
    const [tool] = (body as { result: { tools: { inputSchema: { properties: object } }[] } }).result.tools;
    expect(Object.keys(tool?.inputSchema.properties ?? {})).toEqual(["per_page", "cursor"]);
  });

  it("is read to its end, page by page, though the shape leaves out what says where the next begins", async () => {
    const ids: number[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 10; page++) {
      const { structuredContent, content } = await call(cursor ? { cursor } : {});
      ids.push(...(structuredContent.items ?? []).map(({ id }) => id));
      cursor = structuredContent.nextCursor;
      expect(content.some(({ text }) => text.includes("There is more"))).toBe(cursor !== undefined);
      if (!cursor) break;
    }
    expect(ids).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(asked).toEqual(["/things", "/things?page=2", "/things?page=3"]);
  });

  it("takes no cursor that no page gave, and no page by its own name", async () => {
    asked.length = 0;
    for (const args of [{ cursor: "made up" }, { page: 2 }]) expect(await call(args)).toMatchObject({ isError: true });
    expect(asked).toEqual([]);
  });

  it("is refused where there are no pages", async () => {
    const input = { serverId, operation: "GET /one", patch: { paging: true } };
    await expect(overrideTool({ ctx: gateway.ctx, input })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(/says where a page begins/),
    });
  });
});
