import type { Queue } from "bullmq";
import { type JobsOptions, openQueue, openWorker } from "./backend.ts";
import { maintenanceEveryMs, type Payload, type QueueName, queues } from "./queues.ts";

export { type JobsOptions, migrateQueues } from "./backend.ts";
export type { Payload, QueueName } from "./queues.ts";

export interface Jobs {
  /** Hands a payload to a queue. The same `id` twice, while the first waits or runs, is one job. */
  enqueue<N extends QueueName>(queue: N, payload: Payload<N>, options?: { id?: string }): Promise<void>;
  close(): Promise<void>;
}

/** The producing side; queues are opened at their first use. */
export function createJobs(options: JobsOptions): Jobs {
  const opened = new Map<QueueName, Queue>();
  const queueOf = (name: QueueName) => {
    const queue = opened.get(name) ?? openQueue(name, options);
    opened.set(name, queue);
    return queue;
  };
  return {
    async enqueue(name, payload, { id } = {}) {
      const { payload: schema, attempts, backoffMs } = queues[name];
      await queueOf(name).add(name, schema.parse(payload), {
        ...(id ? { jobId: id } : {}),
        attempts,
        backoff: { type: "exponential", delay: backoffMs },
        removeOnComplete: true,
        removeOnFail: true,
      });
    },
    async close() {
      await Promise.all([...opened.values()].map((queue) => queue.close()));
    },
  };
}

export type Processors = {
  [N in QueueName]: (payload: Payload<N>, attempt: { number: number; isLast: boolean }) => Promise<void>;
};

/** The consuming side: one worker a queue, and the clock of the maintenance tasks. Closing waits for what runs. */
export async function startWorkers(
  options: JobsOptions & { processors: Processors; onError: (error: Error, queue: QueueName) => void },
): Promise<{ close(): Promise<void> }> {
  const names = Object.keys(queues) as QueueName[];
  const workers = names.map((name) => {
    const worker = openWorker(
      name,
      (job) => {
        const { payload, attempts } = queues[name];
        const number = job.attemptsMade + 1;
        // One processor a name, and its schema stands beside it: the pair is right by construction.
        const process = options.processors[name] as (
          payload: unknown,
          attempt: { number: number; isLast: boolean },
        ) => Promise<void>;
        return process(payload.parse(job.data), { number, isLast: number >= attempts });
      },
      { ...options, concurrency: queues[name].concurrency },
    );
    worker.on("error", (error) => options.onError(error, name));
    worker.on("failed", (_job, error) => options.onError(error, name));
    return worker;
  });
  const clock = openQueue("maintenance", options);
  for (const [task, every] of Object.entries(maintenanceEveryMs)) {
    await clock.upsertJobScheduler(
      task,
      { every },
      { name: "maintenance", data: { task }, opts: { removeOnComplete: true, removeOnFail: true } },
    );
  }
  return {
    async close() {
      await Promise.all([...workers.map((worker) => worker.close()), clock.close()]);
    },
  };
}
