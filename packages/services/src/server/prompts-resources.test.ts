import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

let test: TestServices;
let id: string;

beforeAll(async () => {
  test = await createTestServices();
  const { ctx, deps } = test;
  const { jobId } = await services.publishSource({
    ctx,
    input: { source: { content: petsDocument }, select: "all", slug: "pets" },
  });
  const onBug = (error: unknown) => {
    throw error;
  };
  await services.runJob(deps, { jobId, compileSource: compileInProcess, onBug });
  ({ id } = await services.getServer({ ctx, input: { id: "pets" } }));
});
afterAll(() => test.close());

const update = (input: object) => services.updateServer({ ctx: test.ctx, input: { id, ...input } });
const settings = async () => (await services.compareDraft({ ctx: test.ctx, input: { serverId: id } }))?.settings;

describe("prompts and resources", () => {
  it("are frozen with the version, and a difference shows in the draft", async () => {
    const prompts = [
      { name: "greet", arguments: [{ name: "who", required: true }], messages: [{ role: "user", text: "Hi {{who}}" }] },
    ];
    const resources = [
      { uri: "pets://about", name: "About", text: "All about pets." },
      { uri: "pets://all", name: "All pets", operation: "GET /pets" },
    ];
    const view = await update({ prompts, resources });
    expect(view).toMatchObject({ prompts, resources });
    expect(await settings()).toEqual(["prompts", "resources"]);
    await services.publishServer({ ctx: test.ctx, input: { id } });
    expect(await settings()).toEqual([]);
    const { publishedVersionId } = await services.getServer({ ctx: test.ctx, input: { id } });
    const version = await services.loadVersion(test.deps, publishedVersionId ?? "");
    expect(version?.manifest).toMatchObject({
      prompts,
      resources: [resources[0], { uri: "pets://all", name: "All pets", tool: { operation: "GET /pets" } }],
      standInTools: true,
    });
    expect(await update({ standInTools: false })).toMatchObject({ standInTools: false });
    expect(await settings()).toEqual(["standInTools"]);
    await update({ standInTools: true });
    expect(await settings()).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      "two of a name",
      { prompts: [1, 2].map(() => ({ name: "a", messages: [{ role: "user", text: "x" }] })) },
      "prompts.1.name",
    ],
    ["no message", { prompts: [{ name: "a", messages: [] }] }, "prompts.0.messages"],
    [
      "two arguments of a name",
      { prompts: [{ name: "a", arguments: [{ name: "b" }, { name: "b" }], messages: [{ role: "user", text: "x" }] }] },
      "prompts.0.arguments.1.name",
    ],
    [
      "a script for an address",
      { resources: [{ uri: "javascript:alert(1)", name: "a", text: "" }] },
      "resources.0.uri",
    ],
    ["our own kind of address", { resources: [{ uri: "ui://x", name: "a", text: "" }] }, "resources.0.uri"],
    ["neither text nor operation", { resources: [{ uri: "p://x", name: "a" }] }, "resources.0.text"],
    [
      "both text and operation",
      { resources: [{ uri: "p://x", name: "a", text: "", operation: "GET /pets" }] },
      "resources.0.operation",
    ],
    ["an empty name", { resources: [{ uri: "p://x", name: " ", operation: "GET /pets" }] }, "resources.0.name"],
    [
      "an operation that is not there",
      { resources: [{ uri: "p://x", name: "a", operation: "GET /nothing" }] },
      "resources.0.operation",
    ],
    [
      "an operation that changes something",
      { resources: [{ uri: "p://x", name: "a", operation: "POST /pets" }] },
      "resources.0.operation",
    ],
    [
      "a place that nothing fills",
      { resources: [{ uri: "p://{color}", name: "a", operation: "GET /pets" }] },
      "resources.0.uri",
    ],
  ])("are refused with %s", async (_name, given, field) => {
    await expect(update(given)).rejects.toMatchObject({
      code: "invalid_input",
      details: { issues: [expect.objectContaining({ field })] },
    });
  });
});
