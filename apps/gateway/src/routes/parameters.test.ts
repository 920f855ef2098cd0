import { createProfile, overrideTool, publishServer, removeProfile, updateServer } from "@portico/services";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { bearer, callTool, rpc, startTestGateway, type TestGateway } from "../testing.ts";
import { connectClient, createPerson } from "../testing-oauth.ts";

let gateway: TestGateway;
let path: string;
let serverId: string;
const operation = "POST /{tenant}/orders";

beforeAll(async () => {
  gateway = await startTestGateway();
  const text = { type: "string" };
  const document = {
    openapi: "3.1.0",
    info: { title: "Orders", version: "1" },
    servers: [{ url: gateway.upstream.url }],
    paths: {
      "/{tenant}/orders": {
        post: {
          operationId: "addOrder",
          parameters: [
            { name: "tenant", in: "path", required: true, schema: text },
            { name: "limit", in: "query", required: true, schema: { type: "integer", maximum: 100 } },
            { name: "status", in: "query", schema: { ...text, enum: ["open", "closed"] } },
            { name: "X-Trace", in: "header", schema: text },
          ],
          requestBody: {
            required: true,
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  required: ["customer"],
                  properties: {
                    customer: { type: "object", required: ["name"], properties: { name: text, status: text } },
                    by: text,
                  },
                },
              },
            },
          },
          responses: { 200: { description: "ok" } },
        },
      },
    },
  };
  ({ path, serverId } = await gateway.publish({ slug: "orders", source: { content: JSON.stringify(document) } }));
});
afterAll(() => gateway.close());

type Patch = Parameters<typeof overrideTool>[0]["input"]["patch"];
const within = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 1_000, interval: 20 });

async function serve(parameters: Patch["parameters"], more: Patch = {}): Promise<void> {
  const { ctx } = gateway;
  await overrideTool({ ctx, input: { serverId, operation, patch: { ...more, parameters } } });
  const { number } = await publishServer({ ctx, input: { id: serverId } });
  const about = {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "t", version: "1" },
  };
  await within(async () => {
    const { text } = await rpc(gateway.app, path, "initialize", about, bearer(gateway.apiKey));
    expect(text).toContain(`"version":"${number}"`);
  });
}

interface Listed {
  inputSchema: { properties: Record<string, unknown>; required?: string[] };
}
async function list(token = gateway.apiKey): Promise<Listed> {
  const { body } = await rpc(gateway.app, path, "tools/list", {}, bearer(token));
  return (body as { result: { tools: [Listed] } }).result.tools[0];
}
const call = async (args: object, token = gateway.apiKey) =>
  (await callTool(gateway.app, path, token, args, "addOrder")).text;
const last = () => gateway.upstream.seen.at(-1);

const EDITS = {
  tenant: { fixed: { value: "s3cret-tenant" } },
  limit: { name: "most", default: { value: 20 } },
  status: { values: ["open"] },
  "X-Trace": { hidden: true, default: { value: "mcp" } },
  customer: { flatten: true },
  "customer.name": { description: "Who ordered." },
} satisfies Patch["parameters"];

