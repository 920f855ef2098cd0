import fs from "node:fs";
import path from "node:path";
import { root } from "./root.ts";
import { run as runCommand, turbo } from "./run.ts";
import { vitest } from "./test.ts";

/** `npm run verify`: format, lint, types, boundaries and core tests; needs nothing running and takes seconds. */
export async function run(): Promise<void> {
  const generated = path.join(root, "packages/db/src/generated");
  if (!fs.existsSync(generated))
    await turbo(["run", "generate", "--output-logs=errors-only", "--ui=stream"], { quiet: true });
  const bin = (name: string) => path.join(root, "node_modules/.bin", name);
  const steps: [string, () => Promise<number>][] = [
    [
      "format and lint",
      () => runCommand(bin("biome"), ["ci", "--error-on-warnings", "--colors=off", "."], { quiet: true }),
    ],
    ["types", () => turbo(["run", "types", "--output-logs=errors-only", "--ui=stream"], { quiet: true })],
    ["boundaries", () => turbo(["boundaries"], { quiet: true })],
    [
      "core tests",
      () =>
        runCommand(
          process.execPath,
          [vitest(), "run", "--config", "apps/cli/boot/vitest.config.ts", "--project", "core"],
          { quiet: true },
        ),
    ],
  ];
  let failed = 0;
  for (const [name, step] of steps) {
    const startedAt = Date.now();
    const isOk = (await step()) === 0;
    if (!isOk) failed++;
    console.log(`${isOk ? "ok    " : "FAILED"} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  }
  process.exit(failed === 0 ? 0 : 1);
}
