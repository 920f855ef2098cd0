import type { CallTool } from "@portico/mcp";

/** An answer that takes no longer is not worth a message. */
const EVERY_MS = 2_000;

const NOTHING = () => {};

/** Says how long an API has been awaited, until the function it returns is called. */
export function reportWaiting(onProgress: Parameters<CallTool>[0]["onProgress"], hostOf: () => string): () => void {
  if (!onProgress) return NOTHING;
  const host = hostOf();
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    onProgress({ progress: seconds, message: `Waiting for ${host}: ${seconds} s` });
  }, EVERY_MS);
  return () => clearInterval(timer);
}
