import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { waitFor, withoutTestSettings } from "./portico.ts";

const APPS = path.resolve(import.meta.dirname, "../../../apps");
const READY_MS_MAX = 30_000;

/** One more process of an app, beside those of an installation that runs. */
export async function startApp(
  name: "gateway",
  env: Record<string, string>,
): Promise<{ output: () => string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "src/main.ts"], {
    cwd: path.join(APPS, name),
    env: { ...withoutTestSettings(), NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode}:\n${printed}`);
    return (await fetch(`http://127.0.0.1:${env.PORT}/readyz`).catch(() => null))?.status === 200;
  };
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  };
  await waitFor(isReady, READY_MS_MAX).catch(async (error) => {
    await stop();
    throw error;
  });
  return { output: () => printed, stop };
}