describe("the parameters of a served tool", () => {
  it("are seen as they were edited, and reach the API as it wants them", async () => {
    await serve(EDITS);
    await within(async () =>
      expect(Object.keys((await list()).inputSchema.properties)).toEqual([
        "most",
        "status",
        "name",
        "customer_status",
        "by",
      ]),
    );
    expect((await list()).inputSchema.required).toEqual(["name"]);
    await call({ name: "Ada", customer_status: "vip", status: "open" });
    expect(last()).toMatchObject({ method: "POST", url: "/s3cret-tenant/orders?limit=20&status=open" });
    expect(last()?.headers["x-trace"]).toBe("mcp");
    expect(JSON.parse(last()?.body ?? "")).toEqual({ customer: { name: "Ada", status: "vip" } });
    await call({ name: "Ada", most: "7", by: "me" });
    expect(last()?.url).toBe("/s3cret-tenant/orders?limit=7");
    expect(JSON.parse(last()?.body ?? "")).toEqual({ customer: { name: "Ada" }, by: "me" });
  });

  it.each<[string, object, RegExp]>([
    [
      "a wrong value, by the name that the model knows",
      { name: "a", most: "many" },
      /Argument \\"most\\": expected a value of type integer/,
    ],
    [
      "a value that is no longer offered",
      { name: "a", status: "closed" },
      /Argument \\"status\\": expected one of \[\\+"open/,
    ],
    ["what the API calls it", { name: "a", limit: 5 }, /\\"limit\\": expected no such argument/],
    ["what is fixed", { name: "a", tenant: "mine" }, /\\"tenant\\": expected no such argument; known are most, status/],
    ["what is flattened", { customer: { name: "a" } }, /\\"customer\\": expected no such argument/],
    ["too little", {}, /\\"name\\": expected a value, because it is required/],
  ])("refuse %s, and say nothing of what is fixed", async (_name, args, message) => {
    await serve(EDITS);
    const before = gateway.upstream.seen.length;
    const answer = await call(args);
    expect(answer).toMatch(message);
    expect(answer).not.toContain("s3cret");
    expect(gateway.upstream.seen.length).toBe(before);
    const listed = await rpc(gateway.app, path, "tools/list", {}, bearer(gateway.apiKey));
    expect(listed.text).not.toContain("s3cret");
  });

  it("can be what is known of the person, and are refused to whoever is none", async () => {
    await serve({ ...EDITS, by: { fixed: { person: "email" } } });
    const people = await Promise.all([createPerson(gateway), createPerson(gateway)]);
    for (const person of people) {
      const { tokens } = await connectClient(gateway, path, person);
      await call({ name: "a" }, tokens.access);
      expect(JSON.parse(last()?.body ?? "")).toEqual({ customer: { name: "a" }, by: person.email });
    }
    const before = gateway.upstream.seen.length;
    expect(await call({ name: "a" })).toContain(
      "This tool always works with the verified e-mail address of the person who calls, and this caller has none. Connect as a person to use it.",
    );
    expect(gateway.upstream.seen.length).toBe(before);
  });

  it("are given by profiles under their own names, but what a version fixes stays fixed", async () => {
    await serve(EDITS);
    const { ctx } = gateway;
    const { id } = await createProfile({
      ctx,
      input: {
        serverId,
        name: "Given",
        settings: {
          arguments: [
            { argument: "tenant", mode: "fixed", value: "of-the-profile" },
            { argument: "limit", mode: "default", value: 33 },
            { argument: "customer.status", mode: "fixed", value: "of-the-profile" },
          ],
        },
      },
    });
    await within(async () =>
      expect(Object.keys((await list()).inputSchema.properties)).toEqual(["most", "status", "name", "by"]),
    );
    expect((await list()).inputSchema.properties.most).toMatchObject({
      description: expect.stringMatching(/^May be left out: it is 33 then\.(?!.*20)/),
    });
    await call({ name: "a" });
    expect(last()?.url).toBe("/s3cret-tenant/orders?limit=33");
    expect(JSON.parse(last()?.body ?? "")).toEqual({ customer: { name: "a", status: "of-the-profile" } });
    await removeProfile({ ctx, input: { serverId, id } });
  });

  it("are not called with a profile that fixes as a whole what is several now", async () => {
    await serve(EDITS);
    const { ctx } = gateway;
    const settings = { arguments: [{ argument: "customer", mode: "fixed" as const, value: { name: "Fixed" } }] };
    const { id } = await createProfile({ ctx, input: { serverId, name: "Whole", settings } });
    const before = gateway.upstream.seen.length;
    await within(async () =>
      expect(await call({ name: "mallory" })).toMatch(/fixes .*customer.*several arguments now/),
    );
    expect(gateway.upstream.seen.length).toBeLessThanOrEqual(before + 1);
    await removeProfile({ ctx, input: { serverId, id } });
  });

  it("are what tool search describes and calls", async () => {
    await updateServer({ ctx: gateway.ctx, input: { id: serverId, toolMode: "search" } });
    await serve(EDITS);
    const ask = async (name: string, args: object) =>
      (await callTool(gateway.app, path, gateway.apiKey, args, name)).text;
    await within(async () => expect(await ask("describe_tools", { names: ["addOrder"] })).toContain("customer_status"));
    expect(await ask("describe_tools", { names: ["addOrder"] })).not.toMatch(/s3cret/);
    expect(await ask("search_tools", { query: "customer_status" })).toContain("addOrder");
    await ask("call_tool", { name: "addOrder", arguments: { name: "Ada" } });
    expect(last()?.url).toBe("/s3cret-tenant/orders?limit=20");
    await updateServer({ ctx: gateway.ctx, input: { id: serverId, toolMode: "list" } });
  });
});
