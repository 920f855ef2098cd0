import { createDb, createVault } from "@portico/db";
import { createJobs } from "@portico/jobs";
import { createState } from "@portico/state";
import type { Deps } from "./context.ts";

export interface DepsOptions {
  databaseUrl: string;
  redisUrl?: string | undefined;
  /** Current first, then earlier ones that still open what they sealed. */
  secretKeys: string[];
  publicUrl: string;
  connectionsMax?: number;
}

/** Opens everything that verbs use; an app does it once and closes it last. */
export function openDeps({
  databaseUrl,
  redisUrl,
  secretKeys,
  publicUrl,
  connectionsMax,
}: DepsOptions): Deps & { close(): Promise<void> } {
  const db = createDb(databaseUrl, connectionsMax ? { connectionsMax } : {});
  const state = createState({ databaseUrl, redisUrl });
  const jobs = createJobs({ databaseUrl, redisUrl });
  return {
    db,
    state,
    jobs,
    vault: createVault(secretKeys),
    publicUrl,
    async close() {
      await Promise.allSettled([jobs.close(), state.close()]);
      await db.$disconnect();
    },
  };
}
