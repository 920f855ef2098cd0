import type { Ctx } from "../context.ts";
import type { PreparedRevision } from "./revision.ts";

/** The document's current revision when what was read is that very revision again; then there is nothing to store. */
export async function findSameRevision(
  { db, organizationId }: Pick<Ctx, "db" | "organizationId">,
  documentId: string,
  { row }: PreparedRevision,
): Promise<string | null> {
  const document = await db.document.findFirst({
    where: { id: documentId, organizationId },
    select: { currentRevisionId: true },
  });
  if (!document?.currentRevisionId) return null;
  const current = await db.documentRevision.findFirst({
    where: { id: document.currentRevisionId, sha256: row.sha256 },
    select: { id: true, compiled: true },
  });
  return current && isSameCompiled(current, row) ? current.id : null;
}

/** Whether the same tools come of both. A newer compiler may make others of the same source. */
export function isSameCompiled(one: { compiled: Uint8Array }, other: { compiled: Uint8Array }): boolean {
  return Buffer.compare(one.compiled, other.compiled) === 0;
}
