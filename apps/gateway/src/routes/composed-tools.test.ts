import http from "node:http";
import type { AddressInfo } from "node:net";
import {
  compareDraft,
  createProfile,
  grantAccess,
  overrideTool,
  publishServer,
  type UpdateServerInput,
  updateServer,
} from "@portico/services";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { bearer, callTool, rpc, startTestGateway, type TestGateway } from "../testing.ts";
import { connectClient, createPerson } from "../testing-oauth.ts";

const SECRET = "canary-shop-key-0123456789";

/** A shop: customers, the orders of one, and mail to them. */
const seen: { url: string; key: string | undefined; body: string }[] = [];
let failing: (url: string) => boolean = () => false;
const shop = http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  const url = request.url ?? "";
  seen.push({ url, key: request.headers["x-key"] as string | undefined, body });
  response.setHeader("content-type", "application/json");
  if (failing(url)) return response.writeHead(404).end('{"message":"no such customer"}');
  if (url.startsWith("/customers"))
    return response.end(
      JSON.stringify([1, 2, 3].map((id) => ({ id, name: `Customer ${id}`, salary: "secret salary", echo: SECRET }))),
    );
  if (url.startsWith("/orders")) {
    const customer = Number(new URL(url, "http://x").searchParams.get("customer"));
    return response.end(JSON.stringify({ orders: [{ number: customer * 10, total: customer * 100 }] }));
  }
  response.end(JSON.stringify({ sent: true }));
});

let gateway: TestGateway;
let path: string;
let serverId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
  const answer = { 200: { description: "ok", content: { "application/json": { schema: {} } } } };
  const query = (name: string, required = false) => ({ name, in: "query", required, schema: { type: "string" } });
  const content = JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Shop", version: "1" },
    servers: [{ url: `http://127.0.0.1:${(shop.address() as AddressInfo).port}` }],
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
    paths: {
      "/customers": { get: { operationId: "listCustomers", parameters: [query("q")], responses: answer } },
      "/orders": {
        get: { operationId: "listOrders", parameters: [query("customer", true), query("tenant")], responses: answer },
      },
      "/mail": {
        delete: { operationId: "deleteMail", responses: answer },
        post: {
          operationId: "sendMail",
          requestBody: {
            required: true,
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  required: ["to"],
                  properties: { to: { type: "string" }, text: { type: "string" } },
                },
              },
            },
          },
          responses: answer,
        },
      },
    },
  });
  const credentials = { key: { type: "apiKey" as const, value: SECRET } };
  ({ path, serverId } = await gateway.publish({
    slug: "shop",
    source: { content },
    select: { operations: ["GET /customers"] },
    credentials,
  }));
});
afterAll(async () => {
  await gateway?.close();
  shop.close();
});
beforeEach(() => {
  seen.length = 0;
  failing = () => false;
});

type Composed = NonNullable<UpdateServerInput["composedTools"]>;
const ordersOfAll: Composed[number] = {
  name: "orders_of_customers",
  description: "Lists what the customers of a name have ordered. Use it instead of asking for each customer.",
  inputs: [{ name: "name", required: true, description: "Part of the customer's name" }],
  steps: [
    { id: "found", operation: "GET /customers", arguments: { q: { from: "input.name" } } },
    {
      id: "orders",
      operation: "GET /orders",
      forEach: "found",
      arguments: { customer: { from: "to_string(item.id)" } },
    },
  ],
  answer: { expression: "{names: found[].name, totals: orders[].orders[].total}" },
};
const save = async (composedTools: Composed) => {
  await updateServer({ ctx: gateway.ctx, input: { id: serverId, composedTools } });
  return publishServer({ ctx: gateway.ctx, input: { id: serverId } });
};
const listed = async (token: string = gateway.apiKey) => {
  const { body } = await rpc(gateway.app, path, "tools/list", {}, bearer(token));
  return (body as { result: { tools: { name: string; inputSchema: object; annotations: object }[] } }).result.tools;
};
interface Result {
  content: { text: string }[];
  structuredContent?: unknown;
  isError?: boolean;
}
const call = async (
  args: object = { name: "Customer" },
  name = "orders_of_customers",
  token: string = gateway.apiKey,
) => ((await callTool(gateway.app, path, token, args, name)).body as { result: Result }).result;

