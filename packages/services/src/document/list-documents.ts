import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { parseInput } from "../input.ts";
import type { RevisionView } from "../server/review-upgrade.ts";
import { type DocumentWatchView, watchView } from "./watch.ts";

export interface DocumentCard {
  id: string;
  title: string;
  /** Where it is read from; null when it was uploaded or pasted. */
  sourceUrl: string | null;
  operationCount: number;
  /** When it was last read, whether it had changed or not. */
  readAt: Date;
  /** The newest one; servers may be built from an older one. */
  revision: RevisionView;
  /** How often its link is looked at again, and what came of it. */
  watch: DocumentWatchView;
  /** Servers that are built from it. */
  servers: { id: string; slug: string; title: string }[];
}

const schema = z.object({
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** The documents that were imported, newest first, a page at a time. One whose first reading failed is none. */
export async function listDocuments({ ctx, input }: Call<z.input<typeof schema>>): Promise<{
  items: DocumentCard[];
  nextCursor: string | null;
}> {
  authorize(ctx, "server.read");
  const { cursor, limit } = parseInput(schema, input);
  const rows = await ctx.db.document.findMany({
    where: {
      organizationId: ctx.organizationId,
      currentRevisionId: { not: null },
      ...(cursor === undefined ? {} : { id: { lt: cursor } }),
    },
    include: { watch: true, servers: { select: { server: { select: { id: true, slug: true, title: true } } } } },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const revisions = await ctx.db.documentRevision.findMany({
    where: {
      organizationId: ctx.organizationId,
      id: { in: page.flatMap(({ currentRevisionId }) => currentRevisionId ?? []) },
    },
    select: { id: true, number: true, createdAt: true, operationCount: true },
  });
  const revisionOf = new Map(revisions.map((one) => [one.id, one]));
  return {
    items: page.flatMap(({ id, title, sourceUrl, updatedAt: readAt, currentRevisionId, watch, servers }) => {
      const found = revisionOf.get(currentRevisionId ?? "");
      if (!found) return [];
      const { operationCount, ...revision } = found;
      return {
        ...{ id, title, sourceUrl, operationCount, readAt, revision },
        watch: watchView(watch),
        servers: servers.map(({ server }) => server),
      };
    }),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
}
