import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

const onBug = (error: unknown) => {
  throw error;
};

let test: TestServices;
beforeAll(async () => {
  test = await createTestServices();
});
afterAll(() => test.close());

type Json = { [key: string]: Json };

/** The pets, a version later: one operation moved, one is gone, one is new, and one is told differently. */
function nextPets(change: (document: Json) => void = () => {}): string {
  const document = JSON.parse(petsDocument) as Json;
  const { "/pets": pets, "/pets/{id}": pet } = document.paths as { "/pets": Json; "/pets/{id}": Json };
  const { post: _gone, ...kept } = pets;
  document.paths = {
    "/pets": { ...kept, get: { ...(pets.get as Json), summary: "List all pets" as unknown as Json } },
    "/animals/{id}": pet,
    "/owners": { get: { operationId: "listOwners", responses: { 200: { description: "ok" } } } as unknown as Json },
  };
  change(document);
  return JSON.stringify(document);
}

async function runToEnd(ctx: Ctx, jobId: string) {
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  const job = await services.getJob({ ctx, input: { id: jobId } });
  expect(job).toMatchObject({ state: "done" });
  return job.result as Record<string, unknown>;
}

async function read(ctx: Ctx, content: string, documentId?: string): Promise<string> {
  const input = { source: { content }, ...(documentId ? { documentId } : {}) };
  const { jobId } = await services.importDocument({ ctx, input });
  return String((await runToEnd(ctx, jobId)).documentId);
}

/** A published server with edits, whose document has been read again. */
async function serverBehind(after = nextPets()) {
  const { ctx } = test;
  const documentId = await read(ctx, petsDocument);
  const slug = `pets-${Math.random().toString(36).slice(2, 8)}`;
  const { id } = await services.createServer({ ctx, input: { documentId, slug, select: "all" } });
  const edit = (operation: string, patch: object) =>
    services.overrideTool({ ctx, input: { serverId: id, operation, patch } });
  await edit("GET /pets", { title: "Our pets", name: "our_pets" });
  await edit("POST /pets", { name: "adopt_pet" });
  await edit("DELETE /pets/{id}", { description: "Only when the person asked for it." });
  await services.publishServer({ ctx, input: { id } });
  await read(ctx, after, documentId);
  return { id, documentId, slug };
}

const toolsOf = async (id: string) =>
  (await services.listTools({ ctx: test.ctx, input: { serverId: id } }))
    .filter(({ isSelected }) => isSelected)
    .map(({ operation: { key }, tool }) => ({
      key,
      name: tool?.name,
      title: tool?.title,
      description: tool?.description,
    }));

