import { newId } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { notFound } from "../error.ts";
import { parseInput, sourceSchema } from "../input.ts";
import { startJob } from "../job/start-job.ts";

const schema = z
  .object({
    source: sourceSchema,
    title: z.string().trim().min(1).max(200).optional(),
    documentId: z.string().optional(),
  })
  .strict();

/** Starts reading a document, or the next revision of one. The job's result is { documentId, revisionId }. */
export async function importDocument({ ctx, input }: Call<z.input<typeof schema>>): Promise<{ jobId: string }> {
  authorize(ctx, "server.write");
  const { source, title, documentId } = parseInput(schema, input);
  if (documentId) {
    const found = await ctx.db.document.count({ where: { id: documentId, organizationId: ctx.organizationId } });
    if (found === 0) throw notFound("document");
  }
  return startJob(ctx, "import-document", {
    source,
    fields: { documentId: documentId ?? newId("document"), revisionId: newId("revision"), ...(title ? { title } : {}) },
  });
}
