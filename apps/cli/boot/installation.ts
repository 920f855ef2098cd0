import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { freePort, isPortFree } from "./port.ts";
import { root } from "./root.ts";

/** Where one installation keeps what is its own: the database, its secret key, logs, chosen ports. */
export interface Installation {
  dataDir: string;
  port: number;
  publicUrl: string;
  secretKey: string;
  sampleHost: string;
  webPort: number;
  workerPort: number;
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
}

/** Reads the environment of a local installation and makes what is missing of it. Every refusal is one sentence that says what to do. */
export async function openInstallation(env: NodeJS.ProcessEnv): Promise<Installation> {
  const port = Number(env.PORT ?? 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`PORT is "${env.PORT}"; set it to a number from 1 to 65535.`);
  const publicUrl = env.PORTICO_URL ?? `http://localhost:${port}`;
  if (
    !URL.canParse(publicUrl) ||
    !/^https?:$/.test(new URL(publicUrl).protocol) ||
    new URL(publicUrl).pathname !== "/"
  ) {
    throw new Error(
      `PORTICO_URL is "${publicUrl}"; set it to the bare address that people use, such as https://portico.example.com.`,
    );
  }
  const dataDir = path.resolve(root, env.DATA_DIR ?? ".data");
  fs.mkdirSync(dataDir, { recursive: true });
  refuseSecondInstance(dataDir);
  if (!(await isPortFree(port)))
    throw new Error(
      `Port ${port} is in use by another program. Stop it, or choose another port: PORT=${port + 1} npm start`,
    );
  claim(dataDir, publicUrl);
  return {
    dataDir,
    port,
    publicUrl: new URL(publicUrl).origin,
    secretKey: env.PORTICO_SECRET_KEY ?? readSecretKey(dataDir),
    sampleHost: `127.0.0.1:${await keptPort(dataDir, "sample.port")}`,
    webPort: await freePort(),
    workerPort: await freePort(),
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
  };
}

export function closeInstallation({ dataDir }: Pick<Installation, "dataDir">): void {
  fs.rmSync(path.join(dataDir, "running.json"), { force: true });
}

function refuseSecondInstance(dataDir: string): void {
  const file = path.join(dataDir, "running.json");
  if (!fs.existsSync(file)) return;
  const { pid, url } = JSON.parse(fs.readFileSync(file, "utf8")) as { pid: number; url: string };
  if (isOurs(pid))
    throw new Error(
      `Portico is running already at ${url} (process ${pid}). Stop it first, or set DATA_DIR and PORT for a second one.`,
    );
}

/** Whether a process lives and is a Portico: a number may have passed to another program since. */
function isOurs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("stage2");
  } catch {
    return !fs.existsSync("/proc");
  }
}

function claim(dataDir: string, url: string): void {
  fs.writeFileSync(path.join(dataDir, "running.json"), JSON.stringify({ pid: process.pid, url }));
}

/** The key that everything secret is sealed with. It lives beside the database, never in it; keep a copy of it with your back-ups. */
function readSecretKey(dataDir: string): string {
  const file = path.join(dataDir, "secret.key");
  if (!fs.existsSync(file)) fs.writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600 });
  return fs.readFileSync(file, "utf8").trim();
}

/** The same port at every start, so that what points at the sample API goes on pointing at it. */
async function keptPort(dataDir: string, name: string): Promise<number> {
  const file = path.join(dataDir, name);
  const kept = fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8")) : 0;
  if (kept && (await isPortFree(kept))) return kept;
  const port = await freePort();
  fs.writeFileSync(file, String(port));
  return port;
}
