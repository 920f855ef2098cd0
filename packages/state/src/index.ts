import { createPostgresState } from "./postgres-state.ts";
import { createRedisState } from "./redis-state.ts";
import type { State } from "./state.ts";

export { isRedisAway } from "./redis-state.ts";
export type { State } from "./state.ts";

/** Redis where there is one, otherwise PostgreSQL; both keep the same promises and pass the same tests. */
export function createState(options: { databaseUrl: string; redisUrl?: string | undefined }): State {
  return options.redisUrl ? createRedisState(options.redisUrl) : createPostgresState(options.databaseUrl);
}
