import type { Prisma } from "@portico/db";
import type { Ctx } from "../context.ts";
import { notFound } from "../error.ts";

/** A server's documents, as everything that works on its draft needs them. */
export const DOCUMENTS = {
  select: {
    documentId: true,
    revisionId: true,
    key: true,
    position: true,
    baseUrl: true,
    held: true,
    document: { select: { title: true, sourceUrl: true } },
  },
  orderBy: { position: "asc" },
} satisfies Prisma.Server$documentsArgs;

/** The row of a server of this organization, by id or by slug. */
export async function findServer(ctx: Ctx, idOrSlug: string) {
  const server = await ctx.db.server.findFirst({
    where: { organizationId: ctx.organizationId, OR: [{ id: idOrSlug }, { slug: idOrSlug }] },
    include: { organization: { select: { slug: true } }, documents: DOCUMENTS },
  });
  if (!server) throw notFound("server");
  return server;
}

export type ServerRow = Awaited<ReturnType<typeof findServer>>;
