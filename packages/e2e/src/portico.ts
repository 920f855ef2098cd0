import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = path.resolve(import.meta.dirname, "../../..");
const READY_MS_MAX = 150_000;

export const owner = { email: "ada@example.com", password: "correct horse battery staple", organization: "acme" };
export const apiKey = "ptk_e2e-0123456789abcdefghijklmnop";

/** A whole Portico, started as `npm start` starts it, in a folder and on a port of its own. */
export interface Portico {
  url: string;
  dataDir: string;
  process: ChildProcess;
  /** All it has printed. */
  output: () => string;
  api<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** Process ids of one of its apps ("gateway", "web", "worker", "postgres"). */
  pidsOf(app: string): number[];
  stop(): Promise<void>;
}

export interface PorticoOptions {
  env?: Record<string, string>;
  /** Without it, the owner, the organization and the API key above exist from the start. */
  isFresh?: boolean;
  dataDir?: string;
}

export async function startPortico({ env = {}, isFresh = false, dataDir }: PorticoOptions = {}): Promise<Portico> {
  const dir = dataDir ?? fs.mkdtempSync(path.join(os.tmpdir(), "portico-e2e-"));
  fs.chmodSync(dir, 0o755);
  const port = env.PORT ?? String(await freePort());
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", path.join(root, "apps/cli/boot/stage2.ts"), "start"],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...withoutTestSettings(),
        PORT: port,
        DATA_DIR: dir,
        PORTICO_EGRESS_ALLOW: "127.0.0.0/8",
        ...(isFresh
          ? {}
          : {
              PORTICO_BOOTSTRAP_EMAIL: owner.email,
              PORTICO_BOOTSTRAP_PASSWORD: owner.password,
              PORTICO_BOOTSTRAP_ORGANIZATION: owner.organization,
              PORTICO_BOOTSTRAP_API_KEY: apiKey,
            }),
        ...env,
      },
    },
  );
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const url = env.PORTICO_URL ?? `http://localhost:${port}`;
  const portico: Portico = {
    url,
    dataDir: dir,
    process: child,
    output: () => printed,
    pidsOf: (app) => pidsOf(child.pid ?? 0, app),
    api: (method, route, body) => callApi(url, method, route, body),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGTERM");
        await ended;
      }
      if (!dataDir) fs.rmSync(dir, { recursive: true, force: true });
    },
  };
  await waitFor(
    () => printed.includes("Portico is ready at"),
    READY_MS_MAX,
    () => {
      if (child.exitCode !== null) throw new Error(`Portico ended with code ${child.exitCode}:\n${printed}`);
    },
  ).catch(async (error) => {
    await portico.stop();
    throw new Error(`Portico did not become ready:\n${printed}`, { cause: error });
  });
  return portico;
}

async function callApi<T>(url: string, method: string, route: string, body?: unknown): Promise<T> {
  const response = await fetch(url + route, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}

export interface Published {
  server: { id: string; slug: string; mcpUrl: string; pageUrl: string };
  version: { number: number };
  tools: { name: string; operation: string }[];
}

/** Publishes by REST and waits for the end, however long the import takes. */
export async function publish(portico: Portico, input: Record<string, unknown>): Promise<Published> {
  const answer = await portico.api<Published | { job: { id: string } }>("POST", "/api/v1/publish", input);
  return "job" in answer ? waitForJob<Published>(portico, answer.job.id) : answer;
}

export async function waitForJob<T>(portico: Portico, id: string, timeoutMs = 90_000): Promise<T> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(250)) {
    const job = await portico
      .api<{ state: string; result: T; error?: unknown }>("GET", `/api/v1/jobs/${id}`)
      .catch(() => null);
    if (job?.state === "done") return job.result;
    if (job?.state === "failed" || job?.state === "cancelled")
      throw new Error(`The job ended as ${job.state}: ${JSON.stringify(job.error)}`);
  }
  throw new Error(`The job ${id} did not end within ${timeoutMs} ms.`);
}

export async function waitFor(
  claim: () => boolean | Promise<boolean>,
  timeoutMs: number,
  check: () => void = () => {},
): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(50)) {
    check();
    if (await claim()) return;
    if (Date.now() > deadline) throw new Error(`It did not happen within ${timeoutMs} ms: ${claim}`);
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** What a test runner sets for itself must not reach the product. */
export function withoutTestSettings(): NodeJS.ProcessEnv {
  const drop = /^(VITEST|TEST|NODE_ENV|DATABASE_URL|REDIS_URL|TEST_|PORTICO_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !drop.test(name)));
}

const APP_COMMANDS: Record<string, RegExp> = {
  gateway: /src\/main\.ts/,
  worker: /src\/main\.ts/,
  web: /next/,
  sample: /sample\/main\.ts/,
  postgres: /bin\/postgres/,
};

/** The supervisor's children are told apart by their command and folder. */
function pidsOf(supervisor: number, app: string): number[] {
  return childrenOf(supervisor).filter((pid) => {
    const command = read(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
    if (!APP_COMMANDS[app]?.test(command)) return false;
    return app === "postgres" || app === "sample" || readLink(`/proc/${pid}/cwd`).endsWith(`apps/${app}`);
  });
}

export function childrenOf(parent: number): number[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(read(`/proc/${pid}/stat`).split(") ")[1]?.split(" ")[1]) === parent);
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function readLink(file: string): string {
  try {
    return fs.readlinkSync(file);
  } catch {
    return "";
  }
}
