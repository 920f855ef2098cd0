import {
  type Deps,
  monthOf,
  nextMonth,
  type RequestLimits,
  readMonthlyCalls,
  type ServerPointer,
} from "@portico/services";

/** How often a process looks up what all of them have used: as much as that can slip past a quota. */
const LOOK_MS = 5_000;

interface Used {
  month: string;
  /** As of the last look. */
  counted: Calls;
  /** Of this process, that the last look may not have seen yet. */
  since: Calls;
  lookedAt: number;
}

interface Calls {
  byServer: Map<string, number>;
  inAll: number;
}

/**
 * Holds calls against the quotas of their organization. What is counted is in the database; each process adds what it has let through since it
 * last looked. Where the database does not answer, what is known stays in force.
 */
export function createQuotas(deps: Pick<Deps, "db">, onError: (error: unknown) => void, now: () => number = Date.now) {
  const organizations = new Map<string, Used>();
  const looking = new Map<string, Promise<Used>>();

  async function look(organizationId: string): Promise<Used> {
    const at = now();
    const month = monthOf(new Date(at));
    const before = organizations.get(organizationId);
    // What is let through from here on may be missing from the answer.
    const since: Calls = { byServer: new Map(), inAll: 0 };
    if (before?.month === month) before.since = since;
    const byServer = await readMonthlyCalls(deps, organizationId, month);
    const counted = { byServer, inAll: [...byServer.values()].reduce((sum, calls) => sum + calls, 0) };
    const used = { month, counted, since, lookedAt: at };
    organizations.set(organizationId, used);
    return used;
  }

  function lookOnce(organizationId: string): Promise<Used> {
    const underway = looking.get(organizationId);
    if (underway) return underway;
    const asking = look(organizationId).finally(() => looking.delete(organizationId));
    looking.set(organizationId, asking);
    return asking;
  }

  function check({ id, limits }: ServerPointer, used: Used): string | undefined {
    const reached = reachedOf(limits, id, used);
    if (reached) return quotaText(reached, new Date(now()));
    const { byServer } = used.since;
    byServer.set(id, (byServer.get(id) ?? 0) + 1);
    used.since.inAll++;
    return undefined;
  }

  return {
    /** What to say in place of a call, where a quota is used; otherwise the call is counted. Waits only for the first look of an organization. */
    take(server: ServerPointer): string | undefined | Promise<string | undefined> {
      const { organizationId, limits } = server;
      if (limits.monthPerServer === undefined && limits.monthInAll === undefined) return undefined;
      const used = organizations.get(organizationId);
      const at = now();
      if (!used || used.month !== monthOf(new Date(at)))
        return lookOnce(organizationId).then(
          (looked) => check(server, looked),
          (error) => void onError(error),
        );
      if (at - used.lookedAt >= LOOK_MS) lookOnce(organizationId).catch(onError);
      return check(server, used);
    },
  };
}

export type Quotas = ReturnType<typeof createQuotas>;

interface Reached {
  limit: number;
  what: "monthPerServer" | "monthInAll";
}

function reachedOf({ monthPerServer, monthInAll }: RequestLimits, serverId: string, used: Used): Reached | undefined {
  const { counted, since } = used;
  const ofServer = (counted.byServer.get(serverId) ?? 0) + (since.byServer.get(serverId) ?? 0);
  if (monthPerServer !== undefined && ofServer >= monthPerServer)
    return { limit: monthPerServer, what: "monthPerServer" };
  if (monthInAll === undefined || counted.inAll + since.inAll < monthInAll) return undefined;
  return { limit: monthInAll, what: "monthInAll" };
}

/** For the model, and whoever reads along. */
function quotaText({ limit, what }: Reached, at: Date): string {
  const whose = what === "monthPerServer" ? "This server has" : "The servers of this organization have";
  const ends = nextMonth(at).toISOString().slice(0, "2026-12-01".length);
  return `The tool was not called: ${whose} had the ${limit.toLocaleString("en-US")} calls of this month. They begin anew on ${ends} (UTC); whoever runs the organization can raise the limit under Settings → Limits. Trying again before does not help.`;
}
