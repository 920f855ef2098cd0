import type { Payload } from "@portico/jobs";
import {
  checkDocuments,
  type Deps,
  ensurePartitions,
  purgeExpired,
  reconcileJobs,
  resealSecrets,
  rotateOldSigningKey,
} from "@portico/services";
import type { Telemetry } from "@portico/telemetry";

/** What comes back by the clock. */
export function maintainProcessor(deps: Deps, telemetry: Telemetry) {
  return async ({ task }: Payload<"maintenance">): Promise<void> => {
    if (task === "purge-expired") return purgeExpired(deps);
    if (task === "check-documents") return void (await checkDocuments(deps));
    if (task === "ensure-partitions") return ensurePartitions(deps);
    if (task === "rotate-signing-key") return rotateOldSigningKey(deps);
    if (task === "reseal-secrets") {
      const { done, lost } = await resealSecrets(deps);
      if (done > 0) telemetry.logger.info({ done }, "sealed with the current secret key");
      if (lost > 0) telemetry.logger.error({ lost }, "sealed with a secret key that PORTICO_SECRET_KEY does not have");
      return;
    }
    const count = await reconcileJobs(deps);
    if (count > 0) telemetry.logger.warn({ count }, "jobs enqueued again");
  };
}
