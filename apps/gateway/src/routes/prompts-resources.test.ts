import { publishServer, updateServer } from "@portico/services";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { bearer, rpc, startTestGateway, type TestGateway } from "../testing.ts";

let gateway: TestGateway;
let path: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const published = await gateway.publish({ slug: "notes" });
  path = published.path;
  await updateServer({
    ctx: gateway.ctx,
    input: {
      id: published.serverId,
      // Held to every limit of the document.
      dialect: "full",
      prompts: [
        {
          name: "summarize",
          arguments: [{ name: "tag", required: true, values: ["work", "home"] }],
          messages: [{ role: "user", text: "Summarize the notes about {{tag}}." }],
        },
      ],
      resources: [
        { uri: "notes://help", name: "Help", mimeType: "text/markdown", text: "# Help" },
        { uri: "notes://all", name: "All notes", operation: "GET /notes" },
        { uri: "notes://tagged/{tag}", name: "Notes of a tag", operation: "GET /notes" },
      ],
    },
  });
  await publishServer({ ctx: gateway.ctx, input: { id: published.serverId } });
  await vi.waitUntil(async () => (await ask("prompts/list")).text.includes("summarize"), { timeout: 2_000 });
});
afterAll(() => gateway.close());

const ask = (method: string, params: object = {}) => rpc(gateway.app, path, method, params, bearer(gateway.apiKey));
const resultOf = async (method: string, params: object = {}) =>
  ((await ask(method, params)).body as { result: unknown }).result;

it("lists, fills and completes what the version carries", async () => {
  expect(await resultOf("prompts/get", { name: "summarize", arguments: { tag: "work" } })).toMatchObject({
    messages: [{ role: "user", content: { type: "text", text: "Summarize the notes about work." } }],
  });
  expect(
    await resultOf("completion/complete", {
      ref: { type: "ref/prompt", name: "summarize" },
      argument: { name: "tag", value: "w" },
    }),
  ).toMatchObject({ completion: { values: ["work"] } });
  expect(await resultOf("resources/list")).toMatchObject({
    resources: [{ uri: "notes://help" }, { uri: "notes://all", name: "All notes" }],
  });
  expect(await resultOf("resources/templates/list")).toMatchObject({
    resourceTemplates: [{ uriTemplate: "notes://tagged/{tag}", name: "Notes of a tag" }],
  });
});

it("reads a text of its own, and what the API answers, with its values checked and its call recorded", async () => {
  expect(await resultOf("resources/read", { uri: "notes://help" })).toMatchObject({
    contents: [{ uri: "notes://help", mimeType: "text/markdown", text: "# Help" }],
  });
  expect(await resultOf("resources/read", { uri: "notes://tagged/w%26k" })).toMatchObject({
    contents: [{ uri: "notes://tagged/w%26k", mimeType: "application/json", text: '{"ok":true}' }],
  });
  expect(gateway.upstream.seen.at(-1)?.url).toBe("/notes?tag=w%26k");
  await expect
    .poll(() => gateway.usage.filter(({ kind }) => kind === "call").map(({ tool, operation }) => [tool, operation]))
    .toEqual([["resource:notes://tagged/{tag}", "GET /notes"]]);
  const before = gateway.upstream.seen.length;
  const tooLong = await ask("resources/read", { uri: "notes://tagged/toolong" });
  expect(tooLong.body).toMatchObject({ id: 7, error: { code: -32_000, message: expect.stringContaining("tag") } });
  expect(gateway.upstream.seen).toHaveLength(before);
  expect((await ask("resources/read", { uri: "notes://other" })).body).toMatchObject({ error: { code: -32_002 } });
});

it("offers no way to call what is only read", async () => {
  expect((await ask("tools/call", { name: "resource:notes://all" })).body).toMatchObject({ error: { code: -32_602 } });
});
