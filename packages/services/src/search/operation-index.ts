import { assembledKey, assembleNames } from "@portico/openapi";
import type { Ctx } from "../context.ts";
import { openCompiled } from "../document/revision.ts";
import { heldOf } from "../server/held.ts";

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
async function readOperationIndex(ctx: Pick<Ctx, "db">, revisionId: string): Promise<IndexedOperation[]> {
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

/** The same with what is held back as earlier revisions have it. */
async function readDocumentIndex(
  ctx: Pick<Ctx, "db">,
  { revisionId, held }: { revisionId: string; held: unknown },
): Promise<IndexedOperation[]> {
  const index = await readOperationIndex(ctx, revisionId);
  const all = heldOf({ held });
  if (all.length === 0) return index;
  const earlier = await Promise.all(
    all.map(async (one) => (await readOperationIndex(ctx, one.revisionId)).filter(({ key }) => key === one.operation)),
  );
  const kept = new Map(earlier.flat().map((one) => [one.key, one]));
  const known = new Set(index.map(({ key }) => key));
  return [...index.map((one) => kept.get(one.key) ?? one), ...[...kept.values()].filter(({ key }) => !known.has(key))];
}

/** The same of the documents of a server as one. */
export async function readServerIndex(
  ctx: Pick<Ctx, "db">,
  documents: readonly { key: string; revisionId: string; held: unknown }[],
): Promise<IndexedOperation[]> {
  const indexes = await Promise.all(documents.map((one) => readDocumentIndex(ctx, one)));
  const [only] = indexes;
  if (only && documents.length === 1 && documents[0]?.key === "") return only;
  const names = assembleNames(
    documents.map(({ key }, at) => ({
      key,
      operations: (indexes[at] ?? []).map((one) => ({ key: one.key, toolName: one.name })),
    })),
  );
  return documents.flatMap(({ key }, at) =>
    (indexes[at] ?? []).map((one) => ({
      key: assembledKey(key, one.key),
      name: names[at]?.get(one.key) ?? one.name,
      summary: one.summary,
    })),
  );
}

async function read({ db }: Pick<Ctx, "db">, revisionId: string): Promise<IndexedOperation[]> {
  const row = await db.documentRevision.findUniqueOrThrow({ where: { id: revisionId }, select: { compiled: true } });
  const { operations } = await openCompiled(row, new Set());
  return operations.flatMap(({ key, toolName, summary = "" }) => (toolName ? [{ key, name: toolName, summary }] : []));
}
