import type { Ctx } from "../context.ts";
import type { PreparedRevision } from "./revision.ts";

/** The document's current revision when what was read is that very revision again; then there is nothing to store. */
export async function findSameRevision(
  { db, organizationId }: Pick<Ctx, "db" | "organizationId">,
  documentId: string,
  { row }: PreparedRevision,
): Promise<{ id: string; hasSameText: boolean } | null> {
  const document = await db.document.findFirst({
    where: { id: documentId, organizationId },
    select: { currentRevisionId: true },
  });
  if (!document?.currentRevisionId) return null;
  const current = await db.documentRevision.findFirst({
    where: { id: document.currentRevisionId, sha256: row.sha256 },
    select: { id: true, compiled: true, text: true },
  });
  return current && isSameCompiled(current, row) ? { id: current.id, hasSameText: isSameText(current, row) } : null;
}

/** Whether both were read from the same text, word for word. */
function isSameText(one: { text: Uint8Array | null }, other: { text: Uint8Array | null }): boolean {
  return one.text && other.text ? Buffer.compare(one.text, other.text) === 0 : one.text === other.text;
}

/** Whether the same tools come of both. A newer compiler may make others of the same source. */
export function isSameCompiled(one: { compiled: Uint8Array }, other: { compiled: Uint8Array }): boolean {
  return Buffer.compare(one.compiled, other.compiled) === 0;
}
