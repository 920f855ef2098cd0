import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface App {
  name: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Answers 2xx once the app can work. */
  healthUrl: string;
}

const STOP_MS = 28_000;
const LOG_BYTES_MAX = 10 * 1024 * 1024;
const RESTART_MS = 200;
const RESTART_MS_MAX = 5_000;
/** An app that ends this often within a minute is broken, not unlucky. */
const RESTARTS_A_MINUTE_MAX = 12;

/** Keeps apps running until it is told to stop: one that ends is started again. Each writes to a log of its own. */
export class Supervisor {
  readonly #logDir: string;
  readonly #children = new Map<string, ChildProcess>();
  readonly #onGiveUp: (message: string) => void;
  #isStopping = false;

  constructor({ logDir, onGiveUp }: { logDir: string; onGiveUp: (message: string) => void }) {
    this.#logDir = logDir;
    this.#onGiveUp = onGiveUp;
    fs.mkdirSync(logDir, { recursive: true });
  }

  start(app: App): void {
    const restarts: number[] = [];
    const launch = () => {
      const log = this.#openLog(app.name);
      const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...app.args], {
        cwd: app.cwd,
        env: app.env,
        // The channel is how an app learns that we are gone, even by kill -9.
        stdio: ["ignore", log, log, "ipc"],
        // A terminal's Ctrl-C is for us; we then stop the apps in order.
        detached: true,
      });
      fs.closeSync(log);
      this.#children.set(app.name, child);
      child.once("exit", (code, signal) => {
        if (this.#isStopping) return;
        const now = Date.now();
        restarts.push(now);
        while ((restarts[0] ?? now) < now - 60_000) restarts.shift();
        if (restarts.length > RESTARTS_A_MINUTE_MAX) {
          return this.#onGiveUp(
            `The ${app.name} keeps ending (${signal ?? `code ${code}`}). The end of ${this.logFile(app.name)} says why:\n${this.tail(app.name)}`,
          );
        }
        setTimeout(
          () => this.#isStopping || launch(),
          Math.min(RESTART_MS * 2 ** (restarts.length - 1), RESTART_MS_MAX),
        );
      });
    };
    launch();
  }

  async waitUntilHealthy(app: App, timeoutMs: number): Promise<void> {
    for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(60)) {
      try {
        const response = await fetch(app.healthUrl, { redirect: "manual", signal: AbortSignal.timeout(5_000) });
        await response.body?.cancel();
        if (response.status < 400) return;
      } catch {
        // Not listening yet.
      }
    }
    throw new Error(
      `The ${app.name} did not become ready within ${timeoutMs / 1000} seconds. The end of ${this.logFile(app.name)}:\n${this.tail(app.name)}`,
    );
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(
      [...this.#children.values()].map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGTERM");
        const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
        await ended;
        clearTimeout(timer);
      }),
    );
  }

  logFile(name: string): string {
    return path.join(this.#logDir, `${name}.log`);
  }

  tail(name: string, lines = 15): string {
    return fs.readFileSync(this.logFile(name), "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  }

  #openLog(name: string): number {
    const file = this.logFile(name);
    if (fs.existsSync(file) && fs.statSync(file).size > LOG_BYTES_MAX) fs.renameSync(file, `${file}.1`);
    return fs.openSync(file, "a");
  }
}
