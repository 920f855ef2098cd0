import { describe, expect, it } from "vitest";
import { KNOWN_CLIENTS } from "../clients.ts";
import type { ClientIdentity, NeedsReplies, ReadResource, ServedVersion, ToolResult } from "../contract.ts";
import { alice, demoEndpoint, demoVersion, messageOf, modernRequest } from "../testing.ts";
import { answerStandIn } from "./answers.ts";
import { createStandIns, lacksOf, standInNames, withEntries } from "./stand-ins.ts";

const offers = {
  prompts: [
    {
      name: "summarize",
      description: "Sums up.",
      arguments: [{ name: "tag", required: true, values: ["work", "home"] }],
      messages: [
        { role: "user" as const, content: { type: "text", text: "About {{tag}}." } },
        { role: "assistant" as const, content: { type: "text", text: "Gladly." } },
      ],
    },
  ],
  resources: [
    { uri: "notes://help", name: "Help", text: "# Help" },
    { uri: "notes://logo", name: "Logo", mimeType: "image/png", blob: "AAAA" },
    { uri: "notes://all", name: "All" },
  ],
  resourceTemplates: [{ uriTemplate: "notes://{id}", name: "One", values: { id: ["1"] } }],
};

describe("the names of stand-ins", () => {
  const both = { prompts: true, resources: true };
  it.each([
    [both, [], ["list_prompts", "get_prompt", "list_resources", "read_resource"]],
    [{ prompts: true, resources: false }, [], ["list_prompts", "get_prompt"]],
    [{ prompts: false, resources: false }, [], []],
    [both, ["get_prompt", "Read_Resource"], ["list_prompts", "mcp_get_prompt", "list_resources", "mcp_read_resource"]],
    [
      { prompts: true, resources: false },
      ["get_prompt", "mcp_get_prompt", "mcp_get_prompt_2"],
      ["list_prompts", "mcp_get_prompt_3"],
    ],
  ])("for %j beside %j are %j", (has, taken, want) => {
    expect([...standInNames(has, taken).values()]).toEqual(want);
  });

  it("are those that the descriptions name", () => {
    const { tools } = createStandIns(offers, ["get_prompt", "list_resources"]);
    const descriptions = tools.map(({ description }) => description).join("\n");
    expect(descriptions).toContain("mcp_get_prompt");
    expect(descriptions).toContain("mcp_list_resources");
    expect(descriptions).not.toMatch(/(?<!mcp_)(get_prompt|list_resources)/);
  });
});

describe("who gets stand-ins", () => {
  it.each([
    ["chatgpt", { prompts: true, resources: true }],
    ["codex", { prompts: true, resources: false }],
    ["gemini-cli", { prompts: false, resources: true }],
    ["claude-code", { prompts: false, resources: false }],
  ])("%s lacks %j", (id, want) => {
    const client = KNOWN_CLIENTS.find((one) => one.id === id);
    expect(lacksOf({ name: client?.names?.[0] ?? "" })).toEqual(want);
  });

  it("is nobody that is not in the table", () => {
    expect(lacksOf({ name: "somebody-new" })).toEqual({ prompts: false, resources: false });
    expect(createStandIns(offers, []).entries({ name: "somebody-new" }, "safe")).toBe("");
  });

  it("depends on what the version has", () => {
    const { prompts } = offers;
    const namesOf = (name: string) =>
      (JSON.parse(`[${createStandIns({ prompts }, []).entries({ name }, "safe")}]`) as { name: string }[]).map(
        (one) => one.name,
      );
    expect(namesOf("openai-mcp")).toEqual(["list_prompts", "get_prompt"]);
    expect(namesOf("gemini-cli")).toEqual([]);
  });
});

it.each([
  ["[]", "", "[]"],
  ["[]", "1,2", "[1,2]"],
  ["[0]", "", "[0]"],
  ["[0]", "1,2", "[0,1,2]"],
])("%s with %s is %s", (list, entries, want) => {
  expect(withEntries(list, entries)).toBe(want);
  expect(String(withEntries(Buffer.from(list), entries))).toBe(want);
});

