import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../src/portico.ts";
import type { Gauge } from "./gauge.ts";
import type { Published } from "./published.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
const READY_MS_MAX = 20_000;
const SERVER_CORE = "0";
const LOAD_CORE = "1";

const canPin = spawnSync("taskset", ["-c", LOAD_CORE, "true"], { stdio: "ignore" }).status === 0;

/** Moves this process, which makes the load, to a core that no measured server uses; false where that cannot be done. */
export function pinLoad(): boolean {
  return canPin && spawnSync("taskset", ["-acp", LOAD_CORE, String(process.pid)], { stdio: "ignore" }).status === 0;
}

/** A server in a process of its own. */
export interface Contender {
  url: string;
  gauge(): Promise<Gauge>;
  /** The same after garbage was collected, with the peak starting anew from there. */
  settle(): Promise<Gauge>;
  stop(): Promise<void>;
}

interface ContenderOptions {
  env?: Record<string, string>;
  cwd?: string;
  port?: number;
  /** Beside the load instead of on the core for servers. */
  isAside?: boolean;
}

/** The gateway as `npm start` runs it, serving what was published. */
export function startGateway({ port, env }: Published): Promise<Contender> {
  const cwd = path.join(root, "apps/gateway");
  return start(path.join(cwd, "src/main.ts"), { cwd, port, env });
}

/** One of the programs beside this file. */
export function startContender(name: string, options: ContenderOptions = {}): Promise<Contender> {
  return start(path.join(import.meta.dirname, `${name}.ts`), options);
}

async function start(script: string, options: ContenderOptions): Promise<Contender> {
  const port = options.port ?? (await freePort());
  const gauge = path.join(import.meta.dirname, "gauge.ts");
  const node = [process.execPath, "--disable-warning=ExperimentalWarning", "--import", gauge, script];
  const core = options.isAside ? LOAD_CORE : SERVER_CORE;
  const [command = "", ...args] = canPin ? ["taskset", "-c", core, ...node] : node;
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { PATH: process.env.PATH, NODE_ENV: "production", PORT: String(port), ...options.env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const url = `http://127.0.0.1:${port}`;
  await listening(child, url);
  return {
    url,
    gauge: () => ask(child, "gauge"),
    async settle() {
      await ask(child, "collect");
      await sleep(500);
      // 5: the peak of the resident set starts anew (proc(5)). Elsewhere than on Linux it is the peak since the start.
      const file = `/proc/${child.pid}/clear_refs`;
      if (existsSync(file)) writeFileSync(file, "5");
      return ask(child, "collect");
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function ask(child: ChildProcess, question: "gauge" | "collect"): Promise<Gauge> {
  const answered = once(child, "message");
  child.send(question);
  return (await answered)[0] as Gauge;
}

async function listening(child: ChildProcess, url: string): Promise<void> {
  for (const deadline = Date.now() + READY_MS_MAX; Date.now() < deadline; await sleep(50)) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.at(-1)} ended with code ${child.exitCode}.`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer) return void (await answer.arrayBuffer());
  }
  throw new Error(`${child.spawnargs.at(-1)} did not listen within ${READY_MS_MAX} ms.`);
}
