import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { findServer } from "../server/find-server.ts";
import { hourlyCalls } from "./hourly-calls.ts";

export interface UsageFigures {
  calls: number;
  /** Calls that failed; one that a person declined did not. */
  errors: number;
  /** Calls that a person was asked about first and did not allow. */
  declined: number;
  /** 95th percentile of the whole call, in milliseconds, declined ones left out; null without calls. */
  p95Ms: number | null;
  people: number;
}

export interface UsageSummary {
  /** The last 24 hours. */
  now: UsageFigures;
  /** The 24 hours before. */
  before: UsageFigures;
  callsByHour: number[];
  topTools: { tool: string; calls: number; errors: number; declined: number }[];
}

const DAY_MS = 86_400_000;

/** A server's last 24 hours beside the 24 before them. */
export async function summarizeUsage({ ctx, input }: Call<{ serverId: string }>): Promise<UsageSummary> {
  authorize(ctx, "usage.read");
  const server = await findServer(ctx, input.serverId);
  const now = Date.now();
  const figures = async (from: Date, to: Date): Promise<UsageFigures> => {
    const [row] = await ctx.db.$queryRaw<UsageFigures[]>`
      SELECT count(*)::int AS calls, (count(*) FILTER (WHERE outcome NOT IN ('ok', 'declined')))::int AS errors,
             (count(*) FILTER (WHERE outcome = 'declined'))::int AS declined,
             percentile_cont(0.95) WITHIN GROUP (ORDER BY "durationMs") FILTER (WHERE outcome <> 'declined') AS "p95Ms", count(DISTINCT subject)::int AS people
      FROM "UsageEvent"
      WHERE "serverId" = ${server.id} AND kind = 'call' AND "occurredAt" >= ${from}::timestamptz AND "occurredAt" < ${to}::timestamptz`;
    return row ?? { calls: 0, errors: 0, declined: 0, p95Ms: null, people: 0 };
  };
  const [current, before, byHour, topTools] = await Promise.all([
    figures(new Date(now - DAY_MS), new Date(now + 60_000)),
    figures(new Date(now - 2 * DAY_MS), new Date(now - DAY_MS)),
    hourlyCalls(ctx, [server.id]),
    ctx.db.$queryRaw<UsageSummary["topTools"]>`
      SELECT tool, count(*)::int AS calls, (count(*) FILTER (WHERE outcome NOT IN ('ok', 'declined')))::int AS errors,
             (count(*) FILTER (WHERE outcome = 'declined'))::int AS declined
      FROM "UsageEvent"
      WHERE "serverId" = ${server.id} AND kind = 'call' AND tool IS NOT NULL AND "occurredAt" >= ${new Date(now - DAY_MS)}::timestamptz
      GROUP BY tool ORDER BY calls DESC, tool LIMIT 8`,
  ]);
  return {
    now: current,
    before,
    callsByHour: byHour.get(server.id)?.byHour ?? Array.from({ length: 24 }, () => 0),
    topTools,
  };
}
