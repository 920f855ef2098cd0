import path from "node:path";
import { root } from "./root.ts";
import { run as runCommand } from "./run.ts";
import { withThrowawayDatabase } from "./throwaway-database.ts";

/** Benches of what needs a database, which they get as an empty one of their own. */
const WITH_DATABASE = new Set(["gateway"]);

/** `npm run bench -- <name>`: measures, prints a table and last one JSON object of ratios. Judges nothing. */
export async function run(args: string[]): Promise<void> {
  process.exitCode = WITH_DATABASE.has(args[0] ?? "")
    ? await withThrowawayDatabase((url) => bench(args, { DATABASE_URL: url }))
    : await bench(args);
}

function bench(args: string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const flags = ["--disable-warning=ExperimentalWarning"];
  return runCommand(process.execPath, [...flags, path.join(root, "packages/e2e/bench/main.ts"), ...args], { env });
}
