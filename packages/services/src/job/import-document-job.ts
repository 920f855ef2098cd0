import { replaceText } from "../document/positions.ts";
import { prepareRevision, saveRevision } from "../document/revision.ts";
import { findSameRevision } from "../document/same-revision.ts";
import type { JobBody } from "./job-body.ts";

/** Reads a document and stores its next revision, if it is another one. Result: { documentId, revisionId, isNew }. */
export const importDocumentJob: JobBody = async ({ ctx, input, source, compileSource, onProgress }) => {
  const prepared = await prepareRevision(compileSource, source, onProgress);
  const [documentId, revisionId] = [String(input.documentId), String(input.revisionId)];
  const title = typeof input.title === "string" ? input.title : prepared.title;
  const sourceUrl = "url" in source ? source.url : null;
  const same = await findSameRevision(ctx, documentId, prepared);
  return async (tx, { follow }) => {
    if (same) {
      // Its time of change is when it was last read.
      const data = { title, ...(sourceUrl ? { sourceUrl } : {}), updatedAt: new Date() };
      await tx.document.update({ where: { id: documentId }, data });
      const { organizationId } = ctx;
      if (!same.hasSameText) {
        const { validationJobId } = await replaceText(tx, { organizationId, revisionId: same.id, row: prepared.row });
        follow(validationJobId, "validate-document");
      }
      return { documentId, revisionId: same.id, isNew: false };
    }
    const { validationJobId } = await saveRevision(tx, {
      organizationId: ctx.organizationId,
      documentId,
      revisionId,
      title,
      sourceUrl,
      prepared,
    });
    follow(validationJobId, "validate-document");
    return { documentId, revisionId, isNew: true };
  };
};
