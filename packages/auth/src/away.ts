import { isDatabaseAway } from "@portico/db";
import { isRedisAway } from "@portico/state";

/** What a client is told while a store is away: to come back. RFC 6749 §4.1.2.1 names the code, RFC 9110 §10.2.3 the header. */
export const AWAY = {
  status: 503,
  body: {
    error: "temporarily_unavailable",
    error_description: "Portico cannot reach its store at the moment. Try again in a few seconds.",
  },
  headers: { "retry-after": "2" },
};

/** Whether an error says that what everything is kept in cannot be reached. */
export function isStoreAway(error: unknown): boolean {
  return isDatabaseAway(error) || isRedisAway(error);
}
