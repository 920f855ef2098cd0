import type { Tx } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import { findServer, type ServerRow } from "./find-server.ts";
import { checkDocumentsThere, keepDraft, packDraft, unpackDraft, writeDraft } from "./kept-draft.ts";
import { readOverrides } from "./override.ts";
import { type ServerView, serverView } from "./views.ts";

/** A step of a draft that can be taken back: a move to another revision, or a version that was made the draft. */
export type DraftStep = "upgrade" | "restore";

/** The draft as it is, for `saveDraftBefore`. */
export async function packDraftOf(ctx: Ctx, server: ServerRow): Promise<Uint8Array<ArrayBuffer>> {
  return packDraft(keepDraft(server, await readOverrides(ctx.db, server.id)));
}

/** Keeps what the draft was before a step that counted its lock on by one, in the place of what was kept before. The caller holds the server's row. */
export async function saveDraftBefore(
  tx: Tx,
  { id: serverId, organizationId, lock }: Pick<ServerRow, "id" | "organizationId" | "lock">,
  step: DraftStep,
  draft: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const kept = { step, draft, lock: lock + 1, createdAt: new Date() };
  await tx.draftBefore.upsert({
    where: { serverId },
    create: { serverId, organizationId, ...kept },
    update: kept,
  });
}

export interface LastStep {
  step: DraftStep;
  at: Date;
  /** False once somebody changed the draft since. */
  canUndo: boolean;
  /** The number to send back when it is taken back. */
  lock: number;
}

/** The last step of a draft that was kept; null when there is none. */
export async function getLastStep({ ctx, input }: Call<{ id: string }>): Promise<LastStep | null> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.id);
  const row = await ctx.db.draftBefore.findUnique({
    where: { serverId: server.id },
    select: { step: true, lock: true, createdAt: true },
  });
  if (!row) return null;
  return { step: row.step as DraftStep, at: row.createdAt, canUndo: row.lock === server.lock, lock: row.lock };
}

const schema = z
  .object({
    id: z.string(),
    /** The `lock` that the step answered with: only that very step is taken back. */
    lock: z.number().int().optional(),
  })
  .strict();
export type UndoDraftInput = z.input<typeof schema>;

/**
 * Brings a draft back as it was before the last upgrade, or before a version was made the draft, unless anything of it was changed since. What
 * is served stays as it is.
 */
export async function undoDraft({ ctx, input }: Call<UndoDraftInput>): Promise<ServerView> {
  authorize(ctx, "server.write");
  const { id, lock } = parseInput(schema, input);
  const server = await findServer(ctx, id);
  const row = await ctx.db.draftBefore.findUnique({ where: { serverId: server.id } });
  if (!row)
    throw new AppError(
      "precondition_failed",
      "There is nothing to take back: since the last undo no document was upgraded here, and no version made the draft.",
    );
  if (row.lock !== server.lock || (lock !== undefined && lock !== row.lock))
    throw new AppError(
      "conflict",
      "The draft was changed since, so nothing was taken back and nothing is lost. Versions can be made the draft again on the Versions page.",
    );
  const draft = await unpackDraft(row.draft);
  await checkDocumentsThere(ctx, draft);
  await ctx.db.$transaction(async (tx) => {
    await writeDraft(tx, ctx, server, draft);
    await tx.draftBefore.delete({ where: { serverId: server.id } });
    await audit(tx, ctx, "server.undo", server.id, { step: row.step });
  });
  return serverView(ctx, await findServer(ctx, server.id));
}
