import { overrideTool, publishServer } from "@portico/services";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTwoProcesses, type TwoProcesses } from "./two-processes.ts";

const SESSIONS = 200;
const STREAMS = 20;

let processes: TwoProcesses;
beforeAll(async () => {
  processes = await startTwoProcesses();
});
afterAll(() => processes?.stop());

const headers = () => ({
  authorization: `Bearer ${processes.published.apiKey}`,
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
});
async function post(method: string, params: object, session?: string) {
  const answer = await fetch(processes.url, {
    method: "POST",
    headers: { ...headers(), ...(session ? { "mcp-session-id": session } : {}) },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  return {
    status: answer.status,
    session: answer.headers.get("mcp-session-id"),
    body: (await answer.json()) as unknown,
  };
}

async function openSession(): Promise<string> {
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } };
  return String((await post("initialize", params)).session);
}

/** The stream of a session, and how often it said that the tools have changed. */
async function openStream(session: string) {
  const leave = new AbortController();
  const answer = await fetch(processes.url, {
    headers: { ...headers(), accept: "text/event-stream", "mcp-session-id": session },
    signal: leave.signal,
  });
  expect(answer.status).toBe(200);
  let text = "";
  const read = async () => {
    for await (const chunk of answer.body as ReadableStream<Uint8Array>) text += Buffer.from(chunk).toString();
  };
  read().catch(() => {});
  return { changes: () => text.split("notifications/tools/list_changed").length - 1, leave: () => leave.abort() };
}

it("hears of a publish on every stream, and serves every session on when one of two processes is killed", async () => {
  const sessions = await Promise.all(Array.from({ length: SESSIONS }, openSession));
  const { tools } = ((await post("tools/list", {}, sessions[0])).body as { result: { tools: { name: string }[] } })
    .result;
  const call = async (session: string) => {
    const { status, body } = await post("tools/call", { name: tools[0]?.name, arguments: { id: "i1" } }, session);
    return status === 200 && (body as { result?: { isError?: boolean } }).result?.isError !== true;
  };
  expect((await Promise.all(sessions.map(call))).filter(Boolean)).toHaveLength(SESSIONS);

  const streams = await Promise.all(sessions.slice(0, STREAMS).map(openStream));
  await publishAnother();
  await expect.poll(() => streams.filter((one) => one.changes() === 1).length, { timeout: 2_000 }).toBe(STREAMS);
  for (const one of streams) one.leave();

  // SIGKILL: nothing is handed over.
  await processes.gateways[0]?.stop();
  expect((await Promise.all(sessions.map(call))).filter(Boolean)).toHaveLength(SESSIONS);
});

function publishAnother(): Promise<void> {
  return processes.edit(async (ctx, serverId) => {
    const { selection } = await ctx.db.server.findUniqueOrThrow({ where: { id: serverId } });
    const [operation = ""] = selection as string[];
    await overrideTool({ ctx, input: { serverId, operation, patch: { title: "Another" } } });
    await publishServer({ ctx, input: { id: serverId } });
  });
}
