import { splitKey } from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call, Ctx } from "../context.ts";
import { type DocumentWatchView, readWatch } from "../document/watch.ts";
import { findServer, type ServerRow } from "./find-server.ts";
import { findRevisions, type RevisionView } from "./review-upgrade.ts";

/** A document that a server's tools come from. */
export interface ServerDocumentView {
  id: string;
  title: string;
  sourceUrl: string | null;
  /** What its operations, security schemes and variables begin with; empty for the document that the server was made from. */
  key: string;
  /** Replaces every base URL of the document. */
  baseUrl: string | null;
  operationCount: number;
  /** How many of them are tools of the draft. */
  pickedCount: number;
  /** When it was last read, whether it had changed or not. */
  readAt: Date;
  /** The newest one; the server's own may be older. */
  revision: RevisionView;
  /** The one that the draft is built from. */
  draftRevision: RevisionView;
  /** How often its link is looked at again, and what came of it. */
  watch: DocumentWatchView;
}

/** The documents of a server, in the order in which they were added. */
export async function listServerDocuments({ ctx, input }: Call<{ serverId: string }>): Promise<ServerDocumentView[]> {
  authorize(ctx, "server.read");
  return describeDocuments(ctx, await findServer(ctx, input.serverId));
}

export async function describeDocuments(
  ctx: Ctx,
  { documents, selection }: Pick<ServerRow, "documents" | "selection">,
): Promise<ServerDocumentView[]> {
  const keys = documents.map(({ key }) => key);
  const picked = Map.groupBy(selection as string[], (operation) => splitKey(operation, keys).document);
  return Promise.all(
    documents.map(async (document) => {
      const { documentId: id, revisionId, key, baseUrl } = document;
      const [{ from, to }, { title, sourceUrl, updatedAt }, { operationCount }, watch] = await Promise.all([
        findRevisions(ctx, document, undefined),
        ctx.db.document.findUniqueOrThrow({ where: { id }, select: { title: true, sourceUrl: true, updatedAt: true } }),
        ctx.db.documentRevision.findUniqueOrThrow({ where: { id: revisionId }, select: { operationCount: true } }),
        readWatch(ctx, id),
      ]);
      return {
        ...{ id, title, sourceUrl, key, baseUrl, operationCount, watch },
        pickedCount: picked.get(key)?.length ?? 0,
        readAt: updatedAt,
        revision: to,
        draftRevision: from,
      };
    }),
  );
}