describe("a tool of several calls", () => {
  it("is listed like any other, and makes its calls with the server's credential", async () => {
    expect(await compareDraft({ ctx: gateway.ctx, input: { serverId } })).toMatchObject({ added: [] });
    await updateServer({ ctx: gateway.ctx, input: { id: serverId, composedTools: [ordersOfAll] } });
    expect(await compareDraft({ ctx: gateway.ctx, input: { serverId } })).toMatchObject({
      added: ["COMPOSED orders_of_customers"],
    });
    await publishServer({ ctx: gateway.ctx, input: { id: serverId } });
    expect(await listed()).toMatchObject([
      { name: "listCustomers" },
      { name: "orders_of_customers", inputSchema: { required: ["name"] }, annotations: { readOnlyHint: true } },
    ]);
    const result = await call();
    expect(result.structuredContent).toEqual({
      names: ["Customer 1", "Customer 2", "Customer 3"],
      totals: [100, 200, 300],
    });
    expect(seen.map(({ url }) => url).sort()).toEqual([
      "/customers?q=Customer",
      "/orders?customer=1",
      "/orders?customer=2",
      "/orders?customer=3",
    ]);
    expect(seen.every(({ key }) => key === SECRET)).toBe(true);
    expect(JSON.stringify(result)).not.toContain(SECRET);
  });

  it("is one call in the activity, with all that it took", async () => {
    const calls = () => gateway.usage.filter(({ kind }) => kind === "call");
    // The one of the test before, which is written with the next batch.
    await vi.waitFor(() => expect(calls()).toHaveLength(1), { timeout: 5_000 });
    await call();
    await vi.waitFor(() => expect(calls()).toHaveLength(2), { timeout: 5_000 });
    expect(calls()[1]).toMatchObject({ tool: "orders_of_customers", outcome: "ok" });
    expect((calls()[1] as { responseBytes: number }).responseBytes).toBeGreaterThan(300);
  });

  it("says in the activity what each step came to, and nothing of what was asked or answered", async () => {
    const calls = () => gateway.usage.filter(({ kind }) => kind === "call");
    const recorded = async (args?: object) => {
      const before = calls().length;
      await call(args);
      await vi.waitFor(() => expect(calls()).toHaveLength(before + 1), { timeout: 5_000 });
      return calls().at(-1) as { steps: object[] | null };
    };
    const all = await recorded();
    const step = { outcome: "ok", status: 200, retries: 0, failed: 0, durationMs: expect.any(Number) };
    expect(all.steps).toEqual([
      { id: "found", operation: "GET /customers", ...step, calls: 1 },
      { id: "orders", operation: "GET /orders", ...step, calls: 3, isEach: true },
    ]);
    expect(JSON.stringify(all)).not.toMatch(/Customer|customer=|100/);
    failing = (url) => url.includes("customer=2");
    const { steps } = await recorded();
    expect(steps?.[1]).toMatchObject({ outcome: "upstream_error", status: 404, calls: 3, failed: 1 });
    failing = (url) => url.startsWith("/customers");
    expect((await recorded()).steps).toMatchObject([{ id: "found", outcome: "upstream_error", failed: 1 }]);
    // Nothing was begun.
    expect((await recorded({})).steps ?? null).toBeNull();
  });

  it("says which step failed, and goes on where only some of a list did", async () => {
    failing = (url) => url.startsWith("/customers");
    const ended = await call();
    expect(ended).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/^Step 1 of 2 \(found\): .*no such customer/s) }],
    });
    expect(seen).toHaveLength(1);
    failing = (url) => url.includes("customer=2");
    const most = await call();
    expect(most.structuredContent).toMatchObject({ totals: [100, 300] });
    expect(most.content.at(-1)?.text).toMatch(/1 of 3 calls failed/);
    expect(await call({})).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(/name/) }] });
  });

  it("leaves out of its answers what the tools that it calls leave out, and sends what they fix", async () => {
    const { ctx } = gateway;
    const edit = (operation: string, patch: object) => overrideTool({ ctx, input: { serverId, operation, patch } });
    await edit("GET /customers", { shape: { drop: ["[].salary"], format: "table", tokensMax: 50 } });
    await edit("GET /orders", { parameters: { tenant: { fixed: { value: "acme" } } } });
    await save([{ ...ordersOfAll, answer: { expression: "found" } }]);
    const result = await call();
    expect(JSON.stringify(result)).not.toContain("secret salary");
    expect(JSON.stringify(result)).toContain("Customer 3");
    expect(seen.filter(({ url }) => url.startsWith("/orders")).every(({ url }) => url.endsWith("&tenant=acme"))).toBe(
      true,
    );
    await edit("GET /customers", {});
    await edit("GET /orders", {});
  });

  it("is nobody's who may not make each of its calls", async () => {
    const { ctx } = gateway;
    await save([ordersOfAll]);
    const person = await createPerson(gateway);
    const { tokens } = await connectClient(gateway, path, person);
    const member = await gateway.deps.db.member.findFirst({ where: { userId: person.id } });
    await grantAccess({
      ctx,
      input: { serverId, to: { memberId: member?.id ?? "" }, tools: { operations: ["GET /customers"] } },
    });
    await vi.waitFor(async () =>
      expect((await listed(tokens.access)).map(({ name }) => name)).toEqual(["listCustomers"]),
    );
    seen.length = 0;
    await callTool(gateway.app, path, tokens.access, { name: "x" }, "orders_of_customers");
    expect(seen).toEqual([]);
    const other = await createPerson(gateway);
    const connected = await connectClient(gateway, path, other);
    await createProfile({
      ctx,
      input: { serverId, name: "Without orders", isDefault: true, settings: { hiddenTools: ["GET /orders"] } },
    });
    await vi.waitFor(async () =>
      expect((await listed(connected.tokens.access)).map(({ name }) => name)).toEqual(["listCustomers"]),
    );
  });

  it("is as careful as the most careful of its calls", async () => {
    const mail: Composed[number] = {
      name: "clean_and_write",
      description: "Deletes all mail, then writes to somebody.",
      steps: [
        { id: "gone", operation: "DELETE /mail" },
        { id: "sent", operation: "POST /mail", arguments: { to: { value: "ada@example.com" } } },
      ],
    };
    await save([mail]);
    expect((await listed()).at(-1)).toMatchObject({
      name: "clean_and_write",
      annotations: { readOnlyHint: false, destructiveHint: true },
    });
  });
});

