import { newId } from "@portico/db";
import { authorize } from "../access.ts";
import type { Call, Ctx, Deps } from "../context.ts";
import { enqueueJob } from "../job/start-job.ts";
import type { RequestLimits } from "../organization/request-limits.ts";
import { type CountedCalls, monthOf, nextMonth, readMonthlyCalls } from "./monthly-calls.ts";

/** When those who run an organization are told, in parts of a quota. */
const TELL_AT = [0.8, 1];

/** What has been used of the quotas in this month. */
export interface QuotaUse {
  month: string;
  /** When it begins anew. */
  endsAt: Date;
  calls: number;
  /** Most calls first. */
  servers: { id: string; slug: string; title: string; calls: number }[];
}

/** How many calls have reached APIs in this month, in all and of each server. */
export async function getQuotaUse({ ctx }: Pick<Call<never>, "ctx">): Promise<QuotaUse> {
  authorize(ctx, "server.read");
  const now = new Date();
  const month = monthOf(now);
  const [calls, servers] = await Promise.all([
    readMonthlyCalls(ctx, ctx.organizationId, month),
    ctx.db.server.findMany({
      where: { organizationId: ctx.organizationId },
      select: { id: true, slug: true, title: true },
    }),
  ]);
  const used = servers.map((server) => ({ ...server, calls: calls.get(server.id) ?? 0 }));
  return {
    month,
    endsAt: nextMonth(now),
    // Those of servers that were deleted too.
    calls: [...calls.values()].reduce((sum, count) => sum + count, 0),
    servers: used.toSorted((a, b) => b.calls - a.calls || (a.title < b.title ? -1 : 1)),
  };
}

/**
 * Has those who run an organization told, where calls that have just been added took a quota over a mark. `after`: the counts with them. Each
 * mark is told once a month.
 */
export async function tellAtMarks(
  deps: Deps,
  added: readonly CountedCalls[],
  after: readonly CountedCalls[],
): Promise<void> {
  if (!deps.mailer) return;
  for (const organizationId of new Set(added.map((one) => one.organizationId))) {
    const organization = await deps.db.organization.findUnique({
      where: { id: organizationId },
      select: { limits: true },
    });
    const { monthPerServer, monthInAll } = (organization?.limits ?? {}) as RequestLimits;
    if (monthPerServer === undefined && monthInAll === undefined) continue;
    const own = added.filter((one) => one.organizationId === organizationId);
    for (const { serverId, month, calls } of own) {
      const now = after.find((one) => one.serverId === serverId && one.month === month)?.calls ?? 0;
      await tell(deps, organizationId, { month, limit: monthPerServer, calls: now, added: calls, serverId });
    }
    for (const month of new Set(own.map((one) => one.month))) {
      const inAll = [...(await readMonthlyCalls(deps, organizationId, month)).values()].reduce((a, b) => a + b, 0);
      const more = own.filter((one) => one.month === month).reduce((sum, one) => sum + one.calls, 0);
      await tell(deps, organizationId, { month, limit: monthInAll, calls: inAll, added: more });
    }
  }
}

interface Passing {
  month: string;
  limit: number | undefined;
  calls: number;
  added: number;
  serverId?: string;
}

async function tell(deps: Deps, organizationId: string, passing: Passing): Promise<void> {
  const { month, limit, calls, added, serverId } = passing;
  if (limit === undefined) return;
  const mark = TELL_AT.filter((part) => calls >= limit * part && calls - added < limit * part).at(-1);
  if (mark === undefined) return;
  const id = newId("job");
  const input = { month, limit, calls, mark, ...(serverId ? { serverId } : {}) };
  await deps.db.job.create({ data: { id, organizationId, kind: "tell-quota", input } });
  await enqueueJob(deps, "tell-quota", id);
}

/** What a quota is called where people read of it. */
export async function quotaName(ctx: Ctx, serverId: string | undefined): Promise<string> {
  if (serverId === undefined) return "this organization";
  const server = await ctx.db.server.findFirst({
    where: { id: serverId, organizationId: ctx.organizationId },
    select: { title: true },
  });
  return server?.title ?? "a server that was deleted";
}
