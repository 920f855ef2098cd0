import { type Deps, recordUsage, type UsageBatch, unpackUsage } from "@portico/services";

/** A batch of usage events from a gateway. */
export function recordUsageProcessor(deps: Deps) {
  return async (batch: UsageBatch): Promise<void> => recordUsage(deps, unpackUsage(batch));
}
