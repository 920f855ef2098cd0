import type { Ctx } from "../context.ts";
import { openCompiled } from "../document/revision.ts";

/** An operation with a tool, as far as it is searched by. */
export interface IndexedOperation {
  key: string;
  name: string;
  summary: string;
}

/** Of all revisions that are kept open together: some 20 MB. */
const KEPT_OPERATIONS_MAX = 50_000;

const kept = new Map<string, Promise<IndexedOperation[]>>();
let keptOperations = 0;

/**
 * What the operations of a revision are searched by. Opening a large document takes most of a second, and a revision never changes: the
 * ones read last stay in memory. The caller has checked that it may be seen.
 */
export async function readOperationIndex(ctx: Pick<Ctx, "db">, revisionId: string): Promise<IndexedOperation[]> {
  const known = kept.get(revisionId);
  if (known) return known;
  const reading = read(ctx, revisionId);
  kept.set(revisionId, reading);
  try {
    const index = await reading;
    keptOperations += index.length;
    for (const [oldest, other] of kept) {
      if (keptOperations <= KEPT_OPERATIONS_MAX || oldest === revisionId) break;
      kept.delete(oldest);
      keptOperations -= (await other.catch(() => [])).length;
    }
    return index;
  } catch (error) {
    kept.delete(revisionId);
    throw error;
  }
}

async function read({ db }: Pick<Ctx, "db">, revisionId: string): Promise<IndexedOperation[]> {
  const row = await db.documentRevision.findUniqueOrThrow({ where: { id: revisionId }, select: { compiled: true } });
  const { operations } = await openCompiled(row, new Set());
  return operations.flatMap(({ key, toolName, summary = "" }) => (toolName ? [{ key, name: toolName, summary }] : []));
}
