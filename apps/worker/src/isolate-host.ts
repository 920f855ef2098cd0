import { Worker } from "node:worker_threads";
import type { IsolateLimits } from "./isolate.ts";

// The process around one piece of work. The work is a thread, because a thread has limits of heap and stack, and because this
// event loop stays free to hear that the parent is gone, however it went.

export interface HostRequest {
  file: string;
  workerData: unknown;
  limits: IsolateLimits;
}

export type HostReply =
  | { kind: "message"; message: unknown }
  | { kind: "outOfMemory" }
  | { kind: "failed"; name: string; message: string };

// More saves no time here, and costs up to a sixth of the memory.
const YOUNG_MB = 6;

const say = (reply: HostReply) => process.send?.(reply);
process.on("disconnect", () => process.exit());
// Who stops all processes at once means the parent, which lets work that was begun come to its end.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
process.once("message", ({ file, workerData, limits }: HostRequest) => {
  const thread = new Worker(new URL(file), {
    workerData,
    env: {},
    resourceLimits: {
      maxOldGenerationSizeMb: limits.heapMbMax,
      maxYoungGenerationSizeMb: YOUNG_MB,
      stackSizeMb: limits.stackMbMax,
    },
  });
  thread.on("message", (message) => say({ kind: "message", message }));
  thread.on("error", ({ code, name, message }: Error & { code?: string }) =>
    say(code === "ERR_WORKER_OUT_OF_MEMORY" ? { kind: "outOfMemory" } : { kind: "failed", name, message }),
  );
  // What it said is delivered first.
  thread.on("exit", (code) => say({ kind: "failed", name: "Error", message: `The thread ended early (${code}).` }));
});
