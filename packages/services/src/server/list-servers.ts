import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { hourlyCalls } from "../usage/hourly-calls.ts";
import { DOCUMENTS } from "./find-server.ts";
import { type ServerView, serverView } from "./views.ts";

/** Without the icon, which may have some KB. */
export interface ServerCard extends Omit<ServerView, "icon"> {
  toolCount: number | null;
  versionNumber: number | null;
  /** Calls of each of the last 24 hours, oldest first. */
  callsByHour: number[];
  lastCallAt: Date | null;
}

/** How many servers come back at once. */
export const SERVERS_PAGE_MAX = 100;

/** The organization's servers, newest first, with what their cards show. */
export async function listServers({
  ctx,
  input,
}: Call<{ cursor?: string | undefined }>): Promise<{ items: ServerCard[]; nextCursor: string | null }> {
  authorize(ctx, "server.read");
  const rows = await ctx.db.server.findMany({
    where: { organizationId: ctx.organizationId, ...(input.cursor ? { id: { lt: input.cursor } } : {}) },
    include: { organization: { select: { slug: true } }, documents: DOCUMENTS },
    orderBy: { id: "desc" },
    take: SERVERS_PAGE_MAX + 1,
  });
  const page = rows.slice(0, SERVERS_PAGE_MAX);
  const [versions, calls] = await Promise.all([
    ctx.db.version.findMany({
      where: { id: { in: page.flatMap(({ publishedVersionId }) => publishedVersionId ?? []) } },
      select: { id: true, number: true, toolCount: true },
    }),
    hourlyCalls(
      ctx,
      page.map(({ id }) => id),
    ),
  ]);
  const versionOf = new Map(versions.map((version) => [version.id, version]));
  return {
    items: page.map((row) => {
      const { icon: _icon, ...view } = serverView(ctx, row);
      const version = row.publishedVersionId ? versionOf.get(row.publishedVersionId) : undefined;
      const usage = calls.get(row.id);
      return {
        ...view,
        toolCount: version?.toolCount ?? null,
        versionNumber: version?.number ?? null,
        callsByHour: usage?.byHour ?? Array.from({ length: 24 }, () => 0),
        lastCallAt: usage?.lastCallAt ?? null,
      };
    }),
    nextCursor: rows.length > SERVERS_PAGE_MAX ? (page.at(-1)?.id ?? null) : null,
  };
}