describe("a document that was read again", () => {
  it("leaves its servers alone, and says what would change", async () => {
    const { ctx } = test;
    const { id } = await serverBehind();
    const server = await services.getServer({ ctx, input: { id } });
    expect(server).toMatchObject({ revision: { number: 1 }, document: { revision: { number: 2 } } });
    const review = await services.reviewUpgrade({ ctx, input: { id } });
    expect(review).toMatchObject({
      from: { number: 1 },
      to: { number: 2 },
      lock: server.lock,
      added: [{ key: "GET /owners", status: "ok" }],
      tools: {
        "GET /pets": "our_pets",
        "POST /pets": "adopt_pet",
        "DELETE /pets/{id}": "removePet",
        "DELETE /animals/{id}": "removePet",
      },
      changes: {
        added: ["GET /owners"],
        removed: [{ operation: "POST /pets", wasSelected: true }],
        renamed: [{ from: "DELETE /pets/{id}", to: "DELETE /animals/{id}", by: "operationId" }],
        isBreaking: true,
        conflicting: [
          { operation: "GET /pets", field: "title", yours: "Our pets", before: "List pets", after: "List all pets" },
          { operation: "POST /pets", field: "operation", yours: "adopt_pet" },
          { operation: "DELETE /animals/{id}", field: "description", yours: "Only when the person asked for it." },
        ],
      },
    });
    expect(await services.reviewUpgrade({ ctx, input: { id, revision: 1 } })).toBeNull();
    await expect(services.reviewUpgrade({ ctx, input: { id, revision: 9 } })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("makes no revision of what is the same", async () => {
    const { ctx } = test;
    const documentId = await read(ctx, petsDocument);
    await read(ctx, petsDocument, documentId);
    expect(await test.deps.db.documentRevision.count({ where: { documentId } })).toBe(1);
  });

  it("is read from its own link when no source is given, from the same places as before", async () => {
    const { ctx } = test;
    const documentId = await read(ctx, petsDocument);
    await expect(services.importDocument({ ctx, input: { documentId } })).rejects.toMatchObject({
      code: "precondition_failed",
      message: expect.stringMatching(/uploaded or pasted/),
    });
    await test.deps.db.document.update({
      where: { id: documentId },
      data: { sourceUrl: "https://pets.example.com/openapi.json" },
    });
    const { jobId } = await services.importDocument({ ctx, input: { documentId } });
    expect(await test.deps.db.job.findUniqueOrThrow({ where: { id: jobId } })).toMatchObject({
      input: { url: "https://pets.example.com/openapi.json", documentId },
    });
    await expect(services.importDocument({ ctx, input: {} })).rejects.toMatchObject({ code: "invalid_input" });
  });
});

it("says of a server what was not kept of the revision that it is built from", async () => {
  const { ctx } = test;
  const documentId = await read(
    ctx,
    nextPets(({ paths }) => {
      (paths?.["/owners"]?.get as unknown as { parameters: unknown }).parameters = [{ $ref: "#/nowhere" }];
    }),
  );
  const { id } = await services.createServer({ ctx, input: { documentId, slug: "told" } });
  await read(ctx, petsDocument, documentId);
  const { items } = await services.listDiagnostics({ ctx, input: { serverId: id } });
  expect(items).toMatchObject([
    { operation: "GET /owners", pointer: expect.stringMatching(/^\/paths\/~1owners\/get/) },
  ]);
  await expect(services.listDiagnostics({ ctx: test.stranger, input: { serverId: id } })).rejects.toMatchObject({
    code: "not_found",
  });
});

describe("upgradeServer", () => {
  it("keeps people's edits and the names that clients know, and serves nothing new before it is published", async () => {
    const { ctx } = test;
    const { id } = await serverBehind();
    const upgraded = await services.upgradeServer({ ctx, input: { id } });
    expect(upgraded).toMatchObject({ from: { number: 1 }, to: { number: 2 }, changes: { added: ["GET /owners"] } });
    expect(await toolsOf(id)).toEqual([
      { key: "GET /pets", name: "our_pets", title: "Our pets", description: "List all pets." },
      { key: "DELETE /animals/{id}", name: "removePet", description: "Only when the person asked for it." },
    ]);
    expect(await test.deps.db.toolOverride.count({ where: { serverId: id, operation: { contains: "POST" } } })).toBe(0);
    expect(await services.reviewUpgrade({ ctx, input: { id } })).toBeNull();
    expect(await services.listVersions({ ctx, input: { serverId: id } })).toHaveLength(1);
    await expect(services.upgradeServer({ ctx, input: { id } })).rejects.toMatchObject({ code: "precondition_failed" });
    const published = await services.publishServer({ ctx, input: { id } });
    expect(published).toMatchObject({ number: 2, tools: [{ name: "our_pets" }, { name: "removePet" }] });
    expect(await test.deps.db.auditEvent.findFirst({ where: { target: id, action: "server.upgrade" } })).toMatchObject({
      details: { from: 1, to: 2, removed: 1, renamed: 1 },
    });
  });

  it("takes the document's word where that is asked for, and new operations as tools", async () => {
    const { ctx } = test;
    const { id } = await serverBehind();
    await services.upgradeServer({
      ctx,
      input: { id, take: [{ operation: "GET /pets", field: "title" }], add: ["GET /owners"] },
    });
    expect(await toolsOf(id)).toMatchObject([
      { key: "GET /pets", name: "our_pets", title: "List all pets" },
      { key: "DELETE /animals/{id}", name: "removePet" },
      { key: "GET /owners", name: "listOwners" },
    ]);
  });

  it("keeps the name of a tool that the document calls otherwise now", async () => {
    const { ctx } = test;
    const { id } = await serverBehind(
      nextPets(({ paths }) => {
        const operation = paths?.["/animals/{id}"]?.delete as unknown as { operationId: string };
        operation.operationId = "deleteAnimal";
      }).replace("/animals/{id}", "/pets/{id}"),
    );
    await services.upgradeServer({ ctx, input: { id } });
    expect((await toolsOf(id)).map(({ name }) => name)).toContain("removePet");
  });

  it.each<[string, Partial<services.UpgradeServerInput>, string, RegExp]>([
    ["a draft that changed meanwhile", { lock: 1 }, "conflict", /Somebody else/],
    ["an operation that is not there", { add: ["GET /nowhere"] }, "invalid_input", /GET \/nowhere/],
    [
      "a disagreement that is none",
      { take: [{ operation: "GET /pets", field: "name" }] },
      "invalid_input",
      /do not disagree/,
    ],
    ["a revision that is not there", { revision: 7 }, "not_found", /revision/],
  ])("refuses %s, and changes nothing", async (_what, input, code, message) => {
    const { ctx } = test;
    const { id } = await serverBehind();
    const before = await services.getServer({ ctx, input: { id } });
    await expect(services.upgradeServer({ ctx, input: { id, ...input } })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(await services.getServer({ ctx, input: { id } })).toEqual(before);
  });

  it("counts an edit of a tool as a change of the draft", async () => {
    const { ctx } = test;
    const { id } = await serverBehind();
    const review = await services.reviewUpgrade({ ctx, input: { id } });
    const patch = { title: "Mine, later" };
    await services.overrideTool({ ctx, input: { serverId: id, operation: "GET /pets", patch } });
    await expect(services.upgradeServer({ ctx, input: { id, lock: review?.lock ?? -1 } })).rejects.toMatchObject({
      code: "conflict",
    });
    expect((await services.reviewUpgrade({ ctx, input: { id } }))?.changes.conflicting[0]).toMatchObject({
      yours: "Mine, later",
    });
  });

  it("does not come between a draft that is read and the version that is made of it", async () => {
    const { ctx } = test;
    const { id } = await serverBehind();
    const { db } = test.deps;
    let isUpgraded = false;
    const late = new Proxy(db, {
      get(target, property, receiver) {
        if (property !== "$transaction") return Reflect.get(target, property, receiver) as unknown;
        return async (...args: Parameters<typeof target.$transaction>) => {
          if (!isUpgraded) await services.upgradeServer({ ctx, input: { id } });
          isUpgraded = true;
          return target.$transaction(...args);
        };
      },
    });
    await services.overrideTool({ ctx, input: { serverId: id, operation: "GET /pets", patch: { title: "Later" } } });
    await expect(services.publishServer({ ctx: { ...ctx, db: late }, input: { id } })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await services.listVersions({ ctx, input: { serverId: id } })).toHaveLength(1);
  });

  it("goes back to an earlier revision too", async () => {
    const { ctx } = test;
    const { id } = await serverBehind();
    await services.upgradeServer({ ctx, input: { id } });
    await services.upgradeServer({ ctx, input: { id, revision: 1, add: ["POST /pets"] } });
    expect((await toolsOf(id)).map(({ key }) => key)).toEqual(["GET /pets", "POST /pets", "DELETE /pets/{id}"]);
  });

  it("is refused to a stranger as if the server were not there, and to a member", async () => {
    const { ctx, stranger } = test;
    const { id, slug, documentId } = await serverBehind();
    const foreign = await read(stranger, petsDocument);
    for (const [as, code] of [
      [stranger, "not_found"],
      [test.as(ctx, "member"), "forbidden"],
    ] as const) {
      await expect(services.upgradeServer({ ctx: as, input: { id } })).rejects.toMatchObject({ code });
      await expect(services.importDocument({ ctx: as, input: { documentId } })).rejects.toMatchObject({ code });
    }
    await expect(services.reviewUpgrade({ ctx: stranger, input: { id: slug } })).rejects.toMatchObject({
      code: "not_found",
    });
    expect(foreign).not.toBe(documentId);
  });
});

describe("publishing a source again", () => {
  async function publish(ctx: Ctx, slug: string, content: string, more: Partial<services.PublishSourceInput> = {}) {
    const { jobId } = await services.publishSource({ ctx, input: { source: { content }, slug, ...more } });
    return { jobId, result: await runToEnd(ctx, jobId) };
  }

  it("merges: edits follow, names stay, and the result says what changed", async () => {
    const { ctx } = test;
    const first = await publish(ctx, "again", petsDocument);
    expect(first.result).not.toHaveProperty("changes");
    const { id } = first.result.server as { id: string };
    await services.overrideTool({
      ctx,
      input: { serverId: id, operation: "DELETE /pets/{id}", patch: { name: "release_pet" } },
    });
    const second = await publish(ctx, "again", nextPets());
    expect(second.result).toMatchObject({
      version: { number: 2 },
      tools: [
        { name: "listPets", operation: "GET /pets" },
        { name: "release_pet", operation: "DELETE /animals/{id}" },
        { name: "listOwners", operation: "GET /owners" },
      ],
      changes: { added: ["GET /owners"], renamed: [{ from: "DELETE /pets/{id}" }], isBreaking: true },
    });
    const third = await publish(ctx, "again", nextPets());
    expect(third.result).toMatchObject({ version: { number: 2 } });
    expect(third.result).not.toHaveProperty("changes");
    const server = await services.getServer({ ctx, input: { id } });
    expect(server).toMatchObject({ revision: { number: 2 }, document: { revision: { number: 2 } } });
  });

  it("keeps the tools that were picked unless others are asked for", async () => {
    const { ctx } = test;
    const picked = { select: { operations: ["GET /pets"] } };
    await publish(ctx, "picked", petsDocument, picked);
    const again = await publish(ctx, "picked", nextPets());
    expect(again.result.tools).toMatchObject([{ operation: "GET /pets" }, { operation: "GET /owners" }]);
    const all = await publish(ctx, "picked", nextPets(), { select: "all" });
    expect(all.result.tools).toHaveLength(3);
  });

  it("is done again when somebody edits the server meanwhile, and loses no edit", async () => {
    const { ctx } = test;
    const { result } = await publish(ctx, "raced", petsDocument);
    const { id } = result.server as { id: string };
    const { jobId } = await services.publishSource({ ctx, input: { source: { content: nextPets() }, slug: "raced" } });
    let isEdited = false;
    const edit = async () => {
      if (isEdited) return;
      isEdited = true;
      const patch = { title: "Written meanwhile" };
      await services.overrideTool({ ctx, input: { serverId: id, operation: "GET /pets", patch } });
    };
    // Told when the tools are chosen and nothing is written yet.
    const db = new Proxy(test.deps.db, {
      get(target, property, receiver) {
        if (property !== "$transaction") return Reflect.get(target, property, receiver) as unknown;
        return async (...args: Parameters<typeof target.$transaction>) => {
          if (typeof args[0] === "function") await edit();
          return target.$transaction(...args);
        };
      },
    });
    const run = () => services.runJob({ ...test.deps, db }, { jobId, compileSource: compileInProcess, onBug });
    await run();
    expect(await services.getJob({ ctx, input: { id: jobId } })).toMatchObject({ state: "queued" });
    await run();
    expect(await services.getJob({ ctx, input: { id: jobId } })).toMatchObject({ state: "done" });
    expect((await toolsOf(id))[0]).toMatchObject({ name: "listPets", title: "Written meanwhile" });
  });
});

describe("what a person is asked for", () => {
  it("is text, a number, yes or no, or a choice of a parameter that the tool has", async () => {
    const { ctx } = test;
    const parameter = (name: string, schema: object) => ({ name, in: "query", required: true, schema });
    const document = nextPets((given) => {
      given.paths = {
        "/pets": {
          get: {
            operationId: "listPets",
            parameters: [
              parameter("owner", { type: "string" }),
              parameter("tags", { type: "array", items: { type: "string" } }),
              parameter("pin", { type: "string", format: "password" }),
            ],
            responses: {},
          },
        },
      } as unknown as Json;
    });
    const documentId = await read(ctx, document);
    const { id } = await services.createServer({ ctx, input: { documentId, slug: "asks", select: "all" } });
    const at = { serverId: id, operation: "GET /pets" };
    const override = (askFor: string[]) => services.overrideTool({ ctx, input: { ...at, patch: { askFor } } });
    for (const [name, reason] of [
      ["tags", "a list"],
      ["pin", "a secret"],
      ["gone", 'no parameter "gone"'],
    ] as const) {
      await expect(override(["owner", name])).rejects.toMatchObject({
        code: "invalid_input",
        message: expect.stringContaining(reason),
        details: { issues: [{ field: "askFor" }] },
      });
    }
    await override(["owner"]);
    expect(await services.getTool({ ctx, input: at })).toMatchObject({
      tool: { askFor: ["owner"], inputSchema: { required: ["tags", "pin"] } },
      askable: ["owner"],
    });
    await services.publishServer({ ctx, input: { id } });
    const { publishedVersionId } = await services.getServer({ ctx, input: { id } });
    for (const dialect of ["full", "safe", "gemini"] as const) {
      const list = await services.loadToolsList(test.deps, publishedVersionId ?? "", dialect, false);
      expect(JSON.parse(list ?? "")[0].inputSchema).toMatchObject({
        required: ["tags", "pin"],
        properties: { owner: { description: "May be left out: the person is then asked for it." } },
      });
    }
    await override([]);
    expect(await test.deps.db.toolOverride.count({ where: { serverId: id } })).toBe(0);
  });
});

it("sums up only what can be read again", async () => {
  const { ctx } = test;
  const documentId = await read(ctx, petsDocument);
  const { id } = await services.createServer({ ctx, input: { documentId, slug: "sums", select: "all" } });
  const summarize = (operation: string) =>
    services.overrideTool({ ctx, input: { serverId: id, operation, patch: { summarize: true } } });
  await expect(summarize("POST /pets")).rejects.toMatchObject({
    code: "invalid_input",
    details: { issues: [{ field: "summarize" }] },
  });
  await summarize("GET /pets");
  const detail = await services.getTool({ ctx, input: { serverId: id, operation: "GET /pets" } });
  expect(detail.tool.summarize).toBe(true);
});

describe("the media type of a tool", () => {
  const form = "application/x-www-form-urlencoded";
  const twoForms = nextPets((document) => {
    const schema = { type: "object", properties: { name: { type: "string" } } };
    document.paths = {
      "/pets": {
        get: { operationId: "listPets", responses: {} },
        post: {
          operationId: "addPet",
          requestBody: { content: { "application/json": { schema }, [form]: { schema } } },
          responses: {},
        },
      },
    } as unknown as Json;
  });
  const operation = "POST /pets";

  it("can be another one that the document offers, until it is reset", async () => {
    const { ctx } = test;
    const documentId = await read(ctx, twoForms);
    const { id } = await services.createServer({ ctx, input: { documentId, slug: "forms", select: "all" } });
    const tool = () => services.getTool({ ctx, input: { serverId: id, operation } });
    const override = (patch: { contentType?: string }, key = operation) =>
      services.overrideTool({ ctx, input: { serverId: id, operation: key, patch } });
    expect(await tool()).toMatchObject({
      tool: { contentType: "application/json", contentTypes: ["application/json", form] },
      generated: { contentType: "application/json" },
    });
    await override({ contentType: form });
    expect((await tool()).tool).toMatchObject({ contentType: form, contentTypes: ["application/json", form] });
    await services.publishServer({ ctx, input: { id } });
    const { publishedVersionId } = await services.getServer({ ctx, input: { id } });
    const served = await services.loadVersion(test.deps, publishedVersionId ?? "");
    expect(served?.manifest.tools.find((one) => one.operation === operation)?.plan.body?.contentType).toBe(form);

    await expect(override({ contentType: "text/csv" })).rejects.toMatchObject({
      code: "invalid_input",
      message: `contentType: the document offers application/json, ${form} for this tool; choose one of them`,
      details: { issues: [{ field: "contentType" }] },
    });
    await expect(override({ contentType: form }, "GET /pets")).rejects.toThrow("this tool sends no body");
    expect((await tool()).tool.contentType).toBe(form);
    // The document's own choice is no edit.
    await override({ contentType: "application/json" });
    expect(await test.deps.db.toolOverride.count({ where: { serverId: id } })).toBe(0);
  });

  it("is told when the document does not have it any more", async () => {
    const { ctx } = test;
    const documentId = await read(ctx, twoForms);
    const { id } = await services.createServer({ ctx, input: { documentId, slug: "lost-form", select: "all" } });
    await services.overrideTool({ ctx, input: { serverId: id, operation, patch: { contentType: form } } });
    await read(ctx, petsDocument, documentId);
    const upgraded = await services.upgradeServer({ ctx, input: { id } });
    expect(upgraded.changes.conflicting).toEqual([
      { operation, field: "contentType", yours: form, after: "application/json" },
    ]);
    expect(await test.deps.db.toolOverride.count({ where: { serverId: id } })).toBe(0);
  });
});
