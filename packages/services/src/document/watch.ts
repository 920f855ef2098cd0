import type { Db } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Deps } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { checkNow } from "./check-documents.ts";

export const WATCH_EVERY = ["off", "day", "week"] as const;
export type WatchEvery = (typeof WATCH_EVERY)[number];

/** How often the link of a document is looked at again, and what came of it the last time. */
export interface DocumentWatchView {
  every: WatchEvery;
  /** When it is looked at next; null while it is not, or is being looked at. */
  nextAt: Date | null;
  checkedAt: Date | null;
  outcome: "same" | "changed" | "failed" | null;
  /** Why the last look failed. */
  problem: string | null;
}

const OFF: DocumentWatchView = { every: "off", nextAt: null, checkedAt: null, outcome: null, problem: null };

export async function readWatch({ db }: Pick<Deps, "db">, documentId: string): Promise<DocumentWatchView> {
  return watchView(await db.documentWatch.findUnique({ where: { documentId } }));
}

/** Of the row of a watch; without one nothing is watched. */
export function watchView(row: Awaited<ReturnType<Db["documentWatch"]["findUnique"]>>): DocumentWatchView {
  if (!row) return OFF;
  const { every, nextAt, checkedAt, outcome, problem } = row;
  return {
    every: every as WatchEvery,
    nextAt,
    checkedAt,
    outcome: outcome as DocumentWatchView["outcome"],
    problem,
  };
}

const schema = z
  .object({ id: z.string(), watch: z.enum(WATCH_EVERY, { error: 'use "off", "day" or "week"' }) })
  .strict();

/**
 * Says how often the link of a document is looked at again, beginning now. What is found becomes a revision; drafts and what is served stay
 * as they are.
 */
export async function watchDocument({ ctx, input }: Call<z.input<typeof schema>>): Promise<DocumentWatchView> {
  authorize(ctx, "server.write");
  const { id, watch: every } = parseInput(schema, input);
  const document = await ctx.db.document.findFirst({
    where: { id, organizationId: ctx.organizationId },
    select: { id: true, title: true, sourceUrl: true },
  });
  if (!document) throw notFound("document");
  if (document.sourceUrl === null && every !== "off")
    throw new AppError(
      "precondition_failed",
      "This document was uploaded or pasted, so there is no link to look at. Give its next version as a link first.",
    );
  const where = { documentId: id };
  const before = await ctx.db.documentWatch.findUnique({ where });
  if ((before?.every ?? "off") === every) return watchView(before);
  await ctx.db.$transaction(async (tx) => {
    if (every === "off") await tx.documentWatch.deleteMany({ where });
    else
      await tx.documentWatch.upsert({
        where,
        create: { ...where, organizationId: ctx.organizationId, every, nextAt: new Date() },
        update: { every, nextAt: new Date() },
      });
    await audit(tx, ctx, "document.watch", id, { title: document.title, every });
  });
  // Where the queue is away, the clock of the worker finds it.
  if (every !== "off") await checkNow(ctx, id);
  return readWatch(ctx, id);
}
