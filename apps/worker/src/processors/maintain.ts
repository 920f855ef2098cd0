import type { Payload } from "@portico/jobs";
import { type Deps, ensurePartitions, purgeExpired, reconcileJobs, rotateOldSigningKey } from "@portico/services";
import type { Telemetry } from "@portico/telemetry";

/** What comes back by the clock. */
export function maintainProcessor(deps: Deps, telemetry: Telemetry) {
  return async ({ task }: Payload<"maintenance">): Promise<void> => {
    if (task === "purge-expired") return purgeExpired(deps);
    if (task === "ensure-partitions") return ensurePartitions(deps);
    if (task === "rotate-signing-key") return rotateOldSigningKey(deps);
    const count = await reconcileJobs(deps);
    if (count > 0) telemetry.logger.warn({ count }, "jobs enqueued again");
  };
}
