import type { Prisma } from "@portico/db";
import { assembledKey, type Compiled, holdOperations, splitKey, successorsOf } from "@portico/openapi";
import type { Ctx } from "../context.ts";
import { openCompiled } from "../document/revision.ts";
import { notFound } from "../error.ts";
import type { ServerDocument } from "./documents.ts";
import type { RevisionView } from "./review-upgrade.ts";

/** An operation of a document, by its key there, that stays as a revision has it. */
export interface HeldOperation {
  operation: string;
  revisionId: string;
}

/** What of a document is held back. Written by `upgradeServer` only. */
export function heldOf({ held }: { held?: unknown }): HeldOperation[] {
  return (held ?? []) as HeldOperation[];
}

/** The same as a column holds it. */
export function toJson(held: readonly HeldOperation[]): Prisma.InputJsonArray {
  return held.map(({ operation, revisionId }) => ({ operation, revisionId }));
}

/** A revision with what is held back in it, and what became of that in the revision itself. */
export interface OpenRevision {
  compiled: Compiled;
  /** By the key of an operation that is held, the one that it has there now. */
  successors: ReadonlyMap<string, string>;
  /** Operations that are held and have no successor: it has them no more. */
  gone: ReadonlySet<string>;
}

/** `select`: of these operations the tools are opened. */
export async function withHeld(
  rows: readonly { id: string; compiled: Uint8Array }[],
  compiled: Compiled,
  held: readonly HeldOperation[],
  select?: ReadonlySet<string>,
): Promise<OpenRevision> {
  if (held.length === 0) return { compiled, successors: new Map(), gone: new Set() };
  const byRevision = Map.groupBy(held, ({ revisionId }) => revisionId);
  const earlier = await Promise.all(
    [...byRevision].map(async ([revisionId, all]) => {
      const row = rows.find(({ id }) => id === revisionId);
      if (!row) throw notFound("revision of the document");
      const operations = all.map(({ operation }) => operation);
      // All of them, whatever is selected: their security schemes do not depend on it.
      return { compiled: await openCompiled(row, new Set(operations)), operations };
    }),
  );
  const whole = holdOperations(compiled, earlier);
  const successors = successorsOf(compiled, earlier);
  const own = new Set(compiled.operations.map(({ key }) => key));
  const isGone = (key: string) => !own.has(key) && !successors.has(key);
  return {
    compiled: select ? { ...whole, tools: whole.tools.filter(({ operation }) => select.has(operation)) } : whole,
    successors,
    gone: new Set(held.map(({ operation }) => operation).filter(isGone)),
  };
}

/** An operation of a server that is held back, and at which revision of its document. */
export interface HeldView {
  operation: string;
  revision: RevisionView;
}

/** All that is held back of a server's draft, by document. */
export async function describeHeld(
  ctx: Pick<Ctx, "db">,
  documents: readonly Pick<ServerDocument, "documentId" | "key" | "held">[],
): Promise<Map<string, HeldView[]>> {
  const all = documents.flatMap((document) => heldOf(document).map((one) => ({ ...document, ...one })));
  if (all.length === 0) return new Map();
  const rows = await ctx.db.documentRevision.findMany({
    where: { id: { in: [...new Set(all.map(({ revisionId }) => revisionId))] } },
    select: { id: true, number: true, createdAt: true },
  });
  const views = all.flatMap(({ documentId, key, operation, revisionId }) => {
    const revision = rows.find(({ id }) => id === revisionId);
    return revision ? [{ documentId, operation: assembledKey(key, operation), revision }] : [];
  });
  return new Map(
    [...Map.groupBy(views, ({ documentId }) => documentId)].map(([documentId, held]) => [
      documentId,
      held.map(({ operation, revision }) => ({ operation, revision })),
    ]),
  );
}

/** The revision that an operation of a draft is from. */
export function revisionOf(documents: readonly ServerDocument[], operation: string): string | undefined {
  const own = splitKey(
    operation,
    documents.map(({ key }) => key),
  );
  const document = documents.find(({ key }) => key === own.document);
  return document && (heldOf(document).find((one) => one.operation === own.operation) ?? document).revisionId;
}
