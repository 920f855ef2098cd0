import path from "node:path";
import { root } from "./root.ts";
import { run as runCommand } from "./run.ts";

/** `npm run bench -- <name>`: measures, prints a table and last one JSON object of ratios. Judges nothing. */
export async function run(args: string[]): Promise<void> {
  process.exitCode = await runCommand(process.execPath, [path.join(root, "packages/e2e/bench/main.ts"), ...args]);
}
