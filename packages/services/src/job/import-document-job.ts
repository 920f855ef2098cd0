import { prepareRevision, saveRevision } from "../document/revision.ts";
import type { JobBody } from "./job-body.ts";

/** Reads a document and stores its next revision. Result: { documentId, revisionId }. */
export const importDocumentJob: JobBody = async ({ ctx, input, source, compileSource, onProgress }) => {
  const prepared = await prepareRevision(compileSource, source, onProgress);
  const [documentId, revisionId] = [String(input.documentId), String(input.revisionId)];
  return async (tx, follow) => {
    const { validationJobId } = await saveRevision(tx, {
      organizationId: ctx.organizationId,
      documentId,
      revisionId,
      title: typeof input.title === "string" ? input.title : prepared.title,
      sourceUrl: "url" in source ? source.url : null,
      prepared,
    });
    follow(validationJobId);
    return { documentId, revisionId };
  };
};
