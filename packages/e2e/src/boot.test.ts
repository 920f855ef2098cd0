import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { childrenOf, freePort, type Portico, publish, startPortico, waitFor, withoutTestSettings } from "./portico.ts";

const document = JSON.stringify({
  openapi: "3.0.0",
  info: { title: "Kept", version: "1" },
  paths: { "/a": { get: { responses: { 200: { description: "ok" } } } } },
});
const root = path.resolve(import.meta.dirname, "../../..");

/** Starts it where it must refuse; gives what it said and its exit code. */
async function refusal(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", path.join(root, "apps/cli/boot/stage2.ts"), "start"],
    { cwd: root, env: { ...withoutTestSettings(), ...env }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { code, output };
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !fs.readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
};

async function allGone(portico: Portico, end: () => void): Promise<void> {
  const children = childrenOf(portico.process.pid ?? 0);
  expect(children.length).toBeGreaterThanOrEqual(5);
  end();
  await waitFor(() => !children.some(isAlive), 15_000);
}

describe("starting and stopping", () => {
  it("keeps everything through Ctrl-C and kill -9, and leaves nothing running", async () => {
    const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "portico-boot-"));
    const PORT = String(await freePort());
    const first = await startPortico({ dataDir, env: { PORT } });
    await publish(first, { source: { content: document }, slug: "kept" });
    await allGone(first, () => first.process.kill("SIGINT"));
    expect(first.process.exitCode ?? 0).toBe(0);

    const second = await startPortico({ dataDir, env: { PORT } });
    expect(await second.api("GET", "/api/v1/servers/kept")).toMatchObject({ slug: "kept" });
    await allGone(second, () => second.process.kill("SIGKILL"));

    const third = await startPortico({ dataDir, env: { PORT } });
    expect(await third.api("GET", "/api/v1/servers/kept")).toMatchObject({ publishedVersion: { number: 1 } });
    const log = ["gateway", "web", "worker"]
      .map((name) => fs.readFileSync(path.join(dataDir, "logs", `${name}.log`), "utf8"))
      .join("");
    expect(log).not.toContain("0123456789abcdefghijklmnop");
    await third.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  });

  it("refuses in one sentence what cannot work", async () => {
    const running = await startPortico();
    const DATA_DIR = fs.mkdtempSync(path.join(os.tmpdir(), "portico-refused-"));
    const PORT = new URL(running.url).port;
    const last = ({ output }: { output: string }) => output.trim().split("\n").at(-1);

    const second = await refusal({ DATA_DIR: running.dataDir, PORT: String(await freePort()) });
    expect([second.code, last(second)]).toEqual([
      1,
      expect.stringMatching(/Portico is running already at http.* Stop it first/),
    ]);
    const busy = await refusal({ DATA_DIR, PORT });
    expect([busy.code, last(busy)]).toEqual([
      1,
      expect.stringMatching(new RegExp(`Port ${PORT} is in use by another program`)),
    ]);
    await running.stop();

    const away = await refusal({
      DATA_DIR,
      PORT: String(await freePort()),
      DATABASE_URL: "postgresql://ada:hunter2@127.0.0.1:1/x",
    });
    expect(away.code).toBe(1);
    expect(away.output).toMatch(/The database at 127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/);
    expect(away.output).not.toContain("hunter2");
    const wrong = await refusal({ DATA_DIR, PORT: "http" });
    expect([wrong.code, last(wrong)]).toEqual([1, expect.stringContaining('PORT is "http"')]);
    fs.rmSync(DATA_DIR, { recursive: true, force: true });
  });
});

describe.skipIf(!process.env.TEST_REDIS_URL)("with Redis", () => {
  it("imports, serves and records the same", async () => {
    const portico = await startPortico({ env: { REDIS_URL: process.env.TEST_REDIS_URL ?? "" } });
    const { server } = await publish(portico, { source: { content: document }, slug: "on-redis" });
    await portico.api("POST", `/api/v1/servers/${server.id}/publish`, {});
    const answer = await fetch(server.mcpUrl, {
      method: "POST",
      headers: {
        authorization: "Bearer ptk_e2e-0123456789abcdefghijklmnop",
        "content-type": "application/json",
        accept: "application/json",
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: {
          name: (
            await portico.api<{ items: { tool: { name: string } }[] }>("GET", `/api/v1/servers/${server.id}/tools`)
          ).items[0]?.tool.name,
          arguments: {},
        },
      }),
    });
    expect(answer.status).toBe(200);
    await waitFor(
      async () =>
        (await portico.api<{ items: unknown[] }>("GET", `/api/v1/servers/${server.id}/calls`)).items.length === 1,
      10_000,
    );
    await portico.stop();
  });
});
