import type { Prisma } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import type { Call, Ctx } from "../context.ts";
import { parseInput } from "../input.ts";

const PAGE = 50;
const PAGE_MAX = 200;
/** Rows of one export: some 30 MB. */
const EXPORT_MAX = 100_000;
const EXPORT_BATCH = 1_000;

export interface AuditEventView {
  id: string;
  at: Date;
  /** "invitation.create": its kind stands before the point. */
  action: string;
  actor: { type: string; id: string | null; name: string | null; email: string | null };
  ip: string | null;
  target: string | null;
  /** What the target is called now, where it is a person or still exists. */
  targetName: string | null;
  details: Record<string, unknown>;
}

const filterSchema = z.object({
  /** The id of a person or an API key. */
  actor: z.string().max(100).optional(),
  kind: z
    .string()
    .regex(/^[a-zA-Z]{1,40}$/, "use a kind such as member, server or apiKey")
    .optional(),
});
export type AuditFilter = z.input<typeof filterSchema>;

const pageSchema = filterSchema.extend({
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE),
});

/** Who did what from where in the organization, newest first, a page at a time. */
export async function listAuditEvents({ ctx, input }: Call<z.input<typeof pageSchema>>): Promise<{
  items: AuditEventView[];
  nextCursor: string | null;
}> {
  authorize(ctx, "audit.read");
  const { cursor, limit, ...filter } = parseInput(pageSchema, input);
  const rows = await readRows(ctx, filter, cursor, limit + 1);
  const page = rows.slice(0, limit);
  return {
    items: await describe(ctx, page),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
}

/** The same for a file: every row that the filter lets through, newest first, at most 100,000. */
export async function* exportAuditEvents({ ctx, input }: Call<AuditFilter>): AsyncGenerator<AuditEventView[]> {
  authorize(ctx, "audit.read");
  const filter = parseInput(filterSchema, input);
  let cursor: string | undefined;
  for (let count = 0; count < EXPORT_MAX; count += EXPORT_BATCH) {
    const rows = await readRows(ctx, filter, cursor, EXPORT_BATCH);
    if (rows.length > 0) yield await describe(ctx, rows);
    if (rows.length < EXPORT_BATCH) return;
    cursor = rows.at(-1)?.id;
  }
}

/** Who and which kinds are in the log at all: what it can be filtered by. */
export async function listAuditFilters({ ctx }: Pick<Call<never>, "ctx">): Promise<{
  actors: { id: string; name: string }[];
  kinds: string[];
}> {
  authorize(ctx, "audit.read");
  const where = { organizationId: ctx.organizationId };
  const [actors, actions] = await Promise.all([
    ctx.db.auditEvent.findMany({ where, distinct: ["actorId"], select: { actorId: true }, take: 500 }),
    ctx.db.auditEvent.findMany({ where, distinct: ["action"], select: { action: true }, take: 500 }),
  ]);
  const ids = actors.flatMap(({ actorId }) => actorId ?? []);
  const names = await namesOf(ctx, ids);
  return {
    actors: ids.map((id) => ({ id, name: names.get(id)?.name ?? id })).sort((a, b) => a.name.localeCompare(b.name)),
    kinds: [...new Set(actions.map(({ action }) => action.split(".", 1)[0] ?? action))].sort(),
  };
}

type Row = Prisma.AuditEventGetPayload<object>;

/** Ids are made in the order of time, so they are the order and the cursor. */
function readRows(ctx: Ctx, { actor, kind }: AuditFilter, cursor: string | undefined, take: number): Promise<Row[]> {
  return ctx.db.auditEvent.findMany({
    where: {
      organizationId: ctx.organizationId,
      ...(actor ? { actorId: actor } : {}),
      ...(kind ? { action: { startsWith: `${kind}.` } } : {}),
      ...(cursor ? { id: { lt: cursor } } : {}),
    },
    orderBy: { id: "desc" },
    take,
  });
}

async function describe(ctx: Ctx, rows: Row[]): Promise<AuditEventView[]> {
  const details = rows.map((row) => (row.details ?? {}) as Record<string, unknown>);
  const people = details.flatMap(({ person }) => (typeof person === "string" ? person : []));
  const names = await namesOf(ctx, [
    ...rows.flatMap(({ actorId, target }) => [actorId ?? "", target ?? ""]),
    ...people,
  ]);
  return rows.map(({ id, createdAt, action, actorType, actorId, ip, target }, at) => {
    const actor = names.get(actorId ?? "");
    const person = details[at]?.person;
    return {
      id,
      at: createdAt,
      action,
      actor: { type: actorType, id: actorId, name: actor?.name ?? null, email: actor?.email ?? null },
      ip,
      target,
      targetName: names.get(typeof person === "string" ? person : (target ?? ""))?.name ?? null,
      details: details[at] ?? {},
    };
  });
}

/** What people, API keys and servers are called. Foreign ids find nothing: people are known here by what they did in this organization. */
async function namesOf(
  { db, organizationId }: Ctx,
  ids: string[],
): Promise<Map<string, { name: string; email: string | null }>> {
  const id = { in: [...new Set(ids)].filter(Boolean) };
  const [people, keys, servers] = await Promise.all([
    db.user.findMany({ where: { id }, select: { id: true, name: true, email: true } }),
    db.apiKey.findMany({ where: { id, organizationId }, select: { id: true, name: true } }),
    db.server.findMany({ where: { id, organizationId }, select: { id: true, title: true } }),
  ]);
  return new Map<string, { name: string; email: string | null }>([
    ...people.map((one) => [one.id, { name: one.name, email: one.email }] as const),
    ...keys.map((one) => [one.id, { name: one.name, email: null }] as const),
    ...servers.map((one) => [one.id, { name: one.title, email: null }] as const),
  ]);
}
