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

describe("a list that is shortened", () => {
  const all = Array.from({ length: 250 }, (_, id) => ({ id, name: `Thing ${id}` }));
  const PAGE = 100;
  let lists: TestGateway;
  let at: string;
  let asks: string[] = [];
  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
    asks.push(request.url ?? "");
    const number = (name: string, otherwise: number) => Number(searchParams.get(name) ?? otherwise);
    const from = { "/pages": (number("page", 1) - 1) * PAGE, "/links": (number("page", 1) - 1) * PAGE }[pathname];
    const begin = from ?? (pathname === "/offsets" ? number("offset", 0) : Number(searchParams.get("pageToken") ?? 0));
    const items = pathname === "/whole" ? all : all.slice(begin, begin + PAGE);
    const next = begin + PAGE;
    response.setHeader("content-type", "application/json");
    if (pathname === "/links" && next < all.length)
      response.setHeader("link", `<http://x/links?page=${next / PAGE + 1}>; rel="next"`);
    const beside = {
      "/pages": { meta: { total_pages: 3 } },
      "/offsets": { total: all.length },
      "/tokens": next < all.length ? { nextPageToken: String(next) } : {},
    }[pathname];
    response.end(JSON.stringify(pathname === "/links" ? items : { items, ...beside }));
  });
  const WAYS: [string, string, string[]][] = [
    ["pages", "listPages", ["page", "per_page"]],
    ["offsets", "listOffsets", ["offset", "limit"]],
    ["tokens", "listTokens", ["pageToken"]],
    ["links", "listLinks", ["page"]],
    ["whole", "listWhole", []],
  ];

  beforeAll(async () => {
    lists = await startTestGateway();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const responses = { 200: { description: "ok", content: { "application/json": { schema: {} } } } };
    const paths = Object.fromEntries(
      WAYS.map(([name, operationId, parameters]) => [
        `/${name}`,
        {
          get: {
            operationId,
            parameters: parameters.map((one) => ({ name: one, in: "query", schema: { type: "string" } })),
            responses,
          },
        },
      ]),
    );
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const document = { openapi: "3.1.0", info: { title: "Lists", version: "1" }, servers: [{ url }], paths };
    const published = await lists.publish({ slug: "lists", source: { content: JSON.stringify(document) } });
    at = published.path;
    for (const [name] of WAYS) {
      const patch = { shape: { itemsMax: 30 }, ...(name === "whole" ? {} : { paging: true }) };
      const input = { serverId: published.serverId, operation: `GET /${name}`, patch };
      await overrideTool({ ctx: lists.ctx, input });
    }
    await publishServer({ ctx: lists.ctx, input: { id: published.serverId } });
  });
  afterAll(async () => {
    await lists?.close();
    server.close();
  });

  it.each(WAYS)("is read to its end, each item once: by %s", async (name, tool) => {
    asks = [];
    const ids: number[] = [];
    let calls = 0;
    for (let cursor: string | undefined; calls < 30; ) {
      const { body } = await callTool(lists.app, at, lists.apiKey, cursor ? { cursor } : {}, tool);
      const { structuredContent, content } = (body as { result: Result }).result;
      const items = (structuredContent.items ?? (structuredContent as { result?: { id: number }[] }).result) as {
        id: number;
      }[];
      calls++;
      expect(items.length).toBeLessThanOrEqual(30);
      ids.push(...items.map(({ id }) => id));
      cursor = structuredContent.nextCursor;
      expect(content.some(({ text }) => text.includes("call again with the same arguments"))).toBe(
        cursor !== undefined,
      );
      if (!cursor) break;
    }
    expect(ids).toEqual(all.map(({ id }) => id));
    expect(calls).toBe(name === "whole" ? 9 : 10);
    expect(asks).toHaveLength(calls);
    expect(new Set(asks).size).toBe(name === "whole" ? 1 : 3);
  });

  it("shows the cursor in the list of tools where something can be cut, and nowhere else", async () => {
    const { body } = await rpc(lists.app, at, "tools/list", {}, bearer(lists.apiKey));
    const { tools } = (body as { result: { tools: { name: string; inputSchema: { properties?: object } }[] } }).result;
    expect(tools.map(({ inputSchema }) => Object.keys(inputSchema.properties ?? {}).at(-1))).toEqual(
      WAYS.map(() => "cursor"),
    );
  });

  it("takes no cursor of another tool, or beside other arguments", async () => {
    const first = await callTool(lists.app, at, lists.apiKey, {}, "listOffsets");
    const cursor = (first.body as { result: Result }).result.structuredContent.nextCursor;
    asks = [];
    for (const [args, tool] of [
      [{ cursor }, "listPages"],
      [{ cursor, limit: "5" }, "listOffsets"],
    ] as const) {
      const { body } = await callTool(lists.app, at, lists.apiKey, args, tool);
      const { isError, content } = (body as { result: Result }).result;
      expect([isError, content[0]?.text]).toEqual([
        true,
        expect.stringMatching(/as they were in the call that gave it/),
      ]);
    }
    expect(asks).toEqual([]);
  });
});
