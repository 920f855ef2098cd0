import type { CallFilter } from "@portico/services";

const NAMES = ["tool", "outcome", "status", "client", "who", "range"] as const;

/** The filter of calls as an address says it; the verbs check it. What is empty is not named. */
export function callFilterOf(query: URLSearchParams, serverId: string): CallFilter {
  const named = NAMES.flatMap((name) => (query.get(name) ? [[name, query.get(name)]] : []));
  return { serverId, ...Object.fromEntries(named) };
}
