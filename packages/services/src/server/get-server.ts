import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { type DocumentWatchView, readWatch } from "../document/watch.ts";
import { findServer } from "./find-server.ts";
import { findRevisions, type RevisionView } from "./review-upgrade.ts";
import { type ServerView, serverView } from "./views.ts";

export interface ServerDetail extends ServerView {
  /** The revision that the draft is built from. */
  revision: RevisionView;
  document: {
    id: string;
    title: string;
    sourceUrl: string | null;
    /** When it was last read, whether it had changed or not. */
    readAt: Date;
    /** The newest one; the server's own may be older. */
    revision: RevisionView;
    /** How often its link is looked at again, and what came of it. */
    watch: DocumentWatchView;
  };
  publishedVersion: { id: string; number: number; toolCount: number; tokenCount: number; createdAt: Date } | null;
  connectionCount: number;
}

/** One server, by id or slug. */
export async function getServer({ ctx, input }: Call<{ id: string }>): Promise<ServerDetail> {
  authorize(ctx, "server.read");
  const row = await findServer(ctx, input.id);
  const [{ from, to }, { updatedAt: readAt, ...document }, watch, publishedVersion, connectionCount] =
    await Promise.all([
      findRevisions(ctx, row, undefined),
      ctx.db.document.findUniqueOrThrow({
        where: { id: row.documentId },
        select: { id: true, title: true, sourceUrl: true, updatedAt: true },
      }),
      readWatch(ctx, row.documentId),
      row.publishedVersionId
        ? ctx.db.version.findUnique({
            where: { id: row.publishedVersionId },
            select: { id: true, number: true, toolCount: true, tokenCount: true, createdAt: true },
          })
        : null,
      ctx.db.connection.count({ where: { serverId: row.id, revokedAt: null } }),
    ]);
  return {
    ...serverView(ctx, row),
    revision: from,
    document: { ...document, readAt, revision: to, watch },
    publishedVersion,
    connectionCount,
  };
}
