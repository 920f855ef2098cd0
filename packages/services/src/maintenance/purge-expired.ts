import { SESSION_DAYS_MAX } from "@portico/auth";
import type { Deps } from "../context.ts";
import { REMOVED_HOURS } from "../profile/standing-profile.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long finished jobs stay to be looked up. */
const JOB_DAYS = 14;

/** Removes what has expired: state keys, OAuth records, old jobs, profiles that can no longer be brought back. */
export async function purgeExpired({ db }: Pick<Deps, "db">, now = Date.now()): Promise<void> {
  await db.stateEntry.deleteMany({ where: { expiresAt: { lt: new Date(now) } } });
  await db.oidcRecord.deleteMany({ where: { expiresAt: { lt: new Date(now) } } });
  await db.job.deleteMany({ where: { finishedAt: { lt: new Date(now - JOB_DAYS * DAY_MS) } } });
  const removedBefore = new Date(now - REMOVED_HOURS * HOUR_MS);
  await db.profile.deleteMany({ where: { removedAt: { lt: removedBefore } } });
  const begunBefore = new Date(now - SESSION_DAYS_MAX * DAY_MS);
  await db.authSession.deleteMany({
    where: { OR: [{ expiresAt: { lt: new Date(now) } }, { createdAt: { lt: begunBefore } }] },
  });
  await db.verification.deleteMany({ where: { expiresAt: { lt: new Date(now) } } });
}

/** Makes the partitions of usage events for this month and the next two. */
export async function ensurePartitions({ db }: Pick<Deps, "db">): Promise<void> {
  await db.$executeRaw`SELECT ensure_usage_partition((now() + make_interval(months => n))::date) FROM generate_series(0, 2) AS n`;
}
