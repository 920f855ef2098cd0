import { newId, type Tx } from "@portico/db";
import type { Ctx } from "../context.ts";
import type { PreparedVersion } from "./manifest.ts";

/**
 * Writes the version and makes it the one that is served. When the served version is this very content already, nothing is
 * written and its number comes back: publishing twice is publishing once.
 */
export async function saveVersion(
  tx: Tx,
  ctx: Ctx,
  serverId: string,
  {
    prepared,
    draft,
    note,
  }: {
    prepared: PreparedVersion;
    /** What it was made of, as packDraft writes it. */
    draft: Uint8Array<ArrayBuffer>;
    note?: string | undefined;
  },
): Promise<{ id: string; number: number; isNew: boolean }> {
  // Two publishers at once take turns, so that numbers stay without gaps.
  await tx.$queryRaw`SELECT id FROM "Server" WHERE id = ${serverId} FOR UPDATE`;
  const server = await tx.server.findUniqueOrThrow({ where: { id: serverId }, select: { publishedVersionId: true } });
  const served = server.publishedVersionId
    ? await tx.version.findUnique({
        where: { id: server.publishedVersionId },
        select: { id: true, number: true, contentHash: true },
      })
    : null;
  if (served?.contentHash === prepared.hash) return { id: served.id, number: served.number, isNew: false };
  const latest = await tx.version.findFirst({
    where: { serverId },
    orderBy: { number: "desc" },
    select: { number: true },
  });
  const id = newId("version");
  const number = (latest?.number ?? 0) + 1;
  await tx.version.create({
    data: {
      id,
      organizationId: ctx.organizationId,
      serverId,
      number,
      contentHash: prepared.hash,
      manifest: prepared.packed,
      draft,
      toolCount: prepared.manifest.tools.length,
      tokenCount: prepared.tokens,
      note: note || null,
      createdById: ctx.actor.type === "user" ? ctx.actor.id : null,
    },
  });
  await tx.toolsList.createMany({ data: prepared.packedLists.map((list) => ({ ...list, versionId: id })) });
  await tx.server.update({ where: { id: serverId }, data: { publishedVersionId: id } });
  return { id, number, isNew: true };
}

/** Tells every gateway to look the server's pointer up again. */
export async function announceServer({ state }: Pick<Ctx, "state">, serverId: string): Promise<void> {
  await state.publish("server-changed", serverId).catch(() => {});
}
