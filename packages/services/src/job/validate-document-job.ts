import { decompress } from "@portico/db";
import { positionsOf } from "../document/positions.ts";
import { toJson } from "../document/revision.ts";
import type { JobBody } from "./job-body.ts";

/** How many findings a revision keeps. */
const FINDINGS_MAX = 200;

/** Checks a stored revision against the specification and appends what is found to it. Result: { revisionId, findings }. */
export const validateDocumentJob: JobBody = async ({ ctx, input, validateSource }) => {
  const revisionId = String(input.revisionId);
  const where = { id: revisionId, organizationId: ctx.organizationId };
  const revision = await ctx.db.documentRevision.findFirst({
    where,
    select: { source: true, format: true, text: true, positions: true },
  });
  // The document may be gone by now.
  if (!revision) return async () => ({ revisionId, findings: 0 });
  const { file } = positionsOf(revision);
  const findings = await validateSource({
    source: await decompress(revision.source),
    format: revision.format,
    text: revision.text && (await decompress(revision.text)),
    ...(file === undefined ? {} : { file }),
  });
  const kept = findings.slice(0, FINDINGS_MAX).map(toJson);
  return async (tx) => {
    await tx.documentRevision.updateMany({ where, data: { findings: kept } });
    return { revisionId, findings: kept.length };
  };
};
