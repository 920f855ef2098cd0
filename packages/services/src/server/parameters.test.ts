import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import * as services from "../index.ts";
import { compileInProcess, createTestServices } from "../testing.ts";

const onBug = (error: unknown) => {
  throw error;
};

let test: Awaited<ReturnType<typeof createTestServices>>;
let ctx: Ctx;
let serverId: string;
const operation = "POST /orders/{tenant}";
const document = {
  openapi: "3.1.0",
  info: { title: "Orders", version: "1" },
  servers: [{ url: "https://orders.example" }],
  paths: {
    "/orders/{tenant}": {
      get: {
        operationId: "listOrders",
        parameters: [
          { name: "tenant", in: "path", required: true, schema: { type: "string" } },
          { name: "page", in: "query", schema: { type: "integer" } },
        ],
        responses: { 200: { description: "ok" } },
      },
      post: {
        operationId: "addOrder",
        parameters: [
          { name: "tenant", in: "path", required: true, schema: { type: "string" } },
          { name: "limit", in: "query", schema: { type: "integer", maximum: 100 } },
          { name: "status", in: "query", schema: { type: "string", enum: ["open", "closed"] } },
        ],
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["customer"],
                properties: {
                  customer: {
                    type: "object",
                    required: ["name"],
                    properties: { name: { type: "string" }, address: { type: "object", properties: { city: {} } } },
                  },
                  note: { type: "string" },
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

beforeAll(async () => {
  test = await createTestServices();
  ctx = test.ctx;
  const documentId = await importDocument(document);
  serverId = (await services.createServer({ ctx, input: { documentId, slug: "orders", select: "all" } })).id;
});
afterAll(() => test.close());

async function importDocument(content: object, documentId?: string): Promise<string> {
  const input = { source: { content: JSON.stringify(content) }, ...(documentId ? { documentId } : {}) };
  const { jobId } = await services.importDocument({ ctx, input });
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  const job = await services.getJob({ ctx, input: { id: jobId } });
  expect(job).toMatchObject({ state: "done" });
  return (job.result as { documentId: string }).documentId;
}

type Patch = Parameters<typeof services.overrideTool>[0]["input"]["patch"];
const override = (parameters: Patch["parameters"], more: Patch = {}, as: Ctx = ctx) =>
  services.overrideTool({ ctx: as, input: { serverId, operation, patch: { ...more, parameters } } });
const getTool = () => services.getTool({ ctx, input: { serverId, operation } });
const names = async () => Object.keys((await getTool()).tool.inputSchema.properties as object);

describe("parameters of a tool", () => {
  it("are kept, shown beside the document, and reset", async () => {
    const parameters = {
      tenant: { fixed: { value: "acme" } },
      limit: { default: { value: "20" }, name: "most", hidden: false },
      customer: { flatten: true },
      "customer.name": { description: "Who ordered." },
    } as const;
    await override(parameters, { askFor: ["customer.name"] });
    const detail = await getTool();
    expect(await names()).toEqual(["most", "status", "name", "address", "note"]);
    expect(detail.tool).toMatchObject({ askFor: ["name"] });
    expect(detail.tool.inputSchema).not.toHaveProperty("required");
    expect(detail.patch).toEqual({
      askFor: ["customer.name"],
      parameters: {
        tenant: { fixed: { value: "acme" } },
        // As the document wants it.
        limit: { default: { value: 20 }, name: "most" },
        customer: { flatten: true },
        "customer.name": { description: "Who ordered." },
      },
    });
    expect(detail.parameters.map(({ key, in: place }) => [key, place])).toEqual([
      ["tenant", "path"],
      ["limit", "query"],
      ["status", "query"],
      ["customer", "body"],
      ["note", "body"],
    ]);
    expect(detail.askable).toEqual(["tenant", "limit", "status", "note", "customer.name"]);
    await override({ limit: { hidden: false } });
    expect(await getTool()).toMatchObject({ patch: {} });
    expect(await names()).toEqual(["tenant", "limit", "status", "customer", "note"]);
  });

  it.each<[string, object, string, RegExp]>([
    ["is not there", { zzz: { hidden: true } }, "parameters.zzz", /no parameter "zzz"; it has tenant, limit/],
    ["is needed and hidden", { tenant: { hidden: true } }, "parameters.tenant.hidden", /fix it to a value/],
    ["does not fit", { limit: { fixed: { value: 500 } } }, "parameters.limit.fixed", /cannot be 500: .*<= 100/],
    [
      "does not fit deep inside",
      { customer: { fixed: { value: { name: {} } } } },
      "parameters.customer.fixed",
      /string/,
    ],
    ["lacks what it needs", { customer: { default: { value: {} } } }, "parameters.customer.default", /required/],
    ["is none of the values", { status: { default: { value: "x" } } }, "parameters.status.default", /one of/],
    ["is fixed to nothing", { limit: { fixed: {} } }, "parameters.limit.fixed", /give either a "value"/],
    [
      "is fixed to two things",
      { status: { fixed: { value: "x", person: "id" } } },
      "parameters.status.fixed",
      /either/,
    ],
    ["has a field of no such name", { limit: { secret: true } }, "parameters.limit.secret", /secret/],
    ["takes a taken name", { limit: { name: "note" } }, "parameters.limit.name", /another parameter has that name/],
  ])("are refused where one %s, in words", async (_name, parameters, field, message) => {
    const refused = await override(parameters as Patch["parameters"]).catch((error) => error);
    expect(refused).toMatchObject({ code: "invalid_input", message: expect.stringMatching(message) });
    expect(refused.details.issues.map((issue: { field: string }) => issue.field)).toContain(field);
  });

  it.each([
    ["hidden", { limit: { hidden: true } }],
    ["fixed", { limit: { fixed: { value: 1 } } }],
    ["given", { limit: { default: { value: 1 } } }],
  ])("are not asked for where one is %s", async (_name, parameters) => {
    await expect(override(parameters as Patch["parameters"], { askFor: ["limit"] })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("nobody is asked for it"),
    });
  });

  it("are a stranger's and a member's to leave alone", async () => {
    const hide = (as: Ctx) => override({ limit: { hidden: true } }, {}, as);
    await expect(hide(test.stranger)).rejects.toMatchObject({ code: "not_found" });
    await expect(hide(test.as(ctx, "member"))).rejects.toMatchObject({ code: "forbidden" });
    expect(await getTool()).toMatchObject({ patch: {} });
  });

  it("are what the next version serves, and nothing of what is fixed is in any list", async () => {
    await override({ tenant: { fixed: { value: "s3cret" } }, limit: { name: "most", values: [10, 50] } });
    const { versionId } = await services.publishServer({ ctx, input: { id: serverId } }).then(async ({ number }) => {
      const version = await test.deps.db.version.findFirstOrThrow({ where: { serverId, number } });
      return { versionId: version.id };
    });
    for (const dialect of ["full", "safe", "openai-strict", "gemini"] as const) {
      const [, entry] = JSON.parse((await services.loadToolsList(test.deps, versionId, dialect, false)) ?? "[]");
      expect(Object.keys(entry.inputSchema.properties)).toEqual(["most", "status", "customer", "note"]);
      expect(JSON.stringify(entry.inputSchema)).not.toMatch(/s3cret|tenant/);
    }
    const served = await services.loadVersion(test.deps, versionId);
    expect(served?.manifest.tools[1]?.plan.given).toMatchObject([{ argument: "tenant", value: "s3cret" }]);
    expect(await services.compareDraft({ ctx, input: { serverId } })).toMatchObject({ changed: [] });
    await override({});
    expect(await services.compareDraft({ ctx, input: { serverId } })).toMatchObject({ changed: [operation] });
  });

  it("hold for a resource that reads the same operation", async () => {
    const read = "GET /orders/{tenant}";
    const resources = [{ uri: "orders://{tenant}/{page}", name: "Orders", operation: read }];
    await services.updateServer({ ctx, input: { id: serverId, resources } });
    const parameters = { page: { fixed: { value: 1 }, name: "unused" } };
    await services.overrideTool({ ctx, input: { serverId, operation: read, patch: { parameters } } });
    await services.publishServer({ ctx, input: { id: serverId } });
    const server = await services.getServer({ ctx, input: { id: serverId } });
    const served = await services.loadVersion(test.deps, server.publishedVersionId ?? "");
    expect(served?.manifest.resources).toMatchObject([
      { tool: { inputSchema: { required: ["tenant"] }, plan: { given: [{ argument: "page", value: 1 }] } } },
    ]);
    await services.updateServer({ ctx, input: { id: serverId, resources: [] } });
  });

  it("are known to profiles by the names that the document gives them", async () => {
    await override({
      tenant: { fixed: { value: "acme" } },
      limit: { name: "most" },
      customer: { flatten: true },
    });
    const known = (await services.listProfileArguments({ ctx, input: { serverId } })).filter(({ operations }) =>
      operations.includes(operation),
    );
    expect(known.map(({ name }) => name)).toEqual(["customer.address", "customer.name", "limit", "note", "status"]);
    const create = (argument: string) =>
      services.createProfile({
        ctx,
        input: { serverId, name: argument, settings: { arguments: [{ argument, mode: "fixed", value: "x" }] } },
      });
    await create("customer.name");
    await expect(create("most")).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("move with the document, and those that are gone are reported", async () => {
    await override({ limit: { name: "most" }, status: { values: ["open"] }, tenant: { fixed: { value: "acme" } } });
    const next = structuredClone(document);
    const post = next.paths["/orders/{tenant}"].post;
    post.parameters = post.parameters.filter(({ name }) => name !== "limit");
    const server = await services.getServer({ ctx, input: { id: serverId } });
    await importDocument(next, server.documentId);
    expect((await services.reviewUpgrade({ ctx, input: { id: serverId } }))?.changes.conflicting).toEqual([
      { operation, field: "parameters", yours: "limit" },
    ]);
    await services.upgradeServer({ ctx, input: { id: serverId } });
    expect((await getTool()).patch).toEqual({
      parameters: { status: { values: ["open"] }, tenant: { fixed: { value: "acme" } } },
    });
  });
});
