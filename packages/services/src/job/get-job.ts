import { authorize } from "../access.ts";
import type { Call, Ctx } from "../context.ts";
import { notFound } from "../error.ts";
import { openExcerpts } from "./excerpts.ts";

export type JobState = "queued" | "running" | "done" | "failed" | "cancelled";

export interface JobView {
  id: string;
  kind: string;
  state: JobState;
  progress?: { message: string };
  result?: Record<string, unknown>;
  error?: { code: string; message: string; details?: unknown };
}

export async function getJob({ ctx, input }: Call<{ id: string }>): Promise<JobView> {
  authorize(ctx, "server.read");
  const row = await ctx.db.job.findFirst({
    where: { id: input.id, organizationId: ctx.organizationId },
    select: { id: true, kind: true, state: true, progress: true, result: true, error: true },
  });
  if (!row) throw notFound("job");
  return {
    id: row.id,
    kind: row.kind,
    state: row.state as JobState,
    ...(row.progress ? { progress: row.progress as { message: string } } : {}),
    ...(row.result ? { result: row.result as Record<string, unknown> } : {}),
    ...(row.error ? { error: await openError(ctx, row.id, row.error as NonNullable<JobView["error"]>) } : {}),
  };
}

/** What a failed job says, with what it quotes of the source. */
async function openError(
  { db, vault }: Pick<Ctx, "db" | "vault">,
  id: string,
  error: NonNullable<JobView["error"]>,
): Promise<NonNullable<JobView["error"]>> {
  if (error.details === undefined) return error;
  const { payload } = await db.job.findUniqueOrThrow({ where: { id }, select: { payload: true } });
  return { ...error, details: await openExcerpts(vault, id, error.details, payload) };
}

export function isFinished(job: JobView): boolean {
  return job.state === "done" || job.state === "failed" || job.state === "cancelled";
}

const POLL_MS = 1_000;

/** Every change of a job until it ends, the present state first. Ends early when the signal is aborted. */
export async function* watchJob({
  ctx,
  input,
  signal,
}: Call<{ id: string }> & { signal: AbortSignal }): AsyncGenerator<JobView> {
  let wake: () => void = () => {};
  const unsubscribe = await ctx.state.subscribe(jobChannel(input.id), () => wake());
  try {
    let last = "";
    while (!signal.aborted) {
      // Armed before reading, so that a change between the read and the wait is not slept through.
      const changed = sleepUntil(signal, (resolve) => {
        wake = resolve;
      });
      const job = await getJob({ ctx, input });
      const text = JSON.stringify(job);
      if (text !== last) yield job;
      last = text;
      if (isFinished(job)) return;
      await changed;
    }
  } finally {
    await unsubscribe();
  }
}

/** The job once it has ended, or as it stands when the time is over. */
export async function waitForJob({
  ctx,
  input,
  timeoutMs,
}: Call<{ id: string }> & { timeoutMs: number }): Promise<JobView> {
  let latest: JobView | undefined;
  for await (const job of watchJob({ ctx, input, signal: AbortSignal.timeout(timeoutMs) })) latest = job;
  return latest ?? getJob({ ctx, input });
}

export function jobChannel(jobId: string): string {
  return `job:${jobId}`;
}

function sleepUntil(signal: AbortSignal, arm: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, POLL_MS);
    signal.addEventListener("abort", end);
    arm(end);
  });
}

/** Whether a job of this organization can still be stopped, and stops it. */
export async function cancelJob({ ctx, input }: Call<{ id: string }>): Promise<void> {
  authorize(ctx, "server.write");
  await getJob({ ctx, input });
  await ctx.db.job.updateMany({
    where: { id: input.id, organizationId: ctx.organizationId, state: { in: ["queued", "running"] } },
    data: { state: "cancelled", finishedAt: new Date(), payload: null },
  });
  await announce(ctx, input.id);
}

export async function announce({ state }: Pick<Ctx, "state">, jobId: string): Promise<void> {
  await state.publish(jobChannel(jobId), "").catch(() => {});
}
