import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { freePort } from "./port.ts";
import { startPostgres } from "./postgres.ts";
import { root } from "./root.ts";
import { build, run as runCommand } from "./run.ts";

/** `npm test`: everything that needs something running gets it here and loses it at the end. Arguments go to vitest. */
export async function run(args: string[]): Promise<void> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "portico-test-"));
  // PostgreSQL may run as another user than we do.
  fs.chmodSync(dir, 0o755);
  const report = path.join(dir, "report.json");
  console.log("Building");
  await build();
  const postgres = await startPostgres(path.join(dir, "postgres"));
  const redis = await startRedis(dir);
  const chromium = findChromium();
  if (!redis) console.log("Redis is not installed: what runs on it is skipped.");
  if (!chromium) console.log("Chromium is not installed: the browser story is skipped.");
  let code = 1;
  try {
    code = await runCommand(
      process.execPath,
      [
        vitest(),
        "run",
        "--config",
        "apps/cli/boot/vitest.config.ts",
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${report}`,
        ...args,
      ],
      {
        env: {
          TEST_DATABASE_URL: postgres.url,
          ...(redis ? { TEST_REDIS_URL: redis.url } : {}),
          ...(chromium ? { CHROMIUM_PATH: chromium } : {}),
        },
      },
    );
  } finally {
    redis?.stop();
    await postgres.stop();
  }
  console.log(summary(report));
  fs.rmSync(dir, { recursive: true, force: true });
  process.exit(code);
}

export function vitest(): string {
  return path.join(root, "node_modules/vitest/vitest.mjs");
}

function summary(report: string): string {
  if (!fs.existsSync(report)) return "No test ran.";
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(fs.readFileSync(report, "utf8"));
  return `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests + numTodoTests} skipped`;
}

function findChromium(): string | undefined {
  return [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
    (file) => file && fs.existsSync(file),
  );
}

async function startRedis(dir: string): Promise<{ url: string; stop: () => void } | null> {
  if (spawnSync("redis-server", ["--version"], { stdio: "ignore" }).status !== 0) return null;
  const port = await freePort();
  const server = spawn(
    "redis-server",
    [
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--dir",
      dir,
      "--save",
      "",
      "--appendonly",
      "no",
      "--loglevel",
      "warning",
    ],
    { stdio: "ignore" },
  );
  return { url: `redis://127.0.0.1:${port}`, stop: () => server.kill("SIGTERM") };
}
