import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { parseInput } from "../input.ts";
import { findServer } from "../server/find-server.ts";

export interface CallView {
  id: string;
  occurredAt: Date;
  tool: string | null;
  operation: string | null;
  outcome: string;
  status: number | null;
  durationMs: number;
  upstreamMs: number | null;
  responseBytes: number | null;
  clientName: string | null;
  era: string | null;
  principal: string;
  /** The person's e-mail address, or the API key's name. */
  who: string | null;
  requestId: string | null;
  /** How the answer differed from what the document promises. */
  diagnostic: string | null;
}

const schema = z.object({
  serverId: z.string(),
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** A server's calls, newest first. Event ids sort by time, so the cursor is the last id. */
export async function listCalls({
  ctx,
  input,
}: Call<z.input<typeof schema>>): Promise<{ items: CallView[]; nextCursor: string | null }> {
  authorize(ctx, "usage.read");
  const { serverId, cursor, limit } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  const rows = await ctx.db.usageEvent.findMany({
    where: {
      serverId: server.id,
      organizationId: ctx.organizationId,
      kind: "call",
      ...(cursor ? { id: { lt: cursor } } : {}),
    },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const subjects = [...new Set(page.flatMap(({ subject }) => subject ?? []))];
  const [users, keys] = await Promise.all([
    ctx.db.user.findMany({ where: { id: { in: subjects } }, select: { id: true, email: true } }),
    ctx.db.apiKey.findMany({
      where: { id: { in: subjects }, organizationId: ctx.organizationId },
      select: { id: true, name: true },
    }),
  ]);
  const who = new Map([
    ...users.map(({ id, email }) => [id, email] as const),
    ...keys.map(({ id, name }) => [id, name] as const),
  ]);
  return {
    items: page.map((row) => ({
      id: row.id,
      occurredAt: row.occurredAt,
      tool: row.tool,
      operation: row.operation,
      outcome: row.outcome,
      status: row.status,
      durationMs: row.durationMs,
      upstreamMs: row.upstreamMs,
      responseBytes: row.responseBytes,
      clientName: row.clientName,
      era: row.era,
      principal: row.principal,
      who: row.subject ? (who.get(row.subject) ?? null) : null,
      requestId: row.requestId,
      diagnostic: row.diagnostic,
    })),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
}
