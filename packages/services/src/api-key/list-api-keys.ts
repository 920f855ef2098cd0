import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { type ApiKeyScope, scopesOf } from "./scopes.ts";

export interface ApiKeyView {
  id: string;
  name: string;
  start: string;
  scopes: ApiKeyScope[];
  /** The only server that it may call; null: all. */
  server: { id: string; title: string } | null;
  /** Who made it; null when it came with the installation or they are gone. */
  createdBy: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

/** The organization's keys that are not revoked, newest first. */
export async function listApiKeys({ ctx }: Pick<Call<never>, "ctx">): Promise<ApiKeyView[]> {
  authorize(ctx, "apiKey.manage");
  const rows = await ctx.db.apiKey.findMany({
    where: { organizationId: ctx.organizationId, revokedAt: null },
    include: { server: { select: { id: true, title: true } } },
    orderBy: { createdAt: "desc" },
  });
  const makers = await ctx.db.user.findMany({
    where: { id: { in: rows.flatMap(({ createdById }) => createdById ?? []) } },
    select: { id: true, name: true },
  });
  const names = new Map(makers.map(({ id, name }) => [id, name]));
  return rows.map(({ id, name, start, scopes, server, createdById, createdAt, expiresAt, lastUsedAt }) => ({
    id,
    name,
    start,
    scopes: scopesOf(scopes),
    server,
    createdBy: names.get(createdById ?? "") ?? null,
    createdAt,
    expiresAt,
    lastUsedAt,
  }));
}
