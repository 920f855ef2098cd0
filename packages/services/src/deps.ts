import { createDb, createVault } from "@portico/db";
import { createJobs } from "@portico/jobs";
import { createMailer, type MailerOptions } from "@portico/mail";
import { createState } from "@portico/state";
import type { Deps } from "./context.ts";
import { readEnvironment } from "./environment.ts";

export interface DepsOptions {
  databaseUrl: string;
  redisUrl?: string | undefined;
  /** Current first, then earlier ones that still open what they sealed. */
  secretKeys: string[];
  publicUrl: string;
  connectionsMax?: number;
  /** How to send mail; without it none is sent. */
  mail?: MailerOptions | undefined;
  /** Of the process: what begins with `PORTICO_VALUE_` can be referred to. */
  env?: Record<string, string | undefined>;
}

/** Opens everything that verbs use; an app does it once and closes it last. */
export function openDeps({
  databaseUrl,
  redisUrl,
  secretKeys,
  publicUrl,
  connectionsMax,
  mail,
  env = {},
}: DepsOptions): Deps & { close(): Promise<void> } {
  const db = createDb(databaseUrl, connectionsMax ? { connectionsMax } : {});
  const state = createState({ databaseUrl, redisUrl });
  const jobs = createJobs({ databaseUrl, redisUrl });
  const mailer = mail ? createMailer(mail) : undefined;
  return {
    db,
    state,
    jobs,
    vault: createVault(secretKeys),
    publicUrl,
    environment: readEnvironment(env),
    ...(mailer ? { mailer } : {}),
    async close() {
      mailer?.close();
      await Promise.allSettled([jobs.close(), state.close()]);
      await db.$disconnect();
    },
  };
}
