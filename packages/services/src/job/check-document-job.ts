import { newId } from "@portico/db";
import { recordFailedCheck } from "../document/check-documents.ts";
import { prepareRevision, saveRevision } from "../document/revision.ts";
import { isSameCompiled } from "../document/same-revision.ts";
import { AppError } from "../error.ts";
import type { JobBody } from "./job-body.ts";

/**
 * Looks at the link of a document and keeps a revision when something changed there. Result: { documentId, outcome, revisionId? }. A link
 * that cannot be read is an outcome, too: people see why, and it is tried again.
 */
export const checkDocumentJob: JobBody = async ({ ctx, input, source, compileSource, onProgress }) => {
  const [documentId, revisionId] = [String(input.documentId), String(input.revisionId)];
  const where = { documentId };
  const prepared = await prepareRevision(compileSource, source, onProgress).catch((error) => {
    if (error instanceof AppError) return error;
    throw error;
  });
  if (prepared instanceof AppError)
    return async (tx) => {
      await recordFailedCheck(tx, documentId, prepared.message);
      return { documentId, outcome: "failed" };
    };
  const { sha256 } = prepared.row;
  const [document, watch] = await Promise.all([
    ctx.db.document.findFirst({
      where: { id: documentId, organizationId: ctx.organizationId },
      select: { currentRevisionId: true, title: true, sourceUrl: true },
    }),
    ctx.db.documentWatch.findUnique({ where }),
  ]);
  // Gone, watched no more, or read from elsewhere by now.
  if (!document || !watch || !("url" in source) || document.sourceUrl !== source.url)
    return async () => ({ documentId, outcome: "dropped" });
  const current = await ctx.db.documentRevision.findFirst({
    where: { id: document.currentRevisionId ?? "", organizationId: ctx.organizationId },
    select: { sha256: true, compiled: true },
  });
  // What was read here the last time is no news, even where somebody gave another revision since.
  const isSame =
    current !== null && (current.sha256 === sha256 || watch.sha256 === sha256 || isSameCompiled(current, prepared.row));
  return async (tx, { follow }) => {
    // Somebody may have given a revision since the comparison; then it is made again.
    await tx.$queryRaw`SELECT id FROM "Document" WHERE id = ${documentId} FOR UPDATE`;
    const now = await tx.document.findUniqueOrThrow({ where: { id: documentId }, select: { currentRevisionId: true } });
    if (now.currentRevisionId !== document.currentRevisionId)
      throw new AppError("conflict", "The document got another revision at the same moment.");
    const outcome = isSame ? "same" : "changed";
    await tx.documentWatch.updateMany({
      where,
      data: { checkedAt: new Date(), outcome, problem: null, failures: 0, sha256 },
    });
    if (isSame) {
      // Its time of change is when it was last read.
      await tx.document.update({ where: { id: documentId }, data: { updatedAt: new Date() } });
      return { documentId, outcome };
    }
    const { organizationId } = ctx;
    const { title } = document;
    const { validationJobId } = await saveRevision(tx, {
      ...{ organizationId, documentId, revisionId, title, prepared },
      sourceUrl: source.url,
    });
    follow(validationJobId, "validate-document");
    if (ctx.mailer) {
      const id = newId("job");
      const told = { documentId, before: document.currentRevisionId ?? "", after: revisionId };
      await tx.job.create({ data: { id, organizationId, kind: "tell-document-changed", input: told } });
      follow(id, "tell-document-changed");
    }
    return { documentId, outcome, revisionId };
  };
};
