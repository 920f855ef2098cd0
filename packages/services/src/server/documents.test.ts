import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

const onBug = (error: unknown) => {
  throw error;
};

let test: TestServices;
let ctx: Ctx;
beforeAll(async () => {
  test = await createTestServices();
  ctx = test.ctx;
});
afterAll(() => test.close());

const get = (operationId: string, more: object = {}) => ({
  get: { operationId, responses: { 200: { description: "ok" } }, ...more },
});

/** Another API that has names in common with the pets: a path, a tool, a security scheme, and an argument. */
function zooDocument(paths: object = {}): string {
  return JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Zoo", version: "1" },
    servers: [{ url: "https://{region}.zoo.example.com", variables: { region: { default: "eu" } } }],
    security: [{ key: [] }],
    paths: {
      "/pets": get("listPets", { parameters: [{ name: "id", in: "query", schema: { type: "string" } }] }),
      "/cages": get("listCages"),
      ...paths,
    },
    components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
  });
}

async function runToEnd(jobId: string) {
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  const job = await services.getJob({ ctx, input: { id: jobId } });
  expect(job).toMatchObject({ state: "done" });
  return job.result as Record<string, unknown>;
}

async function read(content: string, documentId?: string): Promise<string> {
  const input = { source: { content }, ...(documentId ? { documentId } : {}) };
  const { jobId } = await services.importDocument({ ctx, input });
  return String((await runToEnd(jobId)).documentId);
}

let made = 0;

/** A server of the pets, published with all tools. */
async function petServer(content = petsDocument) {
  const documentId = await read(content);
  const { id } = await services.createServer({ ctx, input: { documentId, slug: `pets-${++made}`, select: "all" } });
  await services.publishServer({ ctx, input: { id } });
  return { id, documentId };
}

/** The same with the zoo. */
async function twoApis(more: Partial<services.AddServerDocumentInput> = {}, content?: string) {
  const server = await petServer(content);
  const zooId = await read(zooDocument());
  const added = await services.addServerDocument({
    ctx,
    input: { serverId: server.id, documentId: zooId, select: "all", ...more },
  });
  return { ...server, zooId, added };
}

const selected = async (serverId: string) =>
  (await services.listTools({ ctx, input: { serverId } }))
    .filter(({ isSelected }) => isSelected)
    .map(({ operation: { key }, tool }) => [key, tool?.name]);
const published = async (id: string) => (await services.publishServer({ ctx, input: { id } })).tools;
const manifestOf = async (id: string) => {
  const { publishedVersion } = await services.getServer({ ctx, input: { id } });
  return (await services.loadVersion(test.deps, publishedVersion?.id ?? ""))?.manifest;
};

const PETS = [
  ["GET /pets", "listPets"],
  ["POST /pets", "addPet"],
  ["DELETE /pets/{id}", "removePet"],
];

