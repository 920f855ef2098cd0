import { compress, newId, type Prisma } from "@portico/db";
import type { Ctx } from "../context.ts";

export type JobKind = "import-document" | "publish";

/**
 * Writes the job, then tells the queue its id. If the process dies between the two, the reconciler enqueues it.
 * A source that was pasted or uploaded is kept beside the input, compressed, until the job ends.
 */
export async function startJob(
  ctx: Ctx,
  kind: JobKind,
  { source, fields }: { source: { url: string } | { content: string }; fields: Prisma.InputJsonObject },
): Promise<{ jobId: string }> {
  const jobId = newId("job");
  const payload = "content" in source ? await compress(source.content) : null;
  await ctx.db.job.create({
    data: {
      id: jobId,
      organizationId: ctx.organizationId,
      kind,
      input: { ...fields, ...("url" in source ? { url: source.url } : {}) },
      payload,
      progress: { message: "Waiting for a worker" },
      createdById: ctx.actor.type === "user" ? ctx.actor.id : null,
    },
  });
  // The row is the truth: an unreachable queue delays the job until the reconciler's next round.
  await ctx.jobs.enqueue("jobs", { jobId }, { id: `${jobId}.0` }).catch(() => {});
  return { jobId };
}
