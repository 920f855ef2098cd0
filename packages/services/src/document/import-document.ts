import { newId } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput, type SourceInput, sourceSchema } from "../input.ts";
import { startJob } from "../job/start-job.ts";
import { readCompiled } from "./read-compiled.ts";

const schema = z
  .object({
    /** Left out for a document that came from a link: it is read from there again. */
    source: sourceSchema.optional(),
    title: z.string().trim().min(1).max(200).optional(),
    documentId: z.string().optional(),
  })
  .strict();

/**
 * Starts reading a document, or the next revision of one. The job's result is { documentId, revisionId, isNew }: what is word for
 * word the current revision makes no new one. Servers stay on the revision that they are built from.
 */
export async function importDocument({ ctx, input }: Call<z.input<typeof schema>>): Promise<{ jobId: string }> {
  authorize(ctx, "server.write");
  const { source, title, documentId } = parseInput(schema, input);
  const revisionId = newId("revision");
  if (!documentId) {
    const fields = { documentId: newId("document"), revisionId, ...(title ? { title } : {}) };
    return startJob(ctx, "import-document", { source: source ?? noSource(), fields });
  }
  const document = await ctx.db.document.findFirst({
    where: { id: documentId, organizationId: ctx.organizationId },
    select: { title: true, sourceUrl: true, currentRevisionId: true },
  });
  if (!document) throw notFound("document");
  // A title that somebody gave stays; what the document calls itself comes with its version.
  const fields = { documentId, revisionId, title: title ?? document.title };
  return startJob(ctx, "import-document", { source: source ?? (await sameSource(ctx, document)), fields });
}

/** Where a document came from, read as it was read last. */
export async function sameSource(
  ctx: Ctx,
  { sourceUrl, currentRevisionId }: { sourceUrl: string | null; currentRevisionId: string | null },
): Promise<SourceInput> {
  if (sourceUrl === null)
    throw new AppError(
      "precondition_failed",
      "This document was uploaded or pasted, so there is no link to read it from again. Give its new version as a file, a text or a link.",
    );
  const { allowOrigins = [] } = currentRevisionId ? await readCompiled(ctx, currentRevisionId) : {};
  return { url: sourceUrl, ...(allowOrigins.length > 0 ? { allowOrigins } : {}) };
}

function noSource(): never {
  const message = "say where the document is";
  throw new AppError("invalid_input", `source: ${message}`, { issues: [{ field: "source", message }] });
}
