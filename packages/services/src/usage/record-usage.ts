import type { Prisma } from "@portico/db";
import { z } from "zod";
import type { Deps } from "../context.ts";
import { addMonthlyCalls, type CountedCalls, monthOf, REFUSED_OUTCOMES } from "./monthly-calls.ts";
import { tellAtMarks } from "./quota.ts";

/** More than a tool of several calls can have. */
const STEPS_MAX = 10;
const OPERATION_CHARS_MAX = 2_000;

/** What one step of a tool of several calls came to: nothing of what was asked or answered. */
export const callStepSchema = z.object({
  /** What its answer is called in the tool. */
  id: z.string().max(64),
  operation: z.string().max(OPERATION_CHARS_MAX),
  /** As the last call of it that failed ended, or else as the last one. */
  outcome: z.string().max(64),
  status: z.number().int().optional(),
  durationMs: z.number(),
  retries: z.number().int(),
  calls: z.number().int(),
  failed: z.number().int(),
  /** It is made for each item of a list. */
  isEach: z.boolean().optional(),
});
export type CallStep = z.output<typeof callStepSchema>;

/** The wide, append-only record of one call, connect, list or denial. */
export const usageEventSchema = z.object({
  id: z.string(),
  occurredAt: z.coerce.date(),
  organizationId: z.string(),
  serverId: z.string(),
  versionId: z.string().nullish(),
  kind: z.enum(["call", "initialize", "list", "denied"]),
  tool: z.string().nullish(),
  operation: z.string().nullish(),
  outcome: z.string(),
  status: z.number().int().nullish(),
  durationMs: z.number(),
  upstreamMs: z.number().nullish(),
  requestBytes: z.number().int().nullish(),
  responseBytes: z.number().int().nullish(),
  clientName: z.string().nullish(),
  clientVersion: z.string().nullish(),
  userAgent: z.string().nullish(),
  era: z.string().nullish(),
  protocolVersion: z.string().nullish(),
  principal: z.enum(["anonymous", "user", "apiKey", "client"]),
  subject: z.string().nullish(),
  connectionId: z.string().nullish(),
  requestId: z.string().nullish(),
  diagnostic: z.string().nullish(),
  steps: z
    .array(callStepSchema)
    .max(STEPS_MAX)
    .nullish()
    // Of a JSON column, null would be a value.
    .transform((steps) => steps ?? undefined)
    .optional(),
});
export type UsageEvent = z.output<typeof usageEventSchema>;

/** Writes a batch. A batch that is delivered twice is written once: events keep the ids that the gateway gave them. */
export async function recordUsage(deps: Deps, events: readonly unknown[]): Promise<void> {
  const rows = events.map((event) => usageEventSchema.parse(event));
  const { added, after } = await deps.db.$transaction(async (tx) => {
    const written = await tx.usageEvent.createManyAndReturn({
      // Zod's output is the column set of UsageEvent; nullish members are nullable columns.
      data: rows as Prisma.UsageEventCreateManyInput[],
      skipDuplicates: true,
      select: { organizationId: true, serverId: true, occurredAt: true, kind: true, outcome: true, operation: true },
    });
    const added = callsOf(written);
    return { added, after: await addMonthlyCalls(tx, added) };
  });
  await tellAtMarks(deps, added, after);
  const connections = [...new Set(rows.flatMap(({ connectionId }) => connectionId ?? []))];
  if (connections.length > 0)
    await deps.db.connection.updateMany({ where: { id: { in: connections } }, data: { lastUsedAt: new Date() } });
  for (const serverId of new Set(rows.map((row) => row.serverId)))
    await deps.state.publish(usageChannel(serverId), "").catch(() => {});
}

/** Calls that reached an API, by server and month. */
function callsOf(
  written: readonly (Omit<CountedCalls, "month" | "calls"> & {
    occurredAt: Date;
    kind: string;
    outcome: string;
    operation: string | null;
  })[],
): CountedCalls[] {
  const counted = new Map<string, CountedCalls>();
  for (const { organizationId, serverId, occurredAt, kind, outcome, operation } of written) {
    // Without an operation it is a tool of Portico's own.
    if (kind !== "call" || operation === null || REFUSED_OUTCOMES.includes(outcome)) continue;
    const month = monthOf(occurredAt);
    const key = `${serverId} ${month}`;
    const calls = (counted.get(key)?.calls ?? 0) + 1;
    counted.set(key, { organizationId, serverId, month, calls });
  }
  return [...counted.values()];
}

/** Says that new usage of a server was written; pages that show it listen. */
export function usageChannel(serverId: string): string {
  return `usage:${serverId}`;
}
