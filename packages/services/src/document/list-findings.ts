import type { Diagnostic } from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { notFound } from "../error.ts";
import { findingsOf } from "./revision.ts";

/** What the check against the specification found in a document's current revision; it runs after the import has ended. */
export async function listFindings({
  ctx,
  input,
}: Call<{ documentId: string }>): Promise<{ isValidated: boolean; items: Diagnostic[] }> {
  authorize(ctx, "server.read");
  const document = await ctx.db.document.findFirst({
    where: { id: input.documentId, organizationId: ctx.organizationId },
    select: { currentRevisionId: true },
  });
  const revision = document?.currentRevisionId
    ? await ctx.db.documentRevision.findFirst({
        where: { id: document.currentRevisionId, organizationId: ctx.organizationId },
        select: { findings: true, createdAt: true },
      })
    : null;
  if (!revision) throw notFound("document");
  return { isValidated: isValidated(revision), items: findingsOf(revision) };
}

/** A check that has not run by then was given up, or the revision is older than the checks. */
const PENDING_MS_MAX = 15 * 60_000;

/** Whether the check of a revision has run; nobody waits for one that never will. */
export function isValidated({ findings, createdAt }: { findings: unknown; createdAt: Date }): boolean {
  return findings !== null || Date.now() - createdAt.getTime() > PENDING_MS_MAX;
}
