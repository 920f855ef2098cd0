import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type http from "node:http";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createVault } from "@portico/db";
import { createTestDatabase, type TestDatabase } from "@portico/db/testing";
import { openCredentials } from "@portico/services";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectByOAuth, type OAuthClient, refresh, type Tokens } from "./oauth-client.ts";
import { apiKey, freePort, type Portico, publish, startPortico } from "./portico.ts";
import { type Recorder, startRecorder } from "./recorder.ts";
import { startGatewayBeside } from "./second-gateway.ts";
import { startProxy } from "./two-processes.ts";

const [OLD, NEW] = [randomBytes(32).toString("base64url"), randomBytes(32).toString("base64url")];
/** So many that sealing them anew takes longer than any process lives that is to do it. */
const SECRETS = 500;
const KILLS = 10;
const PEOPLE = 3;

let api: Recorder;
let database: TestDatabase;
let env: Record<string, string>;
let ports: number[];
let proxy: http.Server;
let running: { portico: Portico; stop(): Promise<void> };

beforeAll(async () => {
  api = await startRecorder();
  database = await createTestDatabase();
  const [port, ...others] = [await freePort(), await freePort(), await freePort()];
  ports = others;
  const url = `http://127.0.0.1:${port}`;
  env = {
    DATABASE_URL: database.url,
    PORTICO_URL: url,
    PORTICO_EGRESS_ALLOW: "127.0.0.0/8",
    PORTICO_TRUSTED_PROXIES: "127.0.0.1",
  };
  proxy = await startProxy(
    port,
    ports.map((one) => `http://127.0.0.1:${one}`),
  );
});
afterAll(async () => {
  proxy?.close();
  proxy?.closeAllConnections();
  await running?.stop();
  await api?.stop();
  await database?.drop();
});

/** Two gateways, web and worker with these keys, at the same address each time. */
async function start(keys: string[]) {
  const [first = 0, second = 0] = ports;
  const all = { ...env, PORTICO_SECRET_KEY: keys.join(",") };
  const portico = await startPortico({ env: { ...all, PORT: String(first) } });
  const gateway = await startGatewayBeside(portico, { ...all, PORT: String(second) });
  running = {
    portico,
    async stop() {
      await Promise.all([portico.stop(), gateway.stop()]);
    },
  };
  return portico;
}

/** A process that seals everything anew. */
function startResealing(): ChildProcess {
  return spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", path.join(import.meta.dirname, "reseal-program.ts")],
    {
      env: { PATH: process.env.PATH, ...env, PORTICO_SECRET_KEY: `${NEW},${OLD}` },
      stdio: "inherit",
    },
  );
}

it("LK-07: the secret key is rotated under load while what does it is killed again and again, and nobody notices", async () => {
  const before = await start([OLD]);
  const schemes = Array.from({ length: SECRETS }, (_, i) => `key${i}`);
  const secretOf = (scheme: string) => `value-of-${scheme}`;
  const content = JSON.stringify({
    ...{ openapi: "3.1.0", info: { title: "Vault", version: "1" }, servers: [{ url: api.url }] },
    security: [{ key0: [] }],
    paths: { "/doors": { get: { operationId: "listDoors", responses: { 200: { description: "ok" } } } } },
    components: {
      securitySchemes: Object.fromEntries(
        schemes.map((name) => [name, { type: "apiKey", in: "header", name: `X-${name}` }]),
      ),
    },
  });
  const credentials = Object.fromEntries(
    schemes.map((name) => [name, { type: "apiKey" as const, value: secretOf(name) }]),
  );
  const { server } = await publish(before, { source: { content }, slug: "vault", select: "all", credentials });
  const people: { client: OAuthClient; tokens: Tokens }[] = [];
  for (let n = 0; n < PEOPLE; n++) people.push(await connectByOAuth(server.mcpUrl));
  await running.stop();

  await start([NEW, OLD]);
  const current = createVault([NEW, OLD]).currentPrefix;
  const stale = () => database.db.credential.count({ where: { sealed: { not: { startsWith: current } } } });
  expect(await stale()).toBe(SECRETS);
  let isOver = false;
  const failures: string[] = [];
  const count = { calls: 0, refreshes: 0 };
  const call = async (token: string) => {
    const { status, text } = await callDoors(server.mcpUrl, token);
    count.calls++;
    if (status !== 200 || !text.includes("ok")) failures.push(`a call: ${status} ${text}`);
    const key = api.requests.at(-1)?.headers["x-key0"];
    if (key !== secretOf("key0")) failures.push(`the API saw ${String(key)}`);
  };
  const renew = async (person: (typeof people)[number]) => {
    const answer = await refresh(person.client, person.tokens.refresh_token);
    const text = await answer.text();
    count.refreshes++;
    if (answer.status === 200) person.tokens = JSON.parse(text) as Tokens;
    else failures.push(`a refresh: ${answer.status} ${text}`);
  };
  const load = [
    (async () => {
      while (!isOver) {
        await call(apiKey);
        await sleep(20);
      }
    })(),
    ...people.map(async (person) => {
      while (!isOver) {
        await renew(person);
        await call(person.tokens.access_token);
        await sleep(200);
      }
    }),
  ];

  const leftAfter: number[] = [];
  try {
    for (let round = 0; round < KILLS; round++) {
      const left = await stale();
      const child = startResealing();
      // In the middle of it.
      while (child.exitCode === null && (await stale()) === left) await sleep(10);
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      expect(child.signalCode).toBe("SIGKILL");
      leftAfter.push(await stale());
    }
    expect(leftAfter.at(-1), "there was something left for the last one").toBeGreaterThan(0);
    const [last, again] = [startResealing(), startResealing()];
    await Promise.all([once(last, "exit"), once(again, "exit")]);
    expect([last.exitCode, again.exitCode]).toEqual([0, 0]);
    expect(await stale()).toBe(0);
  } finally {
    isOver = true;
    await Promise.all(load);
  }
  await running.stop();

  await start([NEW]);
  for (const person of people) {
    await call(person.tokens.access_token);
    await renew(person);
    await call(person.tokens.access_token);
  }
  await call(apiKey);
  expect(failures).toEqual([]);
  expect(count.calls).toBeGreaterThan(100);
  expect(count.refreshes).toBeGreaterThan(10);
  const { id } = await database.db.server.findFirstOrThrow();
  const opened = await openCredentials({ db: database.db, vault: createVault([NEW]), environment: new Map() }, id);
  expect(
    Object.entries(opened).map(([scheme, { type, ...one }]) => [scheme, type, "value" in one && one.value]),
  ).toEqual(expect.arrayContaining(schemes.map((scheme) => [scheme, "apiKey", secretOf(scheme)])));
  console.log(
    `rotation: ${count.calls} calls and ${count.refreshes} refreshes while it ran, left after each kill:`,
    leftAfter.join(" "),
  );
}, 300_000);

/** A call as a client of 2025-11-25 makes it that keeps no session. */
async function callDoors(mcpUrl: string, token: string) {
  const answer = await fetch(mcpUrl, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/call", params: { name: "listDoors", arguments: {} } }),
  });
  return { status: answer.status, text: await answer.text() };
}
