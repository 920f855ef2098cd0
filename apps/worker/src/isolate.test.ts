import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { IsolateLimitError, type IsolateLimits, runIsolated } from "./isolate.ts";

const LIMITS: IsolateLimits = { timeMsMax: 20_000, heapMbMax: 64, stackMbMax: 4 };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "portico-isolate-"));
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;
async function fileOf(body: string): Promise<URL> {
  const file = path.join(folder, `work-${count++}.mjs`);
  await writeFile(file, `import { parentPort, workerData } from "node:worker_threads";\n${body}`);
  return pathToFileURL(file);
}
const run = async (
  body: string,
  { data = {}, limits = {} }: { data?: unknown; limits?: Partial<IsolateLimits> } = {},
) => runIsolated(await fileOf(body), data, { ...LIMITS, ...limits }, (reply: { answer?: unknown }) => reply.answer);
const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("work in a process of its own", () => {
  it("gets its data, bytes as bytes, and answers when it has something to say", async () => {
    const bytes = new Uint8Array([0, 255, 10]);
    const body = `parentPort.postMessage({ progress: 1 }); parentPort.postMessage({ answer: workerData.bytes });`;
    expect(await run(body, { data: { bytes } })).toEqual(bytes);
  });

  it("finds nothing of the environment, not even through the process that holds it", async () => {
    vi.stubEnv("PORTICO_SECRET_KEY", "never to be seen");
    const body = `import { readFileSync } from "node:fs";
      parentPort.postMessage({ answer: { env: { ...process.env }, of: readFileSync("/proc/self/environ", "latin1") } });`;
    const found = await run(body);
    vi.unstubAllEnvs();
    expect(found).toMatchObject({ env: {} });
    expect(JSON.stringify(found)).not.toContain("never to be seen");
    expect(JSON.stringify(found)).not.toContain("PORTICO");
  });

  it("says what was thrown", async () => {
    await expect(run(`throw new TypeError("no such thing");`)).rejects.toMatchObject({
      name: "TypeError",
      message: expect.stringMatching(/^no such thing$/),
    });
    await expect(run("")).rejects.toThrow("ended early (0)");
  });

  it("is ended by its limits of time and memory", async () => {
    await expect(run("for (;;);", { limits: { timeMsMax: 500 } })).rejects.toEqual(new IsolateLimitError("time"));
    const hungry = "const all = []; for (;;) all.push(new Array(100_000).fill(0));";
    await expect(run(hungry)).rejects.toEqual(new IsolateLimitError("memory"));
  });

  it("brings nobody else down with it", async () => {
    const other = run(`setTimeout(() => parentPort.postMessage({ answer: "here" }), 1_000);`);
    for (const [signal, error] of [
      ["SIGTRAP", /work-\d+\.mjs ended early \(SIGTRAP\)/],
      ["SIGSEGV", /work-\d+\.mjs ended early \(SIGSEGV\)/],
      ["SIGABRT", /ran out of memory/],
    ] as const)
      await expect(run(`process.kill(process.pid, "${signal}");`)).rejects.toMatchObject({
        message: expect.stringMatching(error),
      });
    expect(await other).toBe("here");
  });

  it("ends when the parent is killed, in the middle of what never ends", async () => {
    const file = await fileOf("parentPort.postMessage({ pid: process.pid }); for (;;);");
    const isolate = JSON.stringify(new URL("./isolate.ts", import.meta.url).href);
    const script = `import { runIsolated } from ${isolate};
      runIsolated(new URL(${JSON.stringify(file.href)}), {}, ${JSON.stringify(LIMITS)}, ({ pid }) => { console.log(pid); });`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
    expect(isRunning(pid)).toBe(true);
    parent.kill("SIGKILL");
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 5_000, interval: 50 });
  });

  it("comes to its end when all processes of the service are told to stop", async () => {
    const body = `process.kill(process.pid, "SIGTERM"); process.kill(process.pid, "SIGINT");
      setTimeout(() => parentPort.postMessage({ answer: "done" }), 300);`;
    expect(await run(body)).toBe("done");
  });

  it("leaves no process behind", async () => {
    const pid = await run("parentPort.postMessage({ answer: process.pid }); setInterval(() => {}, 1_000);");
    await vi.waitFor(() => expect(isRunning(Number(pid))).toBe(false), { timeout: 5_000, interval: 50 });
  });
});
