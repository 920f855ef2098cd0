import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { Redis } from "ioredis";
import { waitFor } from "./portico.ts";

/** Whether there is a Redis to start. */
export const hasRedis = spawnSync("redis-server", ["--version"], { stdio: "ignore" }).status === 0;

/** A Redis of a test's own, which keeps a log of all that it is told to write, and can be killed. */
export interface RedisServer {
  url: string;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** At the same address, with what its log holds. */
  restart(): Promise<void>;
  /** All that it holds and has ever written down, as text. */
  dump(): Promise<string>;
  stop(): Promise<void>;
}

export async function startRedisServer(): Promise<RedisServer> {
  const port = await lastingPort();
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "portico-redis-"));
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess;
  const start = async () => {
    const options = { port, bind: "127.0.0.1", dir, appendonly: "yes", appendfsync: "always", loglevel: "warning" };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    child = spawn("redis-server", [...args, "--save", ""], { stdio: "ignore" });
    await waitFor(() => isUp(url), 10_000);
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  await start();
  return {
    url,
    kill: () => end("SIGKILL"),
    restart: start,
    dump: () => dumpOf(url, dir),
    async stop() {
      await end("SIGTERM");
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A free port that no outgoing connection is given while Redis is down: that would keep it from coming back. */
async function lastingPort(): Promise<number> {
  const [first = 32_768] = fs.readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s+/).map(Number);
  for (;;) {
    const port = Math.floor(first / 2 + (Math.random() * first) / 2);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

async function isUp(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => {});
  try {
    await redis.connect();
    return (await redis.ping()) === "PONG";
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

async function dumpOf(url: string, dir: string): Promise<string> {
  const redis = new Redis(url);
  try {
    const parts: string[] = [];
    for (const key of await redis.keys("*")) {
      const value = await redis.dump(key);
      parts.push(key, value ?? "");
    }
    const logs = fs.readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { parentPath, name } of logs) parts.push(fs.readFileSync(path.join(parentPath, name), "latin1"));
    return parts.join("\n");
  } finally {
    redis.disconnect();
  }
}
