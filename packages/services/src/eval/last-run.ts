import type { Prisma } from "@portico/db";
import type { AnswerSource } from "../try/try-call.ts";

/** How a case ended the last time, as it is stored. */
export interface LastRun {
  at: string;
  on: "draft" | "published";
  /** Of the draft that it was run on. */
  lock?: number;
  /** The version that it was run on. */
  version?: number;
  from: AnswerSource;
  isPassed: boolean;
  /** Why it did not pass, a sentence each. */
  faults: string[];
  durationMs: number;
}

export function lastRunOf({ lastRun }: { lastRun: Prisma.JsonValue }): LastRun | null {
  // Written by runEvals only.
  return lastRun as LastRun | null;
}

/** Whether nobody changed the draft since. */
export function isOfDraft(run: LastRun | null, lock: number): run is LastRun {
  return run?.on === "draft" && run.lock === lock;
}
