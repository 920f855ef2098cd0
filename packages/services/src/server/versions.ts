import { type JsonSchema, type ToolKind, toolKind } from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { loadVersion } from "../serve/load-version.ts";
import { compareVersions, type VersionChanges } from "./compare-versions.ts";
import { findServer } from "./find-server.ts";
import { announceServer } from "./version.ts";

const INT4_MAX = 2 ** 31 - 1;

/** A version by its number in its server. */
export const versionNumberSchema = z.coerce
  .number({ error: "use the number of a version, such as 3" })
  .int()
  .min(1)
  .max(INT4_MAX);

export interface VersionView {
  id: string;
  number: number;
  toolCount: number;
  tokenCount: number;
  /** What whoever published it wrote. */
  note: string | null;
  createdAt: Date;
  isServed: boolean;
  /** The draft that it was made of was kept, and can be the draft again. */
  hasDraft: boolean;
}

const COLUMNS = {
  ...{ id: true, number: true, toolCount: true, tokenCount: true, note: true, createdAt: true },
} as const;

/** Every version of a server, newest first. */
export async function listVersions({ ctx, input }: Call<{ serverId: string }>): Promise<VersionView[]> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const rows = await ctx.db.version.findMany({
    where: { serverId: server.id, organizationId: ctx.organizationId },
    select: COLUMNS,
    orderBy: { number: "desc" },
    take: 200,
  });
  const kept = await findKept(ctx, server.id);
  return rows.map((row) => versionView(row, server, kept));
}

function versionView(
  row: Omit<VersionView, "isServed" | "hasDraft">,
  { publishedVersionId }: { publishedVersionId: string | null },
  kept: ReadonlySet<string>,
): VersionView {
  return { ...row, isServed: row.id === publishedVersionId, hasDraft: kept.has(row.id) };
}

/** Ids of the versions whose draft was kept; the drafts themselves stay where they are. */
async function findKept(ctx: Ctx, serverId: string): Promise<ReadonlySet<string>> {
  const rows = await ctx.db.version.findMany({ where: { serverId, draft: { not: null } }, select: { id: true } });
  return new Set(rows.map(({ id }) => id));
}

export interface VersionTool {
  operation: string;
  name: string;
  kind: ToolKind;
  inputSchema: JsonSchema;
  /** Of a tool of several calls: what it calls. */
  steps?: { id: string; operation: string }[];
}

const toolsSchema = z.object({ id: z.string(), version: versionNumberSchema }).strict();

/** The tools of a version, in the order in which clients get them. */
export async function listVersionTools({ ctx, input }: Call<z.input<typeof toolsSchema>>): Promise<VersionTool[]> {
  authorize(ctx, "server.read");
  const { id, version: number } = parseInput(toolsSchema, input);
  const server = await findServer(ctx, id);
  const row = await ctx.db.version.findFirst({
    where: { serverId: server.id, organizationId: ctx.organizationId, number },
    select: { id: true },
  });
  const version = row && (await loadVersion(ctx, row.id));
  if (!version) throw notFound(`version ${number}`);
  return version.manifest.tools.map((tool) => ({
    operation: tool.operation,
    name: tool.name,
    kind: toolKind(tool),
    inputSchema: tool.inputSchema,
    ...(tool.steps ? { steps: tool.steps.map(({ id: step, operation }) => ({ id: step, operation })) } : {}),
  }));
}

const diffSchema = z.object({ id: z.string(), before: versionNumberSchema, after: versionNumberSchema }).strict();

export interface VersionDiff {
  before: VersionView;
  after: VersionView;
  /** What clients that had `before` notice of `after`. */
  changes: VersionChanges;
}

/** What differs between any two versions of a server. */
export async function diffVersions({ ctx, input }: Call<z.input<typeof diffSchema>>): Promise<VersionDiff> {
  authorize(ctx, "server.read");
  const { id, before, after } = parseInput(diffSchema, input);
  const server = await findServer(ctx, id);
  const rows = await ctx.db.version.findMany({
    where: { serverId: server.id, organizationId: ctx.organizationId, number: { in: [before, after] } },
    select: COLUMNS,
  });
  const kept = await findKept(ctx, server.id);
  const open = async (number: number) => {
    const row = rows.find((one) => one.number === number);
    const version = row && (await loadVersion(ctx, row.id));
    if (!version) throw notFound(`version ${number}`);
    return { view: versionView(row, server, kept), manifest: version.manifest };
  };
  const [one, other] = [await open(before), await open(after)];
  return { before: one.view, after: other.view, changes: compareVersions(one.manifest, other.manifest) };
}

const rollbackSchema = z.object({ id: z.string(), version: z.number().int().min(1).max(INT4_MAX) }).strict();

/** Serves an earlier (or later) version again. Versions themselves never change; only the pointer moves. */
export async function rollbackServer({
  ctx,
  input,
}: Call<z.input<typeof rollbackSchema>>): Promise<{ id: string; number: number }> {
  authorize(ctx, "server.publish");
  const { id, version: number } = parseInput(rollbackSchema, input);
  const server = await findServer(ctx, id);
  const version = await ctx.db.version.findUnique({
    where: { serverId_number: { serverId: server.id, number } },
    select: { id: true, number: true },
  });
  if (!version) throw notFound("version");
  await ctx.db.$transaction(async (tx) => {
    await tx.server.update({ where: { id: server.id }, data: { publishedVersionId: version.id } });
    await audit(tx, ctx, "server.rollback", server.id, { version: version.number });
  });
  await announceServer(ctx, server.id);
  return version;
}
