import { z } from "zod";

/** Every queue: its name, what a job of it carries, and how it is retried. */
export const queues = {
  /** Long work. The row of table Job is the job; the queue carries its id only. */
  jobs: { payload: z.object({ jobId: z.string() }), attempts: 3, backoffMs: 1_000, concurrency: 2 },
  /** Advice on stored documents; a queue of its own, so that no import ever waits for it. */
  validation: { payload: z.object({ jobId: z.string() }), attempts: 3, backoffMs: 1_000, concurrency: 1 },
  /** A packed batch of usage events of one gateway; each is checked when it is written. */
  usage: {
    payload: z.object({
      count: z.int().min(1).max(500),
      alike: z.record(z.string(), z.unknown()),
      // Not element by element: each event is looked at where it is written.
      each: z.record(
        z.string(),
        z.custom<unknown[]>((column) => Array.isArray(column) && column.length <= 500),
      ),
    }),
    attempts: 10,
    backoffMs: 2_000,
    concurrency: 1,
  },
  /** What somebody had at an API and is to be given back to it, sealed. */
  endedSignIns: { payload: z.object({ sealed: z.string() }), attempts: 6, backoffMs: 60_000, concurrency: 2 },
  /** Work that comes back by the clock. */
  maintenance: {
    payload: z.object({
      task: z.enum([
        "reconcile-jobs",
        "purge-expired",
        "ensure-partitions",
        "rotate-signing-key",
        "reseal-secrets",
        "check-documents",
      ]),
    }),
    attempts: 1,
    backoffMs: 1_000,
    concurrency: 1,
  },
} as const;

export type QueueName = keyof typeof queues;
export type Payload<N extends QueueName> = z.infer<(typeof queues)[N]["payload"]>;

/** How often each maintenance task runs. */
export const maintenanceEveryMs: Record<Payload<"maintenance">["task"], number> = {
  "reconcile-jobs": 5_000,
  "purge-expired": 10 * 60_000,
  "ensure-partitions": 6 * 60 * 60_000,
  "rotate-signing-key": 24 * 60 * 60_000,
  "reseal-secrets": 60 * 60_000,
  "check-documents": 30_000,
};
