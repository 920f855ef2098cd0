import { newId, type Tx } from "@portico/db";
import { actIn, type Ctx, type Deps } from "../context.ts";
import { enqueueJob, writeJob } from "../job/start-job.ts";
import { sameSource } from "./import-document.ts";

const DAY_MS = 86_400_000;
/** Documents that one round starts to look at; the others wait for the next. */
const CHECKED_MAX = 50;
/** After failures in a row it is tried again this soon; then as often as it is looked at anyway. */
const RETRY_MS = [15 * 60_000, 60 * 60_000, 6 * 60 * 60_000];

/** How long until the next look, after so many failures in a row. */
export function untilNext(every: string, failures: number): number {
  const usual = every === "week" ? 7 * DAY_MS : DAY_MS;
  return Math.min(usual, failures > 0 ? (RETRY_MS[failures - 1] ?? usual) : usual);
}

/** Starts to look at the links of all documents for which it is time. Returns how many. May run anywhere, at the same time. */
export async function checkDocuments(deps: Deps): Promise<number> {
  const due = await deps.db.documentWatch.findMany({
    where: { nextAt: { lte: new Date() } },
    select: { documentId: true, organizationId: true },
    orderBy: { nextAt: "asc" },
    take: CHECKED_MAX,
  });
  let started = 0;
  for (const { documentId, organizationId } of due) {
    const ctx = actIn(deps, { organizationId, actor: { type: "system" } });
    if (await checkNow(ctx, documentId)) started++;
  }
  return started;
}

/** Starts to look at the link of one document, if it is time. The job and the time of the next look are one write: none is lost, none is twice. */
export async function checkNow(ctx: Ctx, documentId: string): Promise<boolean> {
  const document = await ctx.db.document.findFirst({
    where: { id: documentId, organizationId: ctx.organizationId },
    select: { title: true, sourceUrl: true, currentRevisionId: true, watch: true },
  });
  if (!document?.watch || document.sourceUrl === null) return false;
  const { watch, title } = document;
  const source = await sameSource(ctx, document);
  const fields = { documentId, revisionId: newId("revision"), title };
  const jobId = await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.documentWatch.updateMany({
      where: { documentId, nextAt: { equals: watch.nextAt, lte: new Date() } },
      data: { nextAt: new Date(Date.now() + untilNext(watch.every, 0)) },
    });
    return count === 0 ? null : writeJob(tx, ctx, "check-document", { source, fields });
  });
  if (jobId) await enqueueJob(ctx, "check-document", jobId);
  return jobId !== null;
}

/** Notes that a look failed, and when it is tried again. */
export async function recordFailedCheck(db: Tx, documentId: string, problem: string): Promise<void> {
  const [watch] = await db.documentWatch.updateManyAndReturn({
    where: { documentId },
    data: { checkedAt: new Date(), outcome: "failed", problem, failures: { increment: 1 } },
    select: { every: true, failures: true },
  });
  if (!watch) return;
  const nextAt = new Date(Date.now() + untilNext(watch.every, watch.failures));
  await db.documentWatch.updateMany({ where: { documentId }, data: { nextAt } });
}
