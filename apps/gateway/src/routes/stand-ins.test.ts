import { overrideTool, publishServer, updateServer } from "@portico/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, inject, openSession, rpc, startTestGateway, type TestGateway } from "../testing.ts";

let gateway: TestGateway;
let path: string;
let serverId: string;

const prompts = [
  {
    name: "summarize",
    arguments: [{ name: "tag", required: true }],
    messages: [{ role: "user" as const, text: "Summarize the notes about {{tag}}." }],
  },
];
const resources = [
  { uri: "notes://help", name: "Help", mimeType: "text/markdown", text: "# Help" },
  { uri: "notes://tagged/{tag}", name: "Notes of a tag", operation: "GET /notes" },
];

beforeAll(async () => {
  gateway = await startTestGateway();
  const { ctx } = gateway;
  ({ path, serverId } = await gateway.publish({ slug: "notes" }));
  // One of its own tools has the name of a stand-in.
  await overrideTool({ ctx, input: { serverId, operation: "POST /notes", patch: { name: "get_prompt" } } });
  await updateServer({ ctx, input: { id: serverId, prompts, resources } });
  await publishServer({ ctx, input: { id: serverId } });
});
afterAll(() => gateway?.close());

const MODERN = "2026-07-28";
type Era = "modern" | "legacy";

/** A request of a client with this name. */
async function request(era: Era, client: string, method: string, params: Record<string, unknown> = {}, url = path) {
  if (era === "legacy") {
    const sid = await openSession(gateway.app, url, gateway.apiKey, { name: client });
    const { body } = await rpc(gateway.app, url, method, params, { ...bearer(gateway.apiKey), "mcp-session-id": sid });
    return body as { result?: Record<string, unknown>; error?: object };
  }
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": { name: client, version: "1" },
  };
  const { body } = await inject(gateway.app, {
    method: "POST",
    url,
    headers: {
      ...bearer(gateway.apiKey),
      "content-type": "application/json",
      accept: "application/json",
      "mcp-protocol-version": MODERN,
      "mcp-method": method,
      ...(params.name === undefined ? {} : { "mcp-name": String(params.name) }),
    },
    payload: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta } }),
  });
  return body as { result?: Record<string, unknown>; error?: object };
}

async function namesFor(era: Era, client: string, url = path) {
  const { result } = await request(era, client, "tools/list", {}, url);
  return ((result?.tools ?? []) as { name: string }[]).map(({ name }) => name);
}

const callOf = async (era: Era, name: string, args: object) =>
  (await request(era, "openai-mcp", "tools/call", { name, arguments: args })).result as {
    content: { type: string; text: string }[];
    isError?: boolean;
  };

describe.each(["modern", "legacy"] as const)("prompts and resources as tools, %s", (era) => {
  const own = ["listNotes", "get_prompt"];

  it.each([
    ["openai-mcp", [...own, "list_prompts", "mcp_get_prompt", "list_resources", "read_resource"]],
    ["codex", [...own, "list_prompts", "mcp_get_prompt"]],
    ["gemini-cli", [...own, "list_resources", "read_resource"]],
    ["claude-code", own],
    ["somebody-new", own],
  ])("are listed for %s as %j", async (client, want) => {
    await expect.poll(() => namesFor(era, client), { timeout: 2_000 }).toEqual(want);
  });

  it("answer like the methods that they stand in for", async () => {
    const prompt = await callOf(era, "mcp_get_prompt", { name: "summarize", arguments: { tag: "work" } });
    expect(prompt.content).toEqual([{ type: "text", text: "Summarize the notes about work." }]);
    const help = await callOf(era, "read_resource", { uri: "notes://help" });
    expect(help.content).toEqual([{ type: "text", text: "# Help" }]);
    const notes = await callOf(era, "read_resource", { uri: "notes://tagged/w%26k" });
    expect(notes.content).toEqual([{ type: "text", text: '{"ok":true}' }]);
    expect(gateway.upstream.seen.at(-1)?.url).toBe("/notes?tag=w%26k");
    const listed = await callOf(era, "list_resources", {});
    expect(listed.content[0]?.text).toContain("notes://tagged/{tag}");
  });

  it.each([
    ["mcp_get_prompt", { name: "nope" }, "summarize"],
    ["mcp_get_prompt", { name: "summarize" }, "tag must be given"],
    ["read_resource", {}, "uri"],
    ["read_resource", { uri: "notes://gone" }, "no resource"],
    ["list_prompts", { page: 2 }, "page"],
  ])("refuse %s of %j in words", async (name, args, says) => {
    const answer = await callOf(era, name, args);
    expect(answer.isError).toBe(true);
    expect(answer.content[0]?.text).toContain(says);
  });

  it("leave a tool of the same name alone", async () => {
    expect((await callOf(era, "get_prompt", { body: { a: 1 } })).content[0]?.text).toBe('{"ok":true}');
    expect(gateway.upstream.seen.at(-1)).toMatchObject({ method: "POST", body: '{"a":1}' });
  });
});

it("are recorded as what they are, and a read of the API once", async () => {
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = gateway.usage.length;
  await callOf("legacy", "list_prompts", {});
  await callOf("legacy", "read_resource", { uri: "notes://help" });
  await callOf("legacy", "read_resource", { uri: "notes://gone" });
  await callOf("legacy", "read_resource", { uri: "notes://tagged/x" });
  const recorded = () =>
    gateway.usage
      .slice(before)
      .filter(({ kind }) => kind === "call")
      .map(({ tool, operation, outcome, clientName }) => [tool, operation ?? null, outcome, clientName]);
  await expect.poll(recorded, { timeout: 2_000 }).toHaveLength(4);
  expect(recorded()).toEqual([
    ["list_prompts", null, "ok", "openai-mcp"],
    ["read_resource", null, "ok", "openai-mcp"],
    ["read_resource", null, "invalid_arguments", "openai-mcp"],
    ["resource:notes://tagged/{tag}", "GET /notes", "ok", "openai-mcp"],
  ]);
});

it("stand beside the three tools of a server that is searched", async () => {
  const { ctx } = gateway;
  const searched = await gateway.publish({ slug: "searched", toolMode: "search" });
  await updateServer({ ctx, input: { id: searched.serverId, prompts } });
  await publishServer({ ctx, input: { id: searched.serverId } });
  await expect
    .poll(() => namesFor("modern", "openai-mcp", searched.path), { timeout: 2_000 })
    .toEqual(["search_tools", "describe_tools", "call_tool", "list_prompts", "get_prompt"]);
});

it("are gone from the version after they were turned off", async () => {
  const { ctx } = gateway;
  await updateServer({ ctx, input: { id: serverId, standInTools: false } });
  expect(await namesFor("modern", "openai-mcp")).toHaveLength(6);
  await publishServer({ ctx, input: { id: serverId } });
  await expect.poll(() => namesFor("modern", "openai-mcp"), { timeout: 2_000 }).toEqual(["listNotes", "get_prompt"]);
  expect(await request("modern", "openai-mcp", "tools/call", { name: "list_prompts" })).toMatchObject({
    error: { code: -32_602 },
  });
});