describe("a document that is added to a server", () => {
  it("brings its tools, told apart from those that were there, and serves them when it is published", async () => {
    const { id, zooId, documentId, added } = await twoApis();
    expect(added).toMatchObject({
      key: "zoo",
      tools: [
        { operation: "GET zoo:/pets", from: "listPets", name: "zoo_listPets" },
        { operation: "GET zoo:/cages", from: "listCages", name: "listCages" },
      ],
    });
    expect(await selected(id)).toEqual([...PETS, ["GET zoo:/pets", "zoo_listPets"], ["GET zoo:/cages", "listCages"]]);
    const { documents, document, revision } = await services.getServer({ ctx, input: { id } });
    expect(documents).toMatchObject([
      { id: documentId, key: "", title: "Pets", operationCount: 3, pickedCount: 3, draftRevision: { number: 1 } },
      { id: zooId, key: "zoo", title: "Zoo", operationCount: 2, pickedCount: 2, draftRevision: { number: 1 } },
    ]);
    expect(document.id).toBe(documentId);
    expect(revision).toEqual(documents[0]?.draftRevision);

    const review = await services.reviewPublish({ ctx, input: { id } });
    expect(review.changes).toMatchObject({ removed: [], changed: [], isBreaking: false });
    expect(review.changes.added.map(({ name }) => name)).toEqual(["zoo_listPets", "listCages"]);
    expect(await services.compareDraft({ ctx, input: { serverId: id } })).toMatchObject({
      added: ["GET zoo:/pets", "GET zoo:/cages"],
      settings: [],
    });
    const tools = await published(id);
    expect(tools.map(({ name }) => name)).toEqual(["listPets", "addPet", "removePet", "zoo_listPets", "listCages"]);
    const manifest = await manifestOf(id);
    expect(manifest?.tools.map((tool) => tool.document)).toEqual([undefined, undefined, undefined, "zoo", "zoo"]);
    // Nothing is left to publish, and publishing again is the same version.
    expect((await services.reviewPublish({ ctx, input: { id } })).hasChanges).toBe(false);
    expect(await services.publishServer({ ctx, input: { id } })).toMatchObject({ isNew: false });
    await services.rollbackServer({ ctx, input: { id, version: 1 } });
    expect((await manifestOf(id))?.tools).toHaveLength(3);
  });

  it("changes nothing of what is served of the first, not even a byte", async () => {
    const { id } = await petServer();
    const before = await manifestOf(id);
    const zooId = await read(zooDocument());
    await services.addServerDocument({
      ctx,
      input: { serverId: id, documentId: zooId, select: { operations: ["GET /cages"] } },
    });
    await published(id);
    const after = await manifestOf(id);
    expect(JSON.stringify(after?.tools.slice(0, 3))).toBe(JSON.stringify(before?.tools));
  });

  it("leaves names that people gave to those who have them, and to their own tools", async () => {
    const { id } = await petServer();
    const zooId = await read(zooDocument());
    await services.overrideTool({
      ctx,
      input: { serverId: id, operation: "POST /pets", patch: { name: "listCages" } },
    });
    const own = { name: "ZOO_LISTPETS", description: "Lists twice", steps: [{ id: "a", operation: "GET /pets" }] };
    await services.updateServer({ ctx, input: { id, composedTools: [own] } });
    const place = { serverId: id, documentId: zooId };
    const review = await services.reviewAddedDocument({ ctx, input: place });
    expect(review).toMatchObject({
      key: "zoo",
      renamed: [
        { from: "listPets", name: "zoo_zoo_listPets" },
        { from: "listCages", name: "zoo_listCages" },
      ],
    });
    await services.addServerDocument({ ctx, input: { ...place, select: "all", lock: review.lock } });
    expect((await published(id)).map(({ name }) => name)).toEqual([
      ...["listPets", "listCages", "removePet", "zoo_zoo_listPets", "zoo_listCages", "ZOO_LISTPETS"],
    ]);
    // Any of them takes another name.
    await services.overrideTool({
      ctx,
      input: { serverId: id, operation: "GET zoo:/cages", patch: { name: "cages" } },
    });
    expect((await published(id)).map(({ name }) => name)).toContain("cages");
  });

  it("is refused twice, with a key that is taken or cannot be, of another organization, or to who may only read", async () => {
    const { id, zooId, documentId } = await twoApis();
    const add = (more: object, as = ctx) =>
      services.addServerDocument({ ctx: as, input: { serverId: id, documentId: zooId, ...more } });
    await expect(add({})).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/"Zoo" is a document of this server/),
    });
    const other = await read(zooDocument());
    await expect(add({ documentId: other, key: "zoo" })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/^key: /),
    });
    await expect(add({ documentId: other, key: "Zoo:" })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(add({ documentId: other, select: { operations: ["GET /lions"] } })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(add({ documentId: other, lock: 0 })).rejects.toMatchObject({ code: "conflict" });
    for (const input of [{ documentId: "doc_x" }, {}]) {
      await expect(add({ documentId: other, ...input }, test.stranger)).rejects.toMatchObject({ code: "not_found" });
    }
    await expect(add({ documentId: other }, test.as(ctx, "member"))).rejects.toMatchObject({ code: "forbidden" });
    expect((await services.listServerDocuments({ ctx, input: { serverId: id } })).map((one) => one.id)).toEqual([
      ...[documentId, zooId],
    ]);
    expect(await add({ documentId: other, select: "all" })).toMatchObject({
      key: "zoo-2",
      tools: [{ name: "zoo_2_listPets" }, { name: "zoo_2_listCages" }],
    });
  });

  it("takes part in everything that knows a tool by its operation", async () => {
    const { id } = await twoApis();
    const serverId = id;
    const operation = "GET zoo:/pets";
    await services.pickTools({ ctx, input: { serverId, operations: [operation], isPicked: false } });
    expect((await selected(id)).map(([key]) => key)).not.toContain(operation);
    await services.pickTools({ ctx, input: { serverId, operations: [operation], isPicked: true } });
    await services.editTools({ ctx, input: { serverId, operations: [operation], changes: { askFirst: true } } });
    expect(await services.getTool({ ctx, input: { serverId, operation } })).toMatchObject({
      tool: { name: "zoo_listPets", askFirst: true, document: "zoo" },
      generated: { name: "zoo_listPets" },
    });
    await services.setAccess({ ctx, input: { serverId, everybodyTools: { operations: [operation] } } });
    await expect(
      services.setAccess({ ctx, input: { serverId, everybodyTools: { operations: ["GET lions:/pets"] } } }),
    ).rejects.toMatchObject({ code: "invalid_input" });
    const resource = { uri: "zoo://cages", name: "Cages", operation: "GET zoo:/cages" };
    const steps = ["GET /pets", "GET zoo:/cages"].map((key, at) => ({ id: `s${at}`, operation: key }));
    const own = { name: "both", description: "Asks both", steps };
    await services.updateServer({ ctx, input: { id, resources: [resource], composedTools: [own] } });
    const { slug } = await services.getServer({ ctx, input: { id } });
    const found = await services.search({ ctx, input: { text: `zoo_listPets ${slug}` } });
    expect(found.tools).toMatchObject([{ operation, isPicked: true, server: { slug } }]);
    expect(Object.keys((await services.lintServer({ ctx, input: { serverId } })).tools)).toContain(operation);
    expect(await services.measureDraft({ ctx, input: { serverId } })).toMatchObject({ tools: 5 });
    await published(id);
    const manifest = await manifestOf(id);
    expect(manifest?.tools.at(-1)?.steps?.map(({ tool }) => tool.document)).toEqual([undefined, "zoo"]);
    expect(manifest?.resources).toMatchObject([{ tool: { operation: "GET zoo:/cages", document: "zoo" } }]);
  });
});

