import { splitKey } from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call, Ctx } from "../context.ts";
import { type DocumentWatchView, watchView } from "../document/watch.ts";
import { notFound } from "../error.ts";
import { findServer, type ServerRow } from "./find-server.ts";
import { describeHeld, type HeldView } from "./held.ts";
import type { RevisionView } from "./review-upgrade.ts";

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
  /** Operations that an upgrade left as an earlier revision has them. */
  held: HeldView[];
  /** How often its link is looked at again, and what came of it. */
  watch: DocumentWatchView;
}

/** The documents of a server, in the order in which they were added. */
export async function listServerDocuments({ ctx, input }: Call<{ serverId: string }>): Promise<ServerDocumentView[]> {
  authorize(ctx, "server.read");
  return describeDocuments(ctx, await findServer(ctx, input.serverId));
}

/** What a draft is built from, in as many queries for twenty documents as for one. */
export async function describeDocuments(
  ctx: Ctx,
  { documents, selection }: Pick<ServerRow, "documents" | "selection">,
): Promise<ServerDocumentView[]> {
  const keys = documents.map(({ key }) => key);
  const picked = Map.groupBy(selection as string[], (operation) => splitKey(operation, keys).document);
  const rows = await ctx.db.document.findMany({
    where: { id: { in: documents.map(({ documentId }) => documentId) } },
    select: { id: true, title: true, sourceUrl: true, updatedAt: true, currentRevisionId: true, watch: true },
  });
  const revisions = await ctx.db.documentRevision.findMany({
    where: {
      id: {
        in: [
          ...documents.map(({ revisionId }) => revisionId),
          ...rows.flatMap(({ currentRevisionId }) => currentRevisionId ?? []),
        ],
      },
    },
    select: { id: true, number: true, createdAt: true, operationCount: true },
  });
  const held = await describeHeld(ctx, documents);
  return documents.map(({ documentId: id, revisionId, key, baseUrl }) => {
    const row = found(rows, id);
    const { operationCount, ...draftRevision } = found(revisions, revisionId);
    const { operationCount: _of, ...revision } = found(revisions, row.currentRevisionId ?? revisionId);
    const { title, sourceUrl, updatedAt: readAt, watch } = row;
    return {
      ...{ id, title, sourceUrl, key, baseUrl, operationCount, readAt, revision, draftRevision },
      pickedCount: picked.get(key)?.length ?? 0,
      held: held.get(id) ?? [],
      watch: watchView(watch),
    };
  });
}

function found<Row extends { id: string }>(rows: readonly Row[], id: string): Row {
  const row = rows.find((one) => one.id === id);
  if (!row) throw notFound("document");
  return row;
}
