import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { openCompiled } from "../document/revision.ts";
import { AppError } from "../error.ts";
import { findServer } from "./find-server.ts";
import { prepareVersion } from "./manifest.ts";
import { readOverrides } from "./override.ts";
import { announceServer, saveVersion } from "./version.ts";

export interface PublishedVersion {
  id: string;
  number: number;
  /** False when what is served already is exactly this. */
  isNew: boolean;
  tools: { name: string; operation: string }[];
}

/** Freezes the draft into the next version and serves it. */
export async function publishServer({ ctx, input }: Call<{ id: string }>): Promise<PublishedVersion> {
  authorize(ctx, "server.publish");
  const server = await findServer(ctx, input.id);
  const [revision, overrides] = await Promise.all([
    ctx.db.documentRevision.findUniqueOrThrow({ where: { id: server.revisionId }, select: { compiled: true } }),
    readOverrides(ctx.db, server.id),
  ]);
  const selection = server.selection as string[];
  if (selection.length === 0 && (server.composedTools as unknown[]).length === 0)
    throw new AppError("precondition_failed", "No tool is picked. Pick at least one, then publish.");
  const prepared = await prepareVersion({
    server,
    compiled: await openCompiled(revision),
    documentUrl: server.document.sourceUrl,
    selection,
    overrides,
  });
  const version = await ctx.db.$transaction(async (tx) => {
    const saved = await saveVersion(tx, ctx, server.id, prepared);
    // Which holds the row: an upgrade that came between would leave its edits on the earlier revision's tools.
    const now = await tx.server.findUniqueOrThrow({ where: { id: server.id }, select: { revisionId: true } });
    if (now.revisionId !== server.revisionId)
      throw new AppError("conflict", "The draft moved to another revision of its document meanwhile. Publish again.");
    if (saved.isNew) await audit(tx, ctx, "server.publish", server.id, { version: saved.number });
    return saved;
  });
  await announceServer(ctx, server.id);
  return { ...version, tools: prepared.manifest.tools.map(({ name, operation }) => ({ name, operation })) };
}