describe("tools/list", () => {
  const version = demoVersion({ ...offers, dialect: "safe", standIns: createStandIns(offers, []) });
  const listFor = async (name: string) => {
    const meta = { "io.modelcontextprotocol/clientInfo": { name, version: "1" } };
    const { send } = demoEndpoint();
    const anonymous = { ...alice, kind: "anonymous" as const };
    const answer = messageOf(await send(modernRequest("tools/list", {}, { meta }), { version, principal: anonymous }));
    return answer.result as { tools: { name: string }[]; cacheScope: string };
  };

  it("has them for a client that needs them, after the version's own, and is not shared with others", async () => {
    const own = ["get_user", "größe", "broken"];
    const names = async (client: string) => (await listFor(client)).tools.map(({ name }) => name);
    expect(await names("claude-code")).toEqual(own);
    expect(await names("codex")).toEqual([...own, "list_prompts", "get_prompt"]);
    expect(await names("openai-mcp")).toEqual([
      ...own,
      ...standInNames({ prompts: true, resources: true }, []).values(),
    ]);
    expect((await listFor("claude-code")).cacheScope).toBe("private");
  });
});

describe("a stand-in answers", () => {
  const client: ClientIdentity = { name: "openai-mcp", protocolVersion: "2025-11-25", era: "legacy" };
  const read: ReadResource = async (uri) =>
    uri === "notes://all"
      ? { uri, mimeType: "application/json", text: "[1]" }
      : uri === "notes://broken"
        ? { problem: "The API is away." }
        : undefined;
  const call = (
    kind: Parameters<typeof answerStandIn>[0]["kind"],
    args: Record<string, unknown> = {},
    reply?: Record<string, unknown>,
    change: Partial<ServedVersion> = {},
  ) =>
    answerStandIn({
      ...{ kind, args, client, read },
      version: demoVersion({ ...offers, ...change }),
      replies: reply ? { arguments: reply } : {},
    });
  const textOf = async (result: Promise<ToolResult | NeedsReplies>) => {
    const outcome = await result;
    if ("questions" in outcome) throw new Error("A question.");
    return (outcome.content as { text?: string }[]).map(({ text }) => text).join("\n");
  };

  it("with what there is, and how it is filled in", async () => {
    expect(JSON.parse(await textOf(call("list_prompts")))).toEqual({
      prompts: [
        {
          name: "summarize",
          description: "Sums up.",
          arguments: [{ name: "tag", required: true, values: ["work", "home"] }],
        },
      ],
    });
    expect(JSON.parse(await textOf(call("list_resources")))).toEqual({
      resources: [
        { uri: "notes://help", name: "Help" },
        { uri: "notes://logo", name: "Logo", mimeType: "image/png" },
        { uri: "notes://all", name: "All" },
      ],
      templates: [{ uriTemplate: "notes://{id}", name: "One", values: { id: ["1"] } }],
    });
  });

  it("with a prompt, and asks for what it lacks", async () => {
    expect(await textOf(call("get_prompt", { name: "summarize", arguments: { tag: "work" } }))).toBe(
      "About work.\n(as the assistant:)\nGladly.",
    );
    expect(await call("get_prompt", { name: "summarize" })).toMatchObject({
      questions: { arguments: { method: "elicitation/create" } },
      otherwise: { isError: true, content: [{ text: "tag must be given." }] },
    });
    const accepted = { action: "accept", content: { tag: "home" } };
    expect(await textOf(call("get_prompt", { name: "summarize" }, accepted))).toContain("About home.");
    expect(await call("get_prompt", { name: "summarize" }, { action: "decline" })).toMatchObject({ isError: true });
    expect(await textOf(call("get_prompt", { name: "nope" }))).toContain("summarize");
  });

  it.each([
    ["notes://help", { content: [{ type: "text", text: "# Help" }] }],
    ["notes://logo", { content: [{ type: "image", data: "AAAA", mimeType: "image/png" }] }],
    ["notes://all", { content: [{ type: "text", text: "[1]" }] }],
    ["notes://broken", { content: [{ type: "text", text: "The API is away." }], isError: true }],
    ["notes://gone", { isError: true }],
  ])("with the resource %s", async (uri, want) => {
    expect(await call("read_resource", { uri })).toMatchObject(want);
  });

  it("with as much of a long list as a model can take", async () => {
    const prompts = Array.from({ length: 100 }, (_, index) => ({
      name: `prompt_${index}`,
      description: "x".repeat(1_000),
      messages: [],
    }));
    const listed = JSON.parse(await textOf(call("list_prompts", {}, undefined, { prompts })));
    expect(listed.prompts.length + listed.leftOut).toBe(100);
    expect(listed.leftOut).toBeGreaterThan(0);
    expect(JSON.stringify(listed).length).toBeLessThan(65_000);
  });
});
