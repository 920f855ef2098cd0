import { overrideTool, publishServer, updateServer } from "@portico/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, callTool, openSession, rpc, startTestGateway, type TestGateway } from "../testing.ts";

let gateway: TestGateway;
let path: string;
let serverId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  ({ path, serverId } = await gateway.publish({ slug: "notes", toolMode: "search", dialect: "full" }));
});
afterAll(() => gateway?.close());

interface Answer {
  content: { text: string }[];
  isError?: boolean;
}

const MODERN = "2026-07-28";

/** The header and the claim of a modern request; a legacy one has a session. */
async function eraOf(
  era: "modern" | "legacy",
  method: string,
  params: Record<string, unknown>,
): Promise<{ params: object; headers: Record<string, string> }> {
  if (era === "legacy") {
    const sid = await openSession(gateway.app, path, gateway.apiKey);
    return { params, headers: { "mcp-session-id": sid } };
  }
  const name: Record<string, string> = params.name === undefined ? {} : { "mcp-name": String(params.name) };
  const headers = { "mcp-protocol-version": MODERN, "mcp-method": method, ...name };
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  return { params: { ...params, _meta }, headers };
}

async function request(era: "modern" | "legacy", method: string, given: Record<string, unknown> = {}) {
  const { params, headers } = await eraOf(era, method, given);
  const { body } = await rpc(gateway.app, path, method, params, { ...bearer(gateway.apiKey), ...headers });
  return body as { result?: Record<string, unknown>; error?: { code: number; message: string } };
}

async function call(era: "modern" | "legacy", name: string, args: object): Promise<Answer> {
  const { result, error } = await request(era, "tools/call", { name, arguments: args });
  if (error) throw new Error(error.message);
  return result as unknown as Answer;
}

const textOf = ({ content }: Answer) => content.map(({ text }) => text).join("\n");

describe.each(["modern", "legacy"] as const)("a server in search mode, %s", (era) => {
  it("lists three tools, finds, describes and calls the others", async () => {
    const { result } = await request(era, "tools/list");
    const listed = result?.tools as { name: string; annotations: object }[];
    expect(listed.map(({ name }) => name)).toEqual(["search_tools", "describe_tools", "call_tool"]);

    const found = JSON.parse(textOf(await call(era, "search_tools", { query: "list notes", limit: 1 })));
    expect(found.tools).toEqual([expect.objectContaining({ name: "listNotes", hint: "read" })]);
    const described = JSON.parse(textOf(await call(era, "describe_tools", { names: ["listNotes"] })));
    expect(described.tools[0].inputSchema.properties.tag).toMatchObject({ type: "string", maxLength: 5 });

    const before = gateway.upstream.seen.length;
    const answer = await call(era, "call_tool", { name: "listNotes", arguments: { tag: "a b" } });
    expect(answer.isError).not.toBe(true);
    expect(gateway.upstream.seen.slice(before)).toMatchObject([{ method: "GET", url: "/notes?tag=a%20b" }]);
  });

  it("answers a call like one to a listed tool, errors and all", async () => {
    const direct = await call(era, "listNotes", { tag: "much too long" });
    const through = await call(era, "call_tool", { name: "listNotes", arguments: { tag: "much too long" } });
    expect(direct.isError).toBe(true);
    expect(through).toEqual(direct);
    expect(await call(era, "call_tool", { name: "listNotes", arguments: '{"tag":"x"}' })).toEqual(
      await call(era, "listNotes", { tag: "x" }),
    );
  });

  it("names the nearest tools to one that it does not have", async () => {
    const answer = await call(era, "call_tool", { name: "list_note", arguments: {} });
    expect(answer.isError).toBe(true);
    expect(textOf(answer)).toMatch(/no tool "list_note".*listNotes/);
    // A name that nobody was shown is refused as always.
    expect(await request(era, "tools/call", { name: "list_note" })).toMatchObject({ error: { code: -32_602 } });
  });

  it.each([
    { name: "search_tools", args: {}, says: /query/ },
    { name: "search_tools", args: { query: "x", limit: 21 }, says: /limit/ },
    { name: "describe_tools", args: { names: [] }, says: /names/ },
    { name: "call_tool", args: { arguments: {} }, says: /name/ },
    { name: "call_tool", args: { name: "listNotes", tag: "x" }, says: /tag/ },
  ])("refuses $args of $name in words", async ({ name, args, says }) => {
    const answer = await call(era, name, args);
    expect(answer.isError).toBe(true);
    expect(textOf(answer)).toMatch(says);
  });
});

