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
        select: { findings: true },
      })
    : null;
  if (!revision) throw notFound("document");
  return { isValidated: revision.findings !== null, items: findingsOf(revision) };
}
