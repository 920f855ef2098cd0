import { spawn } from "node:child_process";
import { suite } from "./suite.ts";

const MS_MAX = 60_000;

/** What one run of the suite against an authorization server came to. */
export interface AuthorizationResult {
  isGreen: boolean;
  /** What the suite printed. */
  output: string;
}

/**
 * The official suite against an authorization server. It prints the address of a sign-in, and waits until a browser has come back from it:
 * `visit` is that browser.
 */
export function runAuthorization(
  issuer: string,
  { clientId, port, resource }: { clientId: string; port: number; resource?: string },
  visit: (url: string) => Promise<void>,
): Promise<AuthorizationResult> {
  const args = ["authorization", "--url", issuer, "--client-id", clientId, "--port", `${port}`];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [suite, ...args, ...(resource ? ["--resource", resource] : [])], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: MS_MAX,
    });
    let output = "";
    let visited = false;
    const read = (chunk: Buffer) => {
      output += String(chunk);
      const url = new RegExp(`${issuer}/oauth/authorize\\S+`).exec(output)?.[0];
      if (!url || visited || !output.slice(output.indexOf(url) + url.length).match(/\s/)) return;
      visited = true;
      visit(url).catch(reject);
    };
    for (const stream of [child.stdout, child.stderr]) stream.on("data", read);
    child.on("error", reject);
    child.on("close", (code) => resolve({ isGreen: code === 0, output }));
  });
}
