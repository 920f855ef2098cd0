import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Portico, waitFor, withoutTestSettings } from "./portico.ts";

const GATEWAY = path.resolve(import.meta.dirname, "../../../apps/gateway");
const READY_MS_MAX = 30_000;

/** One more gateway beside an installation that runs, in front of the same web app; `env` says of the database, the keys and the port. */
export async function startGatewayBeside(
  portico: Pick<Portico, "pidsOf">,
  env: Record<string, string>,
): Promise<{ output: () => string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "src/main.ts"], {
    cwd: GATEWAY,
    env: {
      ...withoutTestSettings(),
      ...{ NODE_ENV: "production", HOST: "127.0.0.1", PORTICO_WEB_URL: webUrlOf(portico) },
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`The gateway ended with code ${child.exitCode}:\n${printed}`);
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

/** Where the web app listens, which only the gateway was told. */
function webUrlOf(portico: Pick<Portico, "pidsOf">): string {
  const [pid] = portico.pidsOf("gateway");
  const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  return environment.find((line) => line.startsWith("PORTICO_WEB_URL="))?.slice("PORTICO_WEB_URL=".length) ?? "";
}
