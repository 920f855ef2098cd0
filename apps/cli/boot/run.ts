import { spawn } from "node:child_process";
import { root } from "./root.ts";

/** Runs a command to its end; resolves to its exit code. With `quiet` its output is kept, and shown only when it fails. */
export function run(
  command: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; quiet?: boolean; cwd?: string } = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: options.quiet ? ["ignore", "pipe", "pipe"] : "inherit",
    });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => output.push(chunk));
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code !== 0) process.stderr.write(Buffer.concat(output));
      resolve(code ?? 1);
    });
  });
}

/** A turbo task. The first stage has put turbo and the package manager that it asks for on the path. */
export async function turbo(args: string[], options: { quiet?: boolean } = {}): Promise<number> {
  return run("turbo", args, { env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath }, ...options });
}

/** Generates the Prisma client and builds the web app; nothing to do when neither changed. */
export async function build(): Promise<void> {
  const code = await turbo(["run", "build", "--output-logs=errors-only", "--ui=stream"], { quiet: true });
  if (code !== 0) throw new Error("The build failed. The lines above say where.");
}
