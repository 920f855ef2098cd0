import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startPostgres } from "./postgres.ts";
import { root } from "./root.ts";
import { run as runCommand, turbo } from "./run.ts";

/** Benches of what needs a database, which they get as an empty one of their own. */
const WITH_DATABASE = new Set(["gateway"]);

/** `npm run bench -- <name>`: measures, prints a table and last one JSON object of ratios. Judges nothing. */
export async function run(args: string[]): Promise<void> {
  process.exitCode = WITH_DATABASE.has(args[0] ?? "") ? await withDatabase(args) : await bench(args);
}

function bench(args: string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const flags = ["--disable-warning=ExperimentalWarning"];
  return runCommand(process.execPath, [...flags, path.join(root, "packages/e2e/bench/main.ts"), ...args], { env });
}

async function withDatabase(args: string[]): Promise<number> {
  const code = await turbo(["run", "generate", "--output-logs=errors-only", "--ui=stream"], { quiet: true });
  if (code !== 0) throw new Error("The database client could not be generated. The lines above say why.");
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "portico-bench-"));
  // PostgreSQL may run as another user than we do.
  fs.chmodSync(dir, 0o755);
  const postgres = await startPostgres(path.join(dir, "postgres"));
  try {
    return await bench(args, { DATABASE_URL: postgres.url });
  } finally {
    await postgres.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}
