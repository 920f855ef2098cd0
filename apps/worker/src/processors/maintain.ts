import { type Deps, ensurePartitions, purgeExpired, reconcileJobs } from "@portico/services";
import type { Telemetry } from "@portico/telemetry";

/** What comes back by the clock. */
export function maintainProcessor(deps: Deps, telemetry: Telemetry) {
  return async ({ task }: { task: "reconcile-jobs" | "purge-expired" | "ensure-partitions" }): Promise<void> => {
    if (task === "purge-expired") return purgeExpired(deps);
    if (task === "ensure-partitions") return ensurePartitions(deps);
    const count = await reconcileJobs(deps);
    if (count > 0) telemetry.logger.warn({ count }, "jobs enqueued again");
  };
}
