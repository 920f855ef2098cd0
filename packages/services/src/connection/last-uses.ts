import type { Deps } from "../context.ts";

/** When each connection last called. The gateway writes no row at a call, so usage tells. */
export async function lastUses({ db }: Pick<Deps, "db">, rows: readonly { id: string; serverId: string }[]) {
  if (rows.length === 0) return new Map<string, Date>();
  const found = await db.usageEvent.groupBy({
    by: ["connectionId"],
    where: {
      serverId: { in: [...new Set(rows.map(({ serverId }) => serverId))] },
      connectionId: { in: rows.map(({ id }) => id) },
    },
    _max: { occurredAt: true },
  });
  return new Map(
    found.flatMap(({ connectionId, _max: { occurredAt } }) =>
      connectionId && occurredAt ? [[connectionId, occurredAt] as const] : [],
    ),
  );
}
