import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import type { DocumentWatchView } from "../document/watch.ts";
import { findServer } from "./find-server.ts";
import { describeDocuments, type ServerDocumentView } from "./list-server-documents.ts";
import type { RevisionView } from "./review-upgrade.ts";
import { type ServerView, serverView } from "./views.ts";

export interface ServerDetail extends ServerView {
  /** The revision of its first document that the draft is built from. */
  revision: RevisionView;
  /** The first of its documents. */
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
  /** All that its tools come from. */
  documents: ServerDocumentView[];
  publishedVersion: { id: string; number: number; toolCount: number; tokenCount: number; createdAt: Date } | null;
  connectionCount: number;
}

/** One server, by id or slug. */
export async function getServer({ ctx, input }: Call<{ id: string }>): Promise<ServerDetail> {
  authorize(ctx, "server.read");
  const row = await findServer(ctx, input.id);
  const [documents, publishedVersion, connectionCount] = await Promise.all([
    describeDocuments(ctx, row),
    row.publishedVersionId
      ? ctx.db.version.findUnique({
          where: { id: row.publishedVersionId },
          select: { id: true, number: true, toolCount: true, tokenCount: true, createdAt: true },
        })
      : null,
    ctx.db.connection.count({ where: { serverId: row.id, revokedAt: null } }),
  ]);
  const [first] = documents;
  if (!first) throw new Error("A server has at least one document.");
  const { id, title, sourceUrl, readAt, revision, watch } = first;
  return {
    ...serverView(ctx, row),
    revision: first.draftRevision,
    document: { id, title, sourceUrl, readAt, revision, watch },
    documents,
    publishedVersion,
    connectionCount,
  };
}
