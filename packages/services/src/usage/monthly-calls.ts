import type { Tx } from "@portico/db";
import type { Deps } from "../context.ts";

/** What counts towards a quota: calls that reached the API. The others never left Portico. */
export const REFUSED_OUTCOMES: readonly string[] = ["blocked", "declined", "invalid_arguments"];

/** The month that quotas are of, by UTC: "2026-11". */
export function monthOf(at: Date): string {
  return at.toISOString().slice(0, "2026-11".length);
}

/** When the calls of another month begin to count. */
export function nextMonth(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1));
}

/** Calls that have just been written. */
export interface CountedCalls {
  organizationId: string;
  serverId: string;
  month: string;
  calls: number;
}

/** Adds calls to their months; has to be in the transaction that writes them. Gives the new counts. */
export async function addMonthlyCalls(tx: Tx, added: readonly CountedCalls[]): Promise<CountedCalls[]> {
  const rows: CountedCalls[] = [];
  // In one order everywhere, so that no two writers wait for each other.
  for (const one of added.toSorted((a, b) => (a.serverId < b.serverId ? -1 : 1))) {
    const { organizationId, serverId, month, calls } = one;
    rows.push(
      await tx.monthlyCalls.upsert({
        where: { serverId_month: { serverId, month } },
        create: { organizationId, serverId, month, calls },
        update: { calls: { increment: calls } },
      }),
    );
  }
  return rows;
}

/** How many calls each server of an organization has had in a month; servers without any are left out. */
export async function readMonthlyCalls(
  { db }: Pick<Deps, "db">,
  organizationId: string,
  month: string,
): Promise<Map<string, number>> {
  const rows = await db.monthlyCalls.findMany({
    where: { organizationId, month },
    select: { serverId: true, calls: true },
  });
  return new Map(rows.map(({ serverId, calls }) => [serverId, calls]));
}