describe("usage", () => {
  it("is recorded under the tool that ran; searching is recorded as what reached no API", async () => {
    // What the tests before called may still be on its way.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const before = gateway.usage.length;
    await call("legacy", "search_tools", { query: "notes" });
    await call("legacy", "call_tool", { name: "nothing_like_it" });
    await call("legacy", "call_tool", { name: "addNote", arguments: { body: { a: 1 } } });
    const recorded = () => gateway.usage.slice(before).filter(({ kind }) => kind === "call");
    await expect.poll(recorded, { timeout: 2_000 }).toHaveLength(3);
    const [search, wrong, added] = recorded();
    expect(search).toMatchObject({ tool: "search_tools", outcome: "ok", upstreamMs: 0, requestBytes: 0 });
    expect(wrong).toMatchObject({ tool: "call_tool", outcome: "invalid_arguments", upstreamMs: 0 });
    expect([search?.operation, wrong?.operation, search?.status]).toEqual([null, null, null]);
    expect(added).toMatchObject({ tool: "addNote", operation: "POST /notes", outcome: "ok", status: 200 });
  });
});

describe("a tool that asks first", () => {
  it("asks through call_tool as well", async () => {
    const { ctx } = gateway;
    const asking = await gateway.publish({ slug: "asking", toolMode: "search" });
    await overrideTool({
      ctx,
      input: { serverId: asking.serverId, operation: "POST /notes", patch: { askFirst: true } },
    });
    await publishServer({ ctx, input: { id: asking.serverId } });
    const before = gateway.upstream.seen.length;
    const args = { name: "addNote", arguments: { body: { title: "x" } } };
    const { params, headers } = await eraOf("modern", "tools/call", { name: "call_tool", arguments: args });
    const asked = {
      ...params,
      _meta: {
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": { elicitation: {} },
      },
    };
    const send = async (more: object) =>
      (
        await rpc(
          gateway.app,
          asking.path,
          "tools/call",
          { ...asked, ...more },
          { ...bearer(gateway.apiKey), ...headers },
        )
      ).body as { result: Record<string, unknown> };
    const { result } = await send({});
    expect(result).toMatchObject({ resultType: "input_required", inputRequests: { confirm: expect.any(Object) } });
    expect(JSON.stringify(result)).toContain("POST /notes");
    expect(gateway.upstream.seen).toHaveLength(before);
    const reply = { action: "accept", content: {} };
    await send({ requestState: result.requestState, inputResponses: { confirm: reply } });
    expect(gateway.upstream.seen.slice(before)).toMatchObject([{ method: "POST", body: '{"title":"x"}' }]);
  });
});

describe("credentials and dialects", () => {
  it("are those of the tool and of the client", async () => {
    const { path: other } = await gateway.publish({
      slug: "keyed",
      toolMode: "search",
      credentials: { key: { type: "apiKey", value: "s3cret" } },
    });
    const ask = async (clientName: string, name: string, args: object) => {
      const sid = await openSession(gateway.app, other, gateway.apiKey, { name: clientName });
      const { body } = await callTool(gateway.app, other, gateway.apiKey, args, name, { "mcp-session-id": sid });
      return (body as { result: Answer }).result;
    };
    const before = gateway.upstream.seen.length;
    await ask("claude-code", "call_tool", { name: "listNotes", arguments: {} });
    expect(gateway.upstream.seen[before]?.headers["x-key"]).toBe("s3cret");
    // "safe" does not say how long the tag may be, so that it is not enforced either.
    const safe = JSON.parse(textOf(await ask("somebody-new", "describe_tools", { names: ["listNotes"] })));
    expect(safe.tools[0].inputSchema.properties.tag).toEqual({ type: "string", description: "(maxLength 5)" });
    const long = { name: "listNotes", arguments: { tag: "much too long" } };
    expect((await ask("somebody-new", "call_tool", long)).isError).not.toBe(true);
    expect((await ask("claude-code", "call_tool", long)).isError).toBe(true);
  });

  it("go back to a list with the next version that says so", async () => {
    const { ctx } = gateway;
    await updateServer({ ctx, input: { id: serverId, toolMode: "list" } });
    await publishServer({ ctx, input: { id: serverId } });
    const names = async () =>
      ((await request("legacy", "tools/list")).result as { tools: { name: string }[] }).tools.map(({ name }) => name);
    await expect.poll(names, { timeout: 2_000 }).toEqual(["listNotes", "addNote"]);
    expect(await request("legacy", "tools/call", { name: "search_tools" })).toMatchObject({ error: { code: -32_602 } });
  });
});
