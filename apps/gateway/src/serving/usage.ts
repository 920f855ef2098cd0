import { newId } from "@portico/db";
import { type Deps, packUsage, type UsageEvent } from "@portico/services";

const FLUSH_MS = 250;
const BATCH_MAX = 500;
/** Events kept while the queue is away; beyond it the oldest go, and the count of them is reported. */
const WAITING_MAX = 20_000;

export type NewUsageEvent = Omit<UsageEvent, "id" | "occurredAt">;

/** Collects usage events off the hot path and hands them to the worker in batches. A killed gateway loses at most the last quarter second. */
export function createUsage(deps: Pick<Deps, "jobs">, onLoss: (count: number, error: unknown) => void) {
  let waiting: UsageEvent[] = [];
  let flushing: Promise<void> | undefined;
  const timer = setInterval(() => void flush(), FLUSH_MS);
  timer.unref();

  async function send(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_MAX);
      try {
        await deps.jobs.enqueue("usage", packUsage(batch));
        waiting = waiting.slice(batch.length);
      } catch (error) {
        const lost = waiting.length - WAITING_MAX;
        if (lost > 0) {
          waiting = waiting.slice(lost);
          onLoss(lost, error);
        }
        return;
      }
    }
  }

  function flush(): Promise<void> {
    flushing ??= send().finally(() => {
      flushing = undefined;
    });
    return flushing;
  }

  return {
    /** Takes the event over: it is not copied. */
    record(event: NewUsageEvent): void {
      const taken = event as UsageEvent;
      taken.id = newId("usageEvent");
      taken.occurredAt = new Date();
      waiting.push(taken);
      if (waiting.length >= BATCH_MAX) void flush();
    },
    async close(): Promise<void> {
      clearInterval(timer);
      await flushing;
      await flush();
    },
  };
}

export type Usage = ReturnType<typeof createUsage>;
