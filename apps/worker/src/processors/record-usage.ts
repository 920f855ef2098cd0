import { type Deps, recordUsage, unpackUsage } from "@portico/services";

/** A batch of usage events from a gateway. */
export function recordUsageProcessor(deps: Deps) {
  return async ({ events }: { events: unknown[] }): Promise<void> => recordUsage(deps, unpackUsage(events));
}
