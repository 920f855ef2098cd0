import { newId, type Prisma, type Tx } from "@portico/db";
import type { QueueName } from "@portico/jobs";
import { z } from "zod";
import type { Ctx } from "../context.ts";
import type { SourceInput } from "../input.ts";
import { sealPayload } from "./payload.ts";

/** What every job's input has of whoever wanted it. */
export const askedSchema = z.object({
  askedBy: z.object({ type: z.enum(["user", "apiKey"]), id: z.string() }).optional(),
  askedFrom: z.string().optional(),
});

export type JobKind =
  | "import-document"
  | "publish"
  | "validate-document"
  | "check-document"
  | "tell-document-changed"
  | "tell-quota";

/** Advice waits in a queue of its own, and imports never wait for it. */
export function queueOf(kind: string): QueueName & ("jobs" | "validation") {
  return kind === "validate-document" ? "validation" : "jobs";
}

/**
 * Writes the job, then tells the queue its id. If the process dies between the two, the reconciler enqueues it.
 * A source that was pasted or uploaded is kept beside the input, compressed and sealed, until the job ends.
 */
export async function startJob(
  ctx: Ctx,
  kind: JobKind,
  work: { source: SourceInput; fields: Prisma.InputJsonObject },
): Promise<{ jobId: string }> {
  const jobId = await writeJob(ctx.db, ctx, kind, work);
  await enqueueJob(ctx, kind, jobId);
  return { jobId };
}

/** The first half, for whoever writes it together with something else. */
export async function writeJob(
  db: Tx,
  ctx: Ctx,
  kind: JobKind,
  { source, fields }: { source: SourceInput; fields: Prisma.InputJsonObject },
): Promise<string> {
  const jobId = newId("job");
  const payload = "content" in source ? await sealPayload(ctx.vault, jobId, bytesOf(source)) : null;
  const { allowOrigins, entry } = source;
  const sourceOptions = { ...(allowOrigins ? { allowOrigins } : {}), ...(entry ? { entry } : {}) };
  await db.job.create({
    data: {
      id: jobId,
      organizationId: ctx.organizationId,
      kind,
      input: {
        ...fields,
        sourceOptions,
        ...("url" in source ? { url: source.url } : {}),
        ...(ctx.actor.type === "system" ? {} : { askedBy: { type: ctx.actor.type, id: ctx.actor.id } }),
        ...(ctx.ip ? { askedFrom: ctx.ip } : {}),
      },
      payload,
      progress: { message: "Waiting for a worker" },
      createdById: ctx.actor.type === "user" ? ctx.actor.id : null,
    },
  });
  return jobId;
}

/** The second half. The row is the truth: an unreachable queue delays the job until the reconciler's next round. */
export async function enqueueJob({ jobs }: Pick<Ctx, "jobs">, kind: string, jobId: string): Promise<void> {
  await jobs.enqueue(queueOf(kind), { jobId }, { id: `${jobId}.0` }).catch(() => {});
}

function bytesOf({ content, encoding }: { content: string; encoding: "text" | "base64" }): string | Uint8Array {
  return encoding === "base64" ? Buffer.from(content, "base64") : content;
}
