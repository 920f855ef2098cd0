import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

export type Revision = "2025-11-25" | "2026-07-28";

/** What one run of the suite came to, in scenarios. */
export interface SetResult {
  name: string;
  passed: number;
  failed: string[];
  expected: string[];
  /** What the suite printed. */
  output: string;
  isGreen: boolean;
}

/** The suite is a program and exports nothing. */
export const suite = path.resolve(
  import.meta.dirname,
  "../node_modules/@modelcontextprotocol/conformance/dist/index.js",
);
const baselines = import.meta.dirname;

/** The scenarios that a revision requires, and those that are run beside them, against a server. */
export function runRequirements(name: string, url: string, revision: Revision): Promise<SetResult> {
  return run(name, url, revision, ["--requirements", revision]);
}

/** Some scenarios, one by one, at the wire version of a revision. */
export async function runScenarios(
  name: string,
  url: string,
  revision: Revision,
  scenarios: readonly string[],
): Promise<SetResult> {
  const total: SetResult = {
    name: `${name}, ${revision}`,
    passed: 0,
    failed: [],
    expected: [],
    output: "",
    isGreen: true,
  };
  for (const scenario of scenarios) {
    const one = await run(name, url, revision, ["--scenario", scenario, "--spec-version", revision]);
    total.output += one.output;
    if (one.isGreen) total.passed += 1;
    else total.failed.push(scenario);
    total.isGreen &&= one.isGreen;
  }
  return total;
}

/** What is known to fail, each with its reason, is in `{name}.yaml` beside this file. */
async function run(name: string, url: string, revision: Revision, args: string[]): Promise<SetResult> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "portico-conformance-"));
  try {
    const baseline = path.join(baselines, `${name}-${revision}.yaml`);
    const { code, output } = await start([
      "server",
      "--url",
      url,
      ...args,
      "--expected-failures",
      baseline,
      "-o",
      folder,
    ]);
    const scenarios = [...output.matchAll(/^([✓✗~]) ([\w-]+): \d+ passed, \d+ failed/gm)];
    const failing = scenarios.filter(([, mark]) => mark !== "✓").map(([, , scenario]) => scenario as string);
    const isGreen = code === 0;
    return {
      name: `${name}, ${revision}`,
      passed: scenarios.length - failing.length,
      // The suite says which failures are new; all are expected when it is content.
      failed: isGreen ? [] : failing,
      expected: isGreen ? failing : [],
      output,
      isGreen,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [suite, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
