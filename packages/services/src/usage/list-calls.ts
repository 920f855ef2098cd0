import type { Prisma } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call, Ctx } from "../context.ts";
import { notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { findServer } from "../server/find-server.ts";
import { type CallFilter, callFilterSchema, whereCalls } from "./call-filter.ts";
import { namesOfCallers } from "./callers.ts";
import type { CallStep } from "./record-usage.ts";

/** Rows of one export: some 30 MB. */
const EXPORT_MAX = 100_000;
/** PostgreSQL may sort what is left for each batch, so there are few of them. */
const EXPORT_BATCH = 5_000;

export interface CallView {
  id: string;
  occurredAt: Date;
  tool: string | null;
  operation: string | null;
  outcome: string;
  status: number | null;
  durationMs: number;
  /** How much of it the API took; 0 where it was not called. */
  upstreamMs: number | null;
  requestBytes: number | null;
  responseBytes: number | null;
  clientName: string | null;
  clientVersion: string | null;
  era: string | null;
  protocolVersion: string | null;
  principal: string;
  /** The id of the person, API key or machine client; null for who did not sign in. */
  subject: string | null;
  /** The person's e-mail address, or what the API key or machine client is called. */
  who: string | null;
  requestId: string | null;
  /** How the answer differed from what the document promises. */
  diagnostic: string | null;
  /** Of a tool of several calls, what each step came to, in order; null of every other, and of those from before steps were kept. */
  steps: CallStep[] | null;
}

/** The time and the id of the last call of a page: many calls share a millisecond. */
const cursorSchema = z.string().regex(/^\d{1,15}\.\w{1,60}$/, "use the nextCursor of the page before");

const schema = callFilterSchema.extend({
  cursor: cursorSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** A server's calls, newest first. Event ids sort by time, so the cursor is the last id. */
export async function listCalls({
  ctx,
  input,
}: Call<z.input<typeof schema>>): Promise<{ items: CallView[]; nextCursor: string | null }> {
  authorize(ctx, "usage.read");
  const { serverId, cursor, limit, ...filter } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const rows = await readRows(ctx, whereCalls(server, filter), cursor, limit + 1);
  const page = rows.slice(0, limit);
  return {
    items: await describe(ctx, page),
    nextCursor: rows.length > limit ? cursorOf(page.at(-1)) : null,
  };
}

const oneSchema = z.object({ serverId: z.string(), id: z.string().max(100) });

/** One call of a server. */
export async function getCall({ ctx, input }: Call<z.input<typeof oneSchema>>): Promise<CallView> {
  authorize(ctx, "usage.read");
  const { serverId, id } = parseInput(oneSchema, input);
  const server = await findServer(ctx, serverId);
  const rows = await ctx.db.usageEvent.findMany({ where: { ...whereCalls(server, {}), id }, take: 1 });
  const [call] = await describe(ctx, rows);
  if (!call) throw notFound("call");
  return call;
}

/** The calls of a filter for a file: every call that the filter lets through, newest first, at most 100,000. */
export async function* exportCalls({
  ctx,
  input,
  max = EXPORT_MAX,
}: Call<CallFilter> & { max?: number }): AsyncGenerator<CallView[]> {
  authorize(ctx, "usage.read");
  const { serverId, ...filter } = parseInput(callFilterSchema, input);
  const where = whereCalls(await findServer(ctx, serverId), filter);
  let cursor: string | undefined;
  for (let count = 0; count < max; count += EXPORT_BATCH) {
    const rows = await readRows(ctx, where, cursor, Math.min(EXPORT_BATCH, max - count));
    if (rows.length > 0) yield await describe(ctx, rows);
    if (rows.length < EXPORT_BATCH) return;
    cursor = cursorOf(rows.at(-1)) ?? undefined;
  }
}

type Row = Prisma.UsageEventGetPayload<object>;

function cursorOf(row: Row | undefined): string | null {
  return row ? `${row.occurredAt.getTime()}.${row.id}` : null;
}

/** In the order of time, which is the index's. The first condition is a bound that the index can begin at; the second is the exact place. */
function readRows(
  ctx: Ctx,
  where: Prisma.UsageEventWhereInput,
  cursor: string | undefined,
  take: number,
): Promise<Row[]> {
  const [at = "", id = ""] = cursor?.split(".") ?? [];
  const last = new Date(Number(at));
  const older = {
    AND: [{ occurredAt: { lte: last } }, { OR: [{ occurredAt: { lt: last } }, { occurredAt: last, id: { lt: id } }] }],
  };
  return ctx.db.usageEvent.findMany({
    where: cursor ? { AND: [where, older] } : where,
    orderBy: [{ occurredAt: "desc" }, { id: "desc" }],
    take,
  });
}

async function describe(ctx: Ctx, rows: Row[]): Promise<CallView[]> {
  const names = await namesOfCallers(
    ctx,
    rows.flatMap(({ subject }) => subject ?? []),
  );
  return rows.map((row) => ({
    id: row.id,
    occurredAt: row.occurredAt,
    tool: row.tool,
    operation: row.operation,
    outcome: row.outcome,
    status: row.status,
    durationMs: row.durationMs,
    upstreamMs: row.upstreamMs,
    requestBytes: row.requestBytes,
    responseBytes: row.responseBytes,
    clientName: row.clientName,
    clientVersion: row.clientVersion,
    era: row.era,
    protocolVersion: row.protocolVersion,
    principal: row.principal,
    subject: row.subject,
    who: row.subject ? (names.get(row.subject) ?? null) : null,
    requestId: row.requestId,
    diagnostic: row.diagnostic,
    // Written through usageEventSchema only.
    steps: row.steps as CallStep[] | null,
  }));
}
