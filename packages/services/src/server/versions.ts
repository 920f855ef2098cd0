import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { findServer } from "./find-server.ts";
import { announceServer } from "./version.ts";

const INT4_MAX = 2 ** 31 - 1;

export interface VersionView {
  id: string;
  number: number;
  toolCount: number;
  tokenCount: number;
  createdAt: Date;
  isServed: boolean;
}

/** Every version of a server, newest first. */
export async function listVersions({ ctx, input }: Call<{ serverId: string }>): Promise<VersionView[]> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const rows = await ctx.db.version.findMany({
    where: { serverId: server.id, organizationId: ctx.organizationId },
    select: { id: true, number: true, toolCount: true, tokenCount: true, createdAt: true },
    orderBy: { number: "desc" },
    take: 200,
  });
  return rows.map((row) => ({ ...row, isServed: row.id === server.publishedVersionId }));
}

const rollbackSchema = z.object({ id: z.string(), version: z.number().int().min(1).max(INT4_MAX) }).strict();

/** Serves an earlier (or later) version again. Versions themselves never change; only the pointer moves. */
export async function rollbackServer({
  ctx,
  input,
}: Call<z.input<typeof rollbackSchema>>): Promise<{ id: string; number: number }> {
  authorize(ctx, "server.publish");
  const { id, version: number } = parseInput(rollbackSchema, input);
  const server = await findServer(ctx, id);
  const version = await ctx.db.version.findUnique({
    where: { serverId_number: { serverId: server.id, number } },
    select: { id: true, number: true },
  });
  if (!version) throw notFound("version");
  await ctx.db.$transaction(async (tx) => {
    await tx.server.update({ where: { id: server.id }, data: { publishedVersionId: version.id } });
    await audit(tx, ctx, "server.rollback", server.id, { version: version.number });
  });
  await announceServer(ctx, server.id);
  return version;
}
