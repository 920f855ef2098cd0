import { assembledKey, type MergeReport, type Override, splitKey } from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import { findServerDocument, type ServerDocument } from "./documents.ts";
import { packDraftOf, saveDraftBefore } from "./draft-before.ts";
import { findServer, type ServerRow } from "./find-server.ts";
import { describeHeld, type HeldOperation, type HeldView, heldOf, toJson } from "./held.ts";
import { replaceOverrides } from "./override.ts";
import {
  documentSchema,
  findRevisions,
  holdable,
  mergeRevision,
  type RevisionView,
  revisionNumberSchema,
} from "./review-upgrade.ts";
import { resolveSelection, TOOLS_MAX } from "./selection.ts";
import { type ServerView, serverView } from "./views.ts";

const operation = z.string().max(2_048);
const schema = z
  .object({
    id: z.string(),
    /** Which document of the server; the first when left out. */
    document: documentSchema.optional(),
    /** Which revision; the document's current one when left out. */
    revision: revisionNumberSchema.optional(),
    /** The `lock` that was reviewed; a change of the draft since then is a conflict. */
    lock: z.number().int().optional(),
    /** Conflicts where the document's new text is taken instead of the person's. */
    take: z
      .array(z.object({ operation, field: z.enum(["name", "title", "description"]) }).strict())
      .max(TOOLS_MAX)
      .default([]),
    /**
     * Operations of the draft, by their keys now, that stay as they are although the revision changes, moves or drops them; all others are taken.
     * Left out, what is held back stays so, and nothing else is. With the revision that the draft is built from, it lets go of what it does not name.
     */
    hold: z.array(operation).max(TOOLS_MAX).optional(),
    /** New operations that become tools. */
    add: z.array(operation).max(TOOLS_MAX).default([]),
  })
  .strict();
export type UpgradeServerInput = z.input<typeof schema>;

export interface Upgraded {
  server: ServerView;
  from: RevisionView;
  to: RevisionView;
  /** Without what is held back. */
  changes: MergeReport;
  /** What is held back now. */
  held: HeldView[];
}

/**
 * Moves a server's draft to another revision of one of its documents. Choices and edits follow their operations; those of operations that
 * are gone are dropped. The draft of before is kept for `undoDraft`. What is served stays as it is until somebody publishes.
 */
export async function upgradeServer({ ctx, input }: Call<UpgradeServerInput>): Promise<Upgraded> {
  authorize(ctx, "server.write");
  const { id, document: documentId, revision, lock, take, add, hold } = parseInput(schema, input);
  const server = await findServer(ctx, id);
  if (lock !== undefined && lock !== server.lock)
    throw new AppError(
      "conflict",
      "Somebody else changed this server meanwhile. Reload to see what changed, then apply the document's changes again.",
    );
  const document = findServerDocument(server, documentId);
  const { from, to } = await findRevisions(ctx, document, revision);
  if (from.id === to.id && (hold === undefined || heldOf(document).length === 0))
    throw new AppError(
      "precondition_failed",
      `The draft is built from revision ${from.number} of the document already.${heldOf(document).length > 0 ? " Say with hold which of the operations that are held back stay so." : ""}`,
    );
  const held = await heldFor(ctx, server, document, { revisionId: to.id, hold });
  const { report, edits, after } = await mergeRevision(ctx, server, document, to.id, held);
  const overrides = takeDocument(edits.overrides, take, report);
  const selection = resolveSelection(after, { operations: [...edits.selection, ...add] });
  const draftBefore = await packDraftOf(ctx, server);
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.server.updateMany({
      where: { id: server.id, lock: server.lock },
      data: { selection, lock: { increment: 1 } },
    });
    if (count === 0) throw new AppError("conflict", "Somebody else changed this server at the same moment. Try again.");
    await tx.serverDocument.update({
      where: { serverId_documentId: { serverId: server.id, documentId: document.documentId } },
      data: { revisionId: to.id, held: toJson(held) },
    });
    await replaceOverrides(tx, server.id, overrides);
    await saveDraftBefore(tx, server, "upgrade", draftBefore);
    await audit(tx, ctx, "server.upgrade", server.id, {
      from: from.number,
      to: to.number,
      added: add.length,
      taken: take.length,
      removed: report.removed.filter(({ wasSelected }) => wasSelected).length,
      renamed: report.renamed.length,
      held: held.length,
    });
  });
  const now = await findServer(ctx, server.id);
  const views = await describeHeld(ctx, now.documents);
  return {
    server: serverView(ctx, now),
    ...{ from, to, changes: report },
    held: views.get(document.documentId) ?? [],
  };
}

/** What is held back at which revision: what was held already stays there. What the revision does not change needs no holding. */
async function heldFor(
  ctx: Ctx,
  server: ServerRow,
  document: ServerDocument,
  { revisionId, hold }: { revisionId: string; hold: readonly string[] | undefined },
): Promise<HeldOperation[]> {
  const before = heldOf(document);
  if (hold === undefined ? before.length === 0 : hold.length === 0) return [];
  const { report } = await mergeRevision(ctx, server, document, revisionId);
  const changing = new Set(holdable(report));
  const known = new Map(before.map((one) => [assembledKey(document.key, one.operation), one]));
  const needless = hold?.filter((operation) => !changing.has(operation)) ?? [];
  if (needless.length > 0)
    throw new AppError(
      "invalid_input",
      `hold: the revision neither changes, moves nor drops ${needless.slice(0, 10).join(", ")}. The review lists what can be held back, under "holdable".`,
      { operations: needless },
    );
  const wanted = hold ? new Set(hold) : known;
  return holdable(report)
    .filter((operation) => wanted.has(operation))
    .map(
      (operation) =>
        known.get(operation) ?? { operation: ownKey(document, operation), revisionId: document.revisionId },
    );
}

function ownKey({ key }: Pick<ServerDocument, "key">, operation: string): string {
  return splitKey(operation, [key]).operation;
}

/** The overrides without the fields where the document's word is taken. */
function takeDocument(
  overrides: readonly Override[],
  take: z.output<typeof schema>["take"],
  { conflicting }: MergeReport,
): Override[] {
  const taken = new Map<string, Set<string>>();
  for (const { operation, field } of take) {
    if (!conflicting.some((conflict) => conflict.operation === operation && conflict.field === field))
      throw new AppError(
        "invalid_input",
        `take: the document and your edit do not disagree about the ${field} of ${operation}. The review lists where they do, under "conflicting".`,
        { operation, field },
      );
    taken.set(operation, (taken.get(operation) ?? new Set()).add(field));
  }
  return overrides.flatMap((override) => {
    const fields = taken.get(override.operation);
    if (!fields) return [override];
    const { operation, ...patch } = override;
    const left = Object.fromEntries(Object.entries(patch).filter(([field]) => !fields.has(field)));
    return Object.keys(left).length > 0 ? [{ operation, ...left }] : [];
  });
}
