import type { Ctx } from "../context.ts";
import { notFound } from "../error.ts";

/** The row of a server of this organization, by id or by slug. */
export async function findServer(ctx: Ctx, idOrSlug: string) {
  const server = await ctx.db.server.findFirst({
    where: { organizationId: ctx.organizationId, OR: [{ id: idOrSlug }, { slug: idOrSlug }] },
    include: { organization: { select: { slug: true } }, document: { select: { sourceUrl: true } } },
  });
  if (!server) throw notFound("server");
  return server;
}

export type ServerRow = Awaited<ReturnType<typeof findServer>>;
