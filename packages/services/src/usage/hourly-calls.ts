import type { Ctx } from "../context.ts";

const HOUR_MS = 3_600_000;

/** Calls in each of the last 24 hours and the last call, for several servers at once. */
export async function hourlyCalls(
  ctx: Ctx,
  serverIds: string[],
): Promise<Map<string, { byHour: number[]; lastCallAt: Date }>> {
  const usage = new Map<string, { byHour: number[]; lastCallAt: Date }>();
  if (serverIds.length === 0) return usage;
  const since = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 23 * HOUR_MS);
  const rows = await ctx.db.$queryRaw<{ serverId: string; hour: number; calls: number; last: Date }[]>`
    SELECT "serverId", floor(extract(epoch FROM "occurredAt" - ${since}::timestamptz) / 3600)::int AS hour, count(*)::int AS calls, max("occurredAt") AS last
    FROM "UsageEvent"
    WHERE "organizationId" = ${ctx.organizationId} AND "serverId" = ANY(${serverIds}) AND kind = 'call' AND "occurredAt" >= ${since}::timestamptz
    GROUP BY 1, 2`;
  for (const { serverId, hour, calls, last } of rows) {
    const entry = usage.get(serverId) ?? { byHour: Array.from({ length: 24 }, () => 0), lastCallAt: last };
    if (hour >= 0 && hour < 24) entry.byHour[hour] = calls;
    if (last > entry.lastCallAt) entry.lastCallAt = last;
    usage.set(serverId, entry);
  }
  return usage;
}
