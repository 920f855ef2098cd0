import { createPostgresBackend, Queue, type QueueOptions, runMigrations, Worker, type WorkerOptions } from "bullmq";
import { Redis } from "ioredis";
import { Client } from "pg";

export interface JobsOptions {
  databaseUrl: string;
  redisUrl?: string | undefined;
}

/** Connections a queue may open to PostgreSQL, on top of the one that listens. */
const POSTGRES_POOL_MAX = 2;

/** Creates BullMQ's tables (schema "bullmq"). Nothing to do on Redis. */
export async function migrateQueues({ databaseUrl, redisUrl }: JobsOptions): Promise<void> {
  if (redisUrl) return;
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
}

/** A queue of either backend. A producer fails at once when its store is away, rather than hold requests in memory. */
export function openQueue(name: string, options: JobsOptions): Queue {
  const queue = options.redisUrl
    ? new Queue(name, {
        connection: new Redis(options.redisUrl, { enableOfflineQueue: true, maxRetriesPerRequest: 1 }),
      } as QueueOptions)
    : new Queue(
        name,
        { connection: { connectionString: options.databaseUrl, max: POSTGRES_POOL_MAX } } as never,
        createPostgresBackend as never,
      );
  queue.on("error", () => {}); // The caller hears of it by the rejected call; this one only keeps the process alive.
  return queue;
}

export function openWorker(
  name: string,
  process: ConstructorParameters<typeof Worker>[1],
  options: JobsOptions & { concurrency: number },
): Worker {
  const settings = {
    concurrency: options.concurrency,
    stalledInterval: 15_000,
    maxStalledCount: 5,
    lockDuration: 30_000,
  };
  return options.redisUrl
    ? new Worker(name, process, {
        ...settings,
        connection: new Redis(options.redisUrl, { maxRetriesPerRequest: null }),
      } as WorkerOptions)
    : new Worker(
        name,
        process,
        { ...settings, connection: { connectionString: options.databaseUrl, max: POSTGRES_POOL_MAX } } as never,
        createPostgresBackend as never,
      );
}
