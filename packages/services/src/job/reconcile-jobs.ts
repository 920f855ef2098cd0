import type { Deps } from "../context.ts";
import { endFailed } from "./fail-job.ts";
import { announce } from "./get-job.ts";
import { ATTEMPTS_MAX } from "./run-job.ts";
import { queueOf } from "./start-job.ts";

/** How long a queued job may wait before we believe that the queue has lost it. */
const QUEUED_MS = 10_000;

/** Enqueues what waits without being in the queue and what has lost its worker; gives up what killed its worker five times. Returns how many. */
export async function reconcileJobs(deps: Deps): Promise<number> {
  const now = Date.now();
  const lost = await deps.db.job.findMany({
    where: {
      OR: [
        { state: "queued", updatedAt: { lt: new Date(now - QUEUED_MS) } },
        { state: "running", leaseUntil: { lt: new Date(now) } },
      ],
    },
    select: { id: true, kind: true, attempts: true, input: true },
    take: 500,
  });
  for (const job of lost) {
    const { id, kind, attempts } = job;
    if (attempts < ATTEMPTS_MAX) {
      await deps.jobs.enqueue(queueOf(kind), { jobId: id }, { id: `${id}.${attempts}` });
      continue;
    }
    await endFailed(deps, job, {
      code: "internal",
      message: `The worker ended ${ATTEMPTS_MAX} times while it did this. Nothing was changed.`,
    });
    await announce(deps, id);
  }
  return lost.length;
}
