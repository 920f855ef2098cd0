import { publishServer, updateServer } from "@portico/services";
import { afterAll, beforeAll, expect, it } from "vitest";
import { callTool, openSession, startTestGateway, type TestGateway } from "../testing.ts";

let gateway: TestGateway;
let path: string;
let serverId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  ({ path, serverId } = await gateway.publish({ slug: "notes" }));
});
afterAll(() => gateway?.close());

const outcome = async (clientName: string, args: object) => {
  const sid = await openSession(gateway.app, path, gateway.apiKey, { name: clientName });
  const before = gateway.upstream.seen.length;
  const { text } = await callTool(gateway.app, path, gateway.apiKey, args, "listNotes", { "mcp-session-id": sid });
  return text.includes('"isError":true') ? "refused" : gateway.upstream.seen.length > before ? "called" : text;
};

// The tool's one argument is a text of at most five characters; "safe" does not say how many.
it.each([
  { client: "claude-code", args: { tag: "much too long" }, want: "refused" },
  { client: "cursor-vscode", args: { tag: "much too long" }, want: "refused" },
  { client: "openai-mcp", args: { tag: "much too long" }, want: "called" },
  { client: "gemini-cli-mcp-client", args: { tag: "much too long" }, want: "called" },
  { client: "somebody-new", args: { tag: "much too long" }, want: "called" },
  { client: "somebody-new", args: { tag: "short" }, want: "called" },
  { client: "somebody-new", args: { tag: { a: 1 } }, want: "refused" },
  { client: "somebody-new", args: { unknown: 1 }, want: "refused" },
])("a model is held to what $client was shown: $args is $want", async ({ client, args, want }) => {
  expect(await outcome(client, args)).toBe(want);
});

it("follows the builder's choice for every client", async () => {
  const { ctx } = gateway;
  await updateServer({ ctx, input: { id: serverId, dialect: "full" } });
  await publishServer({ ctx, input: { id: serverId } });
  await expect.poll(() => outcome("somebody-new", { tag: "much too long" }), { timeout: 1_000 }).toBe("refused");
});
