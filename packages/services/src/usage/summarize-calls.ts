import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { parseInput } from "../input.ts";
import { findServer } from "../server/find-server.ts";
import {
  ANONYMOUS,
  type CallRange,
  callFilterSchema,
  NO_ERRORS,
  rangeSchema,
  stepsOf,
  whereCalls,
} from "./call-filter.ts";
import { namesOfCallers } from "./callers.ts";

const REASONS_MAX = 12;
const CHOICES_MAX = 200;

export interface CallsSummary {
  range: CallRange;
  from: Date;
  stepMs: number;
  /** Each step of the range, empty ones too. Errors are calls as well; what a person declined is no error. */
  steps: { at: Date; calls: number; errors: number }[];
  calls: number;
  errors: number;
  /** How calls failed, most frequent first: of every outcome and status, whichever the filter names. */
  reasons: { outcome: string; status: number | null; calls: number }[];
}

const schema = callFilterSchema.extend({ range: rangeSchema.default("24h") });

/** A server's calls of a range in steps, as the filter of `listCalls` lets them through, and what went wrong with how many. */
export async function summarizeCalls({ ctx, input }: Call<z.input<typeof schema>>): Promise<CallsSummary> {
  authorize(ctx, "usage.read");
  const { serverId, ...filter } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const now = Date.now();
  const { from, stepMs, steps } = stepsOf(filter.range, now);
  const { tool, outcome, status, client, who, range } = filter;
  const subject = who === ANONYMOUS ? undefined : who;
  const isFailed = outcome === "failed";
  const exactly = isFailed ? undefined : outcome;
  const [rows, reasons] = await Promise.all([
    // Each condition stands aside where the filter does not name it; it is `whereCalls`, which cannot group by a step.
    ctx.db.$queryRaw<{ step: number; calls: number; errors: number }[]>`
      SELECT floor(extract(epoch FROM "occurredAt" - ${from}::timestamptz) * 1000 / ${stepMs}::float8)::int AS step, count(*)::int AS calls,
             (count(*) FILTER (WHERE outcome <> ALL(${NO_ERRORS}::text[])))::int AS errors
      FROM "UsageEvent"
      WHERE "organizationId" = ${ctx.organizationId} AND "serverId" = ${server.id} AND kind = 'call' AND "occurredAt" >= ${from}::timestamptz
        AND (${tool ?? null}::text IS NULL OR tool = ${tool ?? null}::text)
        AND (${exactly ?? null}::text IS NULL OR outcome = ${exactly ?? null}::text)
        AND (NOT ${isFailed} OR outcome <> ALL(${NO_ERRORS}::text[]))
        AND (${status ?? null}::int IS NULL OR status = ${status ?? null}::int)
        AND (${client ?? null}::text IS NULL OR "clientName" = ${client ?? null}::text)
        AND (${subject ?? null}::text IS NULL OR subject = ${subject ?? null}::text)
        AND (${who ?? null}::text IS DISTINCT FROM ${ANONYMOUS}::text OR principal = ${ANONYMOUS}::text)
      GROUP BY 1`,
    ctx.db.usageEvent.groupBy({
      by: ["outcome", "status"],
      where: {
        AND: [whereCalls(server, { tool, client, who, range }, now), { outcome: { notIn: [...NO_ERRORS] } }],
      },
      _count: { _all: true },
    }),
  ]);
  const counted = Array.from({ length: steps }, (_, step) => ({
    at: new Date(from.getTime() + step * stepMs),
    calls: 0,
    errors: 0,
  }));
  for (const { step, calls, errors } of rows) {
    // A gateway's clock may be ahead.
    const into = counted[Math.min(step, steps - 1)];
    if (!into) continue;
    into.calls += calls;
    into.errors += errors;
  }
  return {
    range,
    from,
    stepMs,
    steps: counted,
    calls: counted.reduce((sum, { calls }) => sum + calls, 0),
    errors: counted.reduce((sum, { errors }) => sum + errors, 0),
    reasons: reasons
      .map(({ outcome: reason, status: answered, _count }) => ({
        outcome: reason,
        status: answered,
        calls: _count._all,
      }))
      .sort((one, other) => other.calls - one.calls || (one.outcome < other.outcome ? -1 : 1))
      .slice(0, REASONS_MAX),
  };
}

const choicesSchema = z.object({ serverId: z.string(), range: rangeSchema.default("24h") });

export interface CallChoices {
  tools: string[];
  clients: string[];
  who: { id: string; name: string | null; principal: string }[];
}

/** What the calls of a range can be filtered by: the tools, clients and callers that are in it. */
export async function listCallFilters({ ctx, input }: Call<z.input<typeof choicesSchema>>): Promise<CallChoices> {
  authorize(ctx, "usage.read");
  const { serverId, range } = parseInput(choicesSchema, input);
  const where = whereCalls(await findServer(ctx, serverId), { range });
  const orderBy = { _count: { id: "desc" } } as const;
  const [tools, clients, callers] = await Promise.all([
    ctx.db.usageEvent.groupBy({ by: ["tool"], where, orderBy, take: CHOICES_MAX }),
    ctx.db.usageEvent.groupBy({ by: ["clientName"], where, orderBy, take: CHOICES_MAX }),
    ctx.db.usageEvent.groupBy({ by: ["principal", "subject"], where, orderBy, take: CHOICES_MAX }),
  ]);
  const names = await namesOfCallers(
    ctx,
    callers.flatMap(({ subject }) => subject ?? []),
  );
  const ids = new Map(
    callers.map(({ principal, subject }) => [principal === ANONYMOUS ? ANONYMOUS : subject, principal] as const),
  );
  return {
    tools: tools.flatMap(({ tool }) => tool ?? []).sort(),
    clients: clients.flatMap(({ clientName }) => clientName ?? []).sort(),
    who: [...ids].flatMap(([id, principal]) => (id ? [{ id, name: names.get(id) ?? null, principal }] : [])),
  };
}