describe("a tool of several calls is refused", () => {
  const [find, orders] = ordersOfAll.steps;
  it.each<[string, object, RegExp]>([
    ["without steps", { steps: [] }, /add a step/],
    [
      "with too many",
      { steps: Array.from({ length: 6 }, (_, index) => ({ ...find, id: `s${index}` })) },
      /at most 5 steps/,
    ],
    ["with a step twice", { steps: [find, find] }, /"found" is there twice/],
    [
      "with an operation that there is not",
      { steps: [{ ...find, operation: "GET /gone" }] },
      /no operation GET \/gone/,
    ],
    [
      "with an argument that there is not",
      { steps: [{ ...find, arguments: { page: { value: 1 } } }] },
      /no argument "page"; it has q/,
    ],
    ["without a required argument", { steps: [{ ...orders, arguments: {} }] }, /needs customer/],
    ["with an expression that is none", { steps: [{ ...find, forEach: "a[" }] }, /cannot be used/],
    ["with a name of an expression's own", { steps: [{ ...find, id: "input" }] }, /means something else/],
  ])("%s", async (_what, change, message) => {
    const composedTools = [{ ...ordersOfAll, ...change }] as Composed;
    await expect(updateServer({ ctx: gateway.ctx, input: { id: serverId, composedTools } })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(message),
    });
  });

  it("when it is published with the name of another", async () => {
    await updateServer({
      ctx: gateway.ctx,
      input: { id: serverId, composedTools: [{ ...ordersOfAll, name: "listcustomers" }] },
    });
    await expect(publishServer({ ctx: gateway.ctx, input: { id: serverId } })).rejects.toMatchObject({
      code: "precondition_failed",
      message: expect.stringMatching(/Two tools are called listcustomers/),
    });
  });
});