describe("documents of one server", () => {
  const secret = (value: string) => ({ type: "apiKey" as const, value });
  const set = (serverId: string, scheme: string, value = scheme) =>
    services.setCredential({ ctx, input: { serverId, scheme, credential: secret(value) } });

  it("have two credentials where both call theirs the same, each for its own API", async () => {
    const { id, zooId, documentId } = await twoApis();
    await set(id, "key");
    await set(id, "zoo:key");
    expect(await services.openCredentials(test.deps, id)).toMatchObject({
      key: { value: "key", origins: ["https://pets.example.com"] },
      "zoo:key": { value: "zoo:key", origins: ["https://eu.zoo.example.com"] },
    });
    expect(await services.listCredentials({ ctx, input: { serverId: id } })).toMatchObject([
      { scheme: { name: "key" }, documentId },
      { scheme: { name: "zoo:key" }, documentId: zooId },
    ]);
    await expect(set(id, "lions:key")).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("have each their own base URL, and a profile has one for each", async () => {
    const { id, zooId } = await twoApis({ baseUrl: "https://zoo.internal.example" });
    await services.updateServer({ ctx, input: { id, baseUrl: "https://pets.internal.example" } });
    await set(id, "key");
    await set(id, "zoo:key");
    const originsOf = async () =>
      Object.values(await services.openCredentials(test.deps, id)).map(({ origins }) => origins);
    expect(await originsOf()).toEqual([
      ["https://pets.internal.example", "https://pets.example.com"],
      ["https://zoo.internal.example"],
    ]);
    const { settings } = await services.reviewPublish({ ctx, input: { id } }).then(({ changes }) => changes);
    expect(settings.map(({ where }) => where)).toContain("baseUrl");
    await published(id);
    expect(await manifestOf(id)).toMatchObject({
      baseUrl: "https://pets.internal.example",
      documents: [{ key: "zoo", baseUrl: "https://zoo.internal.example" }],
    });
    await services.updateServerDocument({ ctx, input: { serverId: id, documentId: zooId, baseUrl: null } });
    expect((await services.reviewPublish({ ctx, input: { id } })).changes.settings).toMatchObject([
      { where: "baseUrl" },
    ]);
    await expect(
      services.updateServerDocument({
        ctx: test.stranger,
        input: { serverId: id, documentId: zooId, baseUrl: "https://x.example" },
      }),
    ).rejects.toMatchObject({ code: "not_found" });

    const profile = { serverId: id, name: "Staging" };
    const staging = { baseUrl: "https://pets.staging.example", baseUrls: { zoo: "https://zoo.staging.example" } };
    const { id: profileId } = await services.createProfile({ ctx, input: { ...profile, settings: staging } });
    for (const field of ["credential:key", "credential:zoo:key"])
      await services.setProfileValue({ ctx, input: { serverId: id, id: profileId, field, value: secret(field) } });
    const open = await services.openProfile(test.deps, { serverId: id, profileId, userId: null });
    expect(open?.credentials).toMatchObject({
      key: { origins: ["https://pets.staging.example"] },
      "zoo:key": { origins: ["https://zoo.staging.example"] },
    });
    await expect(
      services.createProfile({
        ctx,
        input: { ...profile, name: "x", settings: { baseUrls: { lions: "https://x.example" } } },
      }),
    ).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(/no document with the key "lions"/),
    });
  });

  it("get no value of a profile that is another's by the same name", async () => {
    const { id: serverId } = await twoApis();
    const argument = { argument: "id", mode: "fixed" as const };
    const settings = {
      arguments: [
        { ...argument, value: "of the pets" },
        { ...argument, value: "of the zoo", document: "zoo" },
      ],
    };
    const made = await services.createProfile({ ctx, input: { serverId, name: "Fixed", settings } });
    const valueFor = (operation: string, document?: string) =>
      services.argumentsOf(made.settings.arguments, { operation, ...(document ? { document } : {}) }).get("id")?.value;
    expect(valueFor("DELETE /pets/{id}")).toBe("of the pets");
    expect(valueFor("GET zoo:/pets", "zoo")).toBe("of the zoo");
    // What is for one operation is of that operation's document, whatever was said.
    const one = { ...argument, value: "x", operation: "GET zoo:/pets" };
    const own = await services.createProfile({ ctx, input: { serverId, name: "One", settings: { arguments: [one] } } });
    expect(own.settings.arguments).toEqual([{ ...one, document: "zoo" }]);
    const fields = await services.listProfileFields({ ctx, input: { serverId } });
    expect(fields.map(({ field, of }) => [field, of])).toEqual([
      ["credential:key", { name: "key", document: "Pets" }],
      ["credential:zoo:key", { name: "key", document: "Zoo" }],
      ["variable:zoo:region", { name: "region", document: "Zoo" }],
    ]);
    await expect(
      services.createProfile({
        ctx,
        input: { serverId, name: "None", settings: { arguments: [{ ...argument, value: "x", document: "lions" }] } },
      }),
    ).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("a further document that was read again", () => {
  const next = JSON.stringify({
    ...JSON.parse(zooDocument({ "/lions": get("addPet") })),
    paths: { "/animals": get("listPets"), "/lions": get("addPet") },
  });

  it("is reviewed and applied by itself; edits follow its operations, and the other document stays", async () => {
    // One that no tool can be made of is none that stays the same.
    const withSkipped = JSON.parse(petsDocument);
    withSkipped.paths["/pets/../secrets"] = get("leavePets");
    const { id, zooId, documentId } = await twoApis({}, JSON.stringify(withSkipped));
    const edit = { serverId: id, operation: "GET zoo:/pets", patch: { title: "Animals" } };
    await services.overrideTool({ ctx, input: edit });
    await published(id);
    await read(next, zooId);
    expect(await services.reviewUpgrade({ ctx, input: { id } })).toBeNull();
    const review = await services.reviewUpgrade({ ctx, input: { id, document: zooId } });
    expect(review?.changes).toMatchObject({
      added: ["GET zoo:/lions"],
      removed: [{ operation: "GET zoo:/cages", wasSelected: true }],
      renamed: [{ from: "GET zoo:/pets", to: "GET zoo:/animals" }],
      unchangedCount: 0,
      isBreaking: true,
    });
    expect(review?.tools).toMatchObject({ "GET zoo:/pets": "zoo_listPets", "GET zoo:/cages": "listCages" });
    await services.upgradeServer({ ctx, input: { id, document: zooId, add: ["GET zoo:/lions"] } });
    expect(await selected(id)).toEqual([
      ...PETS,
      ["GET zoo:/animals", "zoo_listPets"],
      ["GET zoo:/lions", "zoo_addPet"],
    ]);
    const { documents } = await services.getServer({ ctx, input: { id } });
    expect(documents.map((one) => [one.id, one.draftRevision.number])).toEqual([
      [documentId, 1],
      [zooId, 2],
    ]);
    expect((await services.getTool({ ctx, input: { serverId: id, operation: "GET zoo:/animals" } })).patch).toEqual({
      title: "Animals",
    });
    await expect(
      services.reviewUpgrade({ ctx, input: { id, document: await read(petsDocument) } }),
    ).rejects.toMatchObject({ code: "not_found" });
  });

  it("is refused where the first document's next revision would be taken for it, and still when it was removed", async () => {
    const { id, documentId, zooId } = await twoApis();
    const odd = JSON.parse(petsDocument);
    odd.components.securitySchemes["zoo:key"] = { type: "apiKey", in: "header", name: "X-Odd" };
    odd.paths["/pets"].get.security = [{ "zoo:key": [] }];
    await read(JSON.stringify(odd), documentId);
    const upgraded = () => services.upgradeServer({ ctx, input: { id } });
    await expect(upgraded()).rejects.toMatchObject({
      code: "precondition_failed",
      message: expect.stringMatching(/begin with "zoo:".*another document of this server/),
    });
    // What is stored for the one that was removed is known by its names.
    await services.removeServerDocument({ ctx, input: { serverId: id, documentId: zooId } });
    await expect(upgraded()).rejects.toMatchObject({
      code: "precondition_failed",
      message: expect.stringMatching(/begin with "zoo:".*a document that was removed/),
    });
  });

  it("keeps its tools' names when the first document gets a tool of that name", async () => {
    const { id, documentId } = await twoApis();
    await published(id);
    const more = JSON.parse(petsDocument);
    more.paths["/cages"] = get("listCages");
    await read(JSON.stringify(more), documentId);
    await services.upgradeServer({ ctx, input: { id } });
    expect((await published(id)).map(({ name }) => name)).toContain("listCages");
    expect((await services.reviewPublish({ ctx, input: { id } })).hasChanges).toBe(false);

    await services.updateServer({ ctx, input: { id, select: "all" } });
    expect(await selected(id)).toEqual(
      expect.arrayContaining([
        ["GET /cages", "listCages_2"],
        ["GET zoo:/cages", "listCages"],
      ]),
    );
    const { changes } = await services.reviewPublish({ ctx, input: { id } });
    expect(changes).toMatchObject({ added: [{ name: "listCages_2" }], removed: [], changed: [], isBreaking: false });
  });

  it("is what is published again from its address, and nothing of the others is", async () => {
    const { id, documentId } = await petServer();
    const { slug } = await services.getServer({ ctx, input: { id } });
    const zooId = await read(zooDocument());
    await test.deps.db.document.update({
      where: { id: zooId },
      data: { sourceUrl: "https://zoo.example.com/openapi.json" },
    });
    await services.addServerDocument({ ctx, input: { serverId: id, documentId: zooId, select: "all" } });
    const server = { title: "Both" };
    await services.updateServer({ ctx, input: { id, ...server } });
    const { jobId } = await services.publishSource({
      ctx,
      input: { source: { url: "https://zoo.example.com/openapi.json" }, slug, credentials: { key: secretOf("zoo") } },
    });
    await services.runJob(test.deps, {
      jobId,
      compileSource: (_source, onProgress) => compileInProcess({ content: next }, onProgress),
      onBug,
    });
    const job = await services.getJob({ ctx, input: { id: jobId } });
    expect(job).toMatchObject({ state: "done" });
    expect((job.result as { tools: { name: string }[] }).tools.map(({ name }) => name)).toEqual([
      ...["listPets", "addPet", "removePet", "zoo_listPets", "zoo_addPet"],
    ]);
    const now = await services.getServer({ ctx, input: { id } });
    expect(now).toMatchObject({ title: "Both", documents: [{ id: documentId }, { id: zooId }] });
    expect(await services.openCredentials(test.deps, id)).toMatchObject({
      "zoo:key": { value: "zoo", origins: ["https://eu.zoo.example.com"] },
    });
    // The draft is what was published.
    expect((await services.reviewPublish({ ctx, input: { id } })).hasChanges).toBe(false);

    // Without an address the title says which it is, or whoever publishes does.
    const publish = async (document?: string, content = zooDocument()) => {
      const source = { content };
      const { jobId } = await services.publishSource({
        ctx,
        input: { source, slug, ...(document ? { document } : {}) },
      });
      await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
      return services.getJob({ ctx, input: { id: jobId } });
    };
    expect(await publish()).toMatchObject({ state: "done", result: { changes: { added: ["GET zoo:/cages"] } } });
    expect(await publish("zoo")).toMatchObject({ state: "done", result: { version: { number: 3 } } });
    expect(await publish("lions")).toMatchObject({
      state: "failed",
      error: { code: "invalid_input", message: expect.stringMatching(/no document "lions"; it has .*zoo/) },
    });
    // Neither the one nor the other: nothing is guessed, and nothing is lost.
    const before = await services.getServer({ ctx, input: { id } });
    expect(
      await publish(undefined, zooDocument().replace('"title":"Zoo"', '"title":"Animals at large"')),
    ).toMatchObject({
      state: "failed",
      error: { code: "invalid_input", message: expect.stringMatching(/none of them is "Animals at large"; say which/) },
    });
    expect(await services.getServer({ ctx, input: { id } })).toEqual(before);
  });
  const secretOf = (value: string) => ({ type: "apiKey" as const, value });
});

describe("a document that is removed from a server", () => {
  it("takes its tools, edits, samples and resources along, and leaves what is served and the others' names", async () => {
    const { id, zooId, documentId } = await twoApis();
    const serverId = id;
    await services.setCredential({
      ctx,
      input: { serverId, scheme: "key", credential: { type: "apiKey", value: "x" } },
    });
    const resource = { uri: "pets://all", name: "Pets", operation: "GET /pets" };
    await services.updateServer({ ctx, input: { id, resources: [resource] } });
    await services.overrideTool({ ctx, input: { serverId, operation: "POST /pets", patch: { title: "Adopt" } } });
    const sample = { status: 200, contentType: "application/json", body: "[]", arguments: {} };
    await services.keepSample({ ctx, input: { serverId, operation: "GET /pets", ...sample } });
    const hidden = { hiddenTools: ["GET /pets"], fields: { "credential:key": "unused" as const } };
    const profile = await services.createProfile({ ctx, input: { serverId, name: "Few", settings: hidden } });
    await published(id);
    const place = { serverId, documentId };
    const review = await services.reviewRemovedDocument({ ctx, input: place });
    expect(review).toMatchObject({
      tools: ["listPets", "addPet", "removePet"],
      resources: ["pets://all"],
      neededBy: [],
      isOnly: false,
    });
    for (const as of [test.stranger, test.as(ctx, "member")])
      await expect(services.removeServerDocument({ ctx: as, input: place })).rejects.toMatchObject({
        code: as === test.stranger ? "not_found" : "forbidden",
      });
    await expect(
      services.removeServerDocument({ ctx, input: { ...place, lock: review.lock - 1 } }),
    ).rejects.toMatchObject({ code: "conflict" });
    await services.removeServerDocument({ ctx, input: { ...place, lock: review.lock } });

    // The name that clients know stays, though nobody takes the shorter one any more.
    expect(await selected(id)).toEqual([
      ["GET zoo:/pets", "zoo_listPets"],
      ["GET zoo:/cages", "listCages"],
    ]);
    const left = await services.getServer({ ctx, input: { id } });
    expect(left).toMatchObject({ documentId: zooId, documents: [{ id: zooId, key: "zoo" }], resources: [] });
    const { db } = test.deps;
    expect(await db.toolSample.count({ where: { serverId } })).toBe(0);
    expect(await db.toolOverride.findMany({ where: { serverId } })).toMatchObject([{ operation: "GET zoo:/pets" }]);
    expect(await db.document.count({ where: { id: documentId } })).toBe(0);
    // What is served is served, with the credential that it wants and what the profile hides.
    expect((await manifestOf(id))?.tools).toHaveLength(5);
    expect(await services.listCredentials({ ctx, input: { serverId } })).toMatchObject([
      { scheme: { name: "zoo:key" }, documentId: zooId, setAt: null },
      { scheme: { name: "key" }, documentId: null, type: "apiKey" },
    ]);
    await services.updateProfile({ ctx, input: { serverId, id: profile.id, settings: hidden } });
    await services.setAccess({ ctx, input: { serverId, everybodyTools: { operations: ["GET /pets"] } } });
    expect((await services.reviewPublish({ ctx, input: { id } })).changes.removed.map(({ name }) => name)).toEqual([
      ...["listPets", "addPet", "removePet"],
    ]);
    await published(id);
    await services.removeCredential({ ctx, input: { serverId, scheme: "key" } });
    expect(await services.listCredentials({ ctx, input: { serverId } })).toHaveLength(1);
    // The last one stays.
    await expect(services.removeServerDocument({ ctx, input: { serverId, documentId: zooId } })).rejects.toMatchObject({
      code: "precondition_failed",
      message: expect.stringMatching(/the only document/),
    });
  });

  it("stays while a tool of several calls needs it, and its key is never another's", async () => {
    const { id, zooId } = await twoApis();
    const own = { name: "cages_of_all", description: "Lists", steps: [{ id: "a", operation: "GET zoo:/cages" }] };
    await services.updateServer({ ctx, input: { id, composedTools: [own] } });
    const place = { serverId: id, documentId: zooId };
    expect((await services.reviewRemovedDocument({ ctx, input: place })).neededBy).toEqual(["cages_of_all"]);
    await expect(services.removeServerDocument({ ctx, input: place })).rejects.toMatchObject({
      code: "precondition_failed",
      message: expect.stringMatching(/cages_of_all calls operations of "Zoo"/),
    });
    await services.updateServer({ ctx, input: { id, composedTools: [] } });
    await services.removeServerDocument({ ctx, input: place });
    const again = { serverId: id, documentId: await read(zooDocument()), select: "all" as const };
    await expect(services.addServerDocument({ ctx, input: { ...again, key: "zoo" } })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/earlier versions still know it/),
    });
    expect(await services.addServerDocument({ ctx, input: again })).toMatchObject({ key: "zoo-2" });
    await services.deleteServer({ ctx, input: { id } });
    expect(await test.deps.db.document.count({ where: { id: again.documentId } })).toBe(0);
  });
});
