import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startPostgres } from "./postgres.ts";
import { turbo } from "./run.ts";

/** Runs `work` with an empty PostgreSQL that is gone afterwards. */
export async function withThrowawayDatabase<T>(work: (databaseUrl: string) => Promise<T>): Promise<T> {
  const code = await turbo(["run", "generate", "--output-logs=errors-only", "--ui=stream"], { quiet: true });
  if (code !== 0) throw new Error("The database client could not be generated. The lines above say why.");
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "portico-"));
  // PostgreSQL may run as another user than we do.
  fs.chmodSync(dir, 0o755);
  const postgres = await startPostgres(path.join(dir, "postgres"));
  try {
    return await work(postgres.url);
  } finally {
    await postgres.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}
