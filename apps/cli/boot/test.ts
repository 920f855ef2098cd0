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
  await runTests(args, (report) => `${attackLine(report)}\n${testLine(report)}`);
}

/** `npm run attacks`: the tests that are named by an attack, in all packages, and one line about them. */
export async function runAttacks(args: string[]): Promise<void> {
  await runTests(["--testNamePattern", ATTACK.source, ...args], attackLine);
}

/** How tests are named that try an attack: by its row in the catalogue, "TK-05: …". */
const ATTACK = /\b(?:OA|TK|XT|SE|LK|SS|SB|RQ|HT|WB|RL|JR)-\d\d\b/;

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { fullName: string; status: string }[] }[];
}

async function runTests(args: string[], summarize: (report: Report) => string): Promise<void> {
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
  console.log(fs.existsSync(report) ? summarize(JSON.parse(fs.readFileSync(report, "utf8"))) : "No test ran.");
  fs.rmSync(dir, { recursive: true, force: true });
  process.exit(code);
}

export function vitest(): string {
  return path.join(root, "node_modules/vitest/vitest.mjs");
}

function testLine({ numPassedTests, numFailedTests, numPendingTests, numTodoTests }: Report): string {
  return `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests + numTodoTests} skipped`;
}

/** An attack that did not end as it should counts as let in, and so does one that could not be tried because its range did not stand. */
function attackLine({ testResults }: Report): string {
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  ).length;
  const tried = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ fullName, status }) => ATTACK.test(fullName) && (status === "passed" || status === "failed"));
  const letIn = tried.filter(({ status }) => status === "failed").length;
  return `attacks: tried ${tried.length}, let in ${letIn + broken}`;
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
