import http from "node:http";
import { createTestDatabase } from "@portico/db/testing";
import { openDeps, overrideTool, publishServer } from "@portico/services";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Contender, startContender, startGateway } from "../bench/gateway/contender.ts";
import { type Published, publishItems } from "../bench/gateway/published.ts";
import { freePort } from "./portico.ts";

const SESSIONS = 200;
const STREAMS = 20;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let upstream: Contender;
let published: Published;
const gateways: Contender[] = [];
let proxy: http.Server;

beforeAll(async () => {
  database = await createTestDatabase();
  upstream = await startContender("upstream");
  published = await publishItems(database.url, upstream.url);
  for (let index = 0; index < 2; index++) gateways.push(await startGateway({ ...published, port: await freePort() }));
  proxy = await startProxy(
    published.port,
    gateways.map(({ url }) => url),
  );
});
afterAll(async () => {
  proxy?.close();
  proxy?.closeAllConnections();
  await Promise.all([...gateways, upstream].map((one) => one?.stop()));
  await database?.drop();
});

/** Every request to the next process in turn, whoever asked; one that cannot be reached is passed over. */
async function startProxy(port: number, urls: string[]): Promise<http.Server> {
  let turn = 0;
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const first = turn++;
    const attempt = (tried: number) => {
      const { hostname, port: to } = new URL(urls[(first + tried) % urls.length] as string);
      const { method, url, headers } = request;
      const onward = http.request({ hostname, port: to, method, path: url, headers, agent: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on("error", () => response.destroy());
      });
      onward.on("error", () => {
        if (response.headersSent || tried + 1 === urls.length) response.destroy();
        else attempt(tried + 1);
      });
      response.on("close", () => onward.destroy());
      onward.end(Buffer.concat(chunks));
    };
    attempt(0);
  });
  // The clients keep their connections longer than the test takes.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}

const headers = () => ({
  authorization: `Bearer ${published.apiKey}`,
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
});
const url = () => `http://127.0.0.1:${published.port}${published.path}`;

async function post(method: string, params: object, session?: string) {
  const answer = await fetch(url(), {
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
  const answer = await fetch(url(), {
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
  await gateways[0]?.stop();
  expect((await Promise.all(sessions.map(call))).filter(Boolean)).toHaveLength(SESSIONS);
});

async function publishAnother(): Promise<void> {
  const { PORTICO_SECRET_KEY = "", PORTICO_URL = "" } = published.env;
  const deps = openDeps({
    databaseUrl: database.url,
    secretKeys: [PORTICO_SECRET_KEY],
    publicUrl: PORTICO_URL,
    connectionsMax: 2,
  });
  try {
    const { id: serverId, organizationId, selection } = await deps.db.server.findFirstOrThrow();
    const { userId } = await deps.db.member.findFirstOrThrow();
    const ctx = { ...deps, organizationId, actor: { type: "user" as const, id: userId, role: "owner" as const } };
    const [operation = ""] = selection as string[];
    await overrideTool({ ctx, input: { serverId, operation, patch: { title: "Another" } } });
    await publishServer({ ctx, input: { id: serverId } });
  } finally {
    await deps.close();
  }
}
