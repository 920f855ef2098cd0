import { readFileSync } from "node:fs";
import path from "node:path";

/** The repository. */
export const root = path.resolve(import.meta.dirname, "../../..");

/** The package manager as npx takes it: "pnpm@12.21.0". */
export const packageManager = (
  JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { packageManager: string }
).packageManager;
