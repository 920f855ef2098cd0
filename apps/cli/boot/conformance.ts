import path from "node:path";
import { root } from "./root.ts";
import { run as runCommand } from "./run.ts";
import { withThrowawayDatabase } from "./throwaway-database.ts";

/** `npm run conformance`: the official MCP suite, one line for each set. */
export async function run(): Promise<void> {
  const main = path.join(root, "packages/e2e/conformance/main.ts");
  process.exitCode = await withThrowawayDatabase((url) =>
    runCommand(process.execPath, ["--disable-warning=ExperimentalWarning", main], { env: { DATABASE_URL: url } }),
  );
}
