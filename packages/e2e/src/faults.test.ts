import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectClient } from "./clients.ts";
import { apiKey, type Portico, publish, startPortico, waitFor } from "./portico.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

/** So many that a fast machine is still busy with them when its process is killed. */
const OPERATIONS = 4_000;

/** A document that takes long enough to be killed in the middle. */
function largeDocument(operations: number): string {
  const schema = {
    type: "object",
    properties: Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`field${i}`, { type: "string", description: `The field ${i} of it` }]),
    ),
  };
  const paths = Object.fromEntries(
    Array.from({ length: operations }, (_, i) => [
      `/things${i}/{id}`,
      {
        put: {
          operationId: `putThing${i}`,
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
          requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } } },
          responses: { 200: { description: "ok" } },
        },
      },
    ]),
  );
  return JSON.stringify({
    openapi: "3.0.0",
    info: { title: "Large", version: "1" },
    paths,
    components: { schemas: { Thing: schema } },
  });
}

let portico: Portico;
let recorder: Recorder;
let mcpUrl: string;
beforeAll(async () => {
  [portico, recorder] = await Promise.all([startPortico(), startRecorder()]);
  const document = {
    openapi: "3.0.0",
    info: { title: "Slow", version: "1" },
    paths: { "/slow": { get: { operationId: "slow", responses: { 200: { description: "ok" } } } } },
  };
  mcpUrl = (
    await publish(portico, { source: { content: JSON.stringify(document) }, slug: "slow", baseUrl: recorder.url })
  ).server.mcpUrl;
});
afterAll(async () => {
  await Promise.all([portico?.stop(), recorder?.stop()]);
});

const gatewayLog = () => readFileSync(path.join(portico.dataDir, "logs/gateway.log"), "utf8").slice(-8_000);

const killHard = (app: string) => {
  const pids = portico.pidsOf(app);
  expect(pids, `${app} runs`).not.toHaveLength(0);
  for (const pid of pids) process.kill(pid, "SIGKILL");
};

/** What a person or a script does when the connection breaks: the same again, until there is an answer. */
async function untilAccepted<T>(request: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 60_000; ; await sleep(500)) {
    try {
      return await request();
    } catch (error) {
      if (Date.now() > deadline || !/fetch failed|50[0-9]/.test(String(error))) throw error;
    }
  }
}

async function callSlow(): Promise<string | undefined> {
  const client = await connectClient("client, auto", mcpUrl, apiKey);
  try {
    return (await client.callTool("slow", {})).content[0]?.text;
  } finally {
    await client.close().catch(() => {});
  }
}

const works = () =>
  callSlow().then(
    (text) => text === '{"ok":true}',
    () => false,
  );

it("TK-18: while PostgreSQL is away a good token gets through or an apology, and a bad one never gets through", async () => {
  const ask = async (authorization: string | undefined) => {
    const response = await fetch(mcpUrl, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...(authorization ? { authorization } : {}),
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }),
    });
    await response.text();
    return response.status;
  };
  const bad = [undefined, "Bearer ptk_00000000000000000000000000", `Bearer ${apiKey}x`, "Bearer e30.e30.e30"];
  await waitFor(works, 20_000);
  const gateways = portico.pidsOf("gateway");
  killHard("postgres");
  const seen = new Set<number>();
  for (const end = Date.now() + 4_000; Date.now() < end; await sleep(50)) {
    const asking = Promise.all([ask(`Bearer ${apiKey}`), ...bad.map(ask)]);
    const [good, ...others] = await asking.catch((cause) => {
      throw new Error(
        `The gateway ${gateways} cut a connection, and is ${portico.pidsOf("gateway")} now:\n${gatewayLog()}`,
        {
          cause,
        },
      );
    });
    expect([200, 401, 503]).toContain(good);
    for (const status of others) seen.add(status);
  }
  for (const status of seen) expect([401, 429, 503]).toContain(status);
  expect(portico.pidsOf("gateway"), gatewayLog()).toEqual(gateways);
  await waitFor(works, 20_000);
  for (const authorization of bad) expect(await ask(authorization)).toBe(401);
});

describe.each(["worker", "postgres", "web", "gateway"])("kill -9 of the %s", (app) => {
  it("in the middle of an import: it comes back, the import finishes once, and nothing is half-done", async () => {
    const slug = `large-${app}`;
    const input = { source: { content: largeDocument(OPERATIONS) }, slug, select: "all" };
    const importing = untilAccepted(() => publish(portico, input));
    await sleep(400);
    killHard(app);
    expect(await importing).toMatchObject({ version: { number: 1 }, tools: { length: OPERATIONS } });
    const server = await untilAccepted(() =>
      portico.api<{ publishedVersion: { number: number; toolCount: number } | null }>("GET", `/api/v1/servers/${slug}`),
    );
    expect(server.publishedVersion).toMatchObject({ number: 1, toolCount: OPERATIONS });
    await waitFor(works, 20_000);
  });

  it("in the middle of a call: the next calls work", async () => {
    recorder.answer = () => ({ status: 200, body: { ok: true }, delayMs: 800 });
    const call = callSlow().catch(() => "lost");
    await sleep(300);
    killHard(app);
    const outcome = await call;
    if (app === "worker" || app === "web") expect(outcome).toBe('{"ok":true}');
    recorder.answer = () => ({ status: 200, body: { ok: true } });
    await waitFor(works, 20_000);
  });
});

it("stops the upstream call when the client goes away", async () => {
  recorder.answer = () => ({ status: 200, body: { ok: true }, delayMs: 3_000 });
  const gone = new AbortController();
  const request = fetch(mcpUrl, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "slow", arguments: {} } }),
    signal: gone.signal,
  }).catch(() => null);
  await sleep(300);
  gone.abort();
  await request;
  await waitFor(async () => {
    const { items } = await portico.api<{ items: { outcome: string }[] }>("GET", "/api/v1/servers/slow/calls?limit=1");
    return items[0]?.outcome === "cancelled";
    // The queue needs up to ten seconds to find its feet after PostgreSQL was killed.
  }, 20_000);
});
