import { isDeepStrictEqual } from "node:util";
import { isAskedAgain, isRepeatable, type Override, withHints } from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import { readDocuments } from "./documents.ts";
import { untilUnchanged } from "./edit-tool.ts";
import { findServer } from "./find-server.ts";
import { hintsSchema, readOverrides, retriesSchema, timeoutSchema, writeEdits } from "./override.ts";
import { TOOLS_MAX } from "./selection.ts";

/** As many as `overrideTools` takes back at once. */
const OPERATIONS_MAX = 5_000;

const operations = z.array(z.string().min(1).max(2_048)).min(1).max(OPERATIONS_MAX);

/** What several tools can have alike; false or null takes a field back to what the document says. */
const changesSchema = z
  .object({
    askFirst: z.boolean().optional(),
    widget: z.boolean().optional(),
    summarize: z.boolean().optional(),
    /** Beside what was said of each before; what a person says of what it does takes the place of both hints about that. */
    annotations: hintsSchema.nullish(),
    timeoutSeconds: timeoutSchema.nullish(),
    retries: retriesSchema.nullish(),
  })
  .strict()
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), "name what to change");

const editSchema = z.object({ serverId: z.string(), operations, changes: changesSchema }).strict();
export type ToolsChanges = z.input<typeof changesSchema>;

export interface EditedTools {
  /** What the edits of the tools that were changed had been: `overrideTools` takes it back. Empty where all were so already. */
  previous: { operation: string; patch: Omit<Override, "operation"> }[];
  /** How many cannot be changed like this: they have no tool, or only answers of tools that read are summed up, and only what can be repeated is made again. */
  left: number;
  /** Of the draft as it is now: whoever takes this back with it overwrites nothing that came later. */
  lock: number;
}

/** Changes the same fields of several tools, all or none, and leaves the rest of their edits. Served from the next publish on. */
export async function editTools({ ctx, input }: Call<z.input<typeof editSchema>>): Promise<EditedTools> {
  authorize(ctx, "server.write");
  const { serverId, operations, changes } = parseInput(editSchema, input);
  const server = await findServer(ctx, serverId);
  const wanted = [...new Set(operations)];
  const [{ tools }, overrides] = await Promise.all([
    readDocuments(ctx, server.documents),
    readOverrides(ctx.db, server.id),
  ]);
  const able = new Map(tools.map((tool) => [tool.operation, tool]));
  const before = new Map(overrides.map(({ operation, ...patch }) => [operation, patch]));
  const hintsOf = (operation: string) => mergeHints(before.get(operation)?.annotations, changes.annotations);
  const chosen = wanted.filter((operation) => {
    const tool = able.get(operation);
    if (!tool) return false;
    const hinted = withHints(tool, hintsOf(operation));
    return (!changes.summarize || isAskedAgain(hinted)) && (!changes.retries || isRepeatable(hinted));
  });
  const { annotations: _hints, ...flags } = changes;
  const fields = Object.entries(flags).filter(([, value]) => value !== undefined);
  const edits = chosen.flatMap((operation) => {
    const patch: Omit<Override, "operation"> = before.get(operation) ?? {};
    const annotations = hintsOf(operation);
    const isSo =
      fields.every(
        ([field, value]) => (patch[field as keyof typeof flags] ?? (value === null ? null : false)) === value,
      ) && isDeepStrictEqual(annotations, patch.annotations ?? {});
    if (isSo) return [];
    const merged = Object.entries({ ...patch, ...flags, annotations }).filter(([, value]) => (value ?? null) !== null);
    return [{ operation, patch: Object.fromEntries(merged) as Omit<Override, "operation"> }];
  });
  if (edits.length > 0) await writeEdits(ctx, server, edits, { lock: server.lock });
  return {
    previous: edits.map(({ operation }) => ({ operation, patch: before.get(operation) ?? {} })),
    left: wanted.length - chosen.length,
    lock: server.lock + (edits.length > 0 ? 1 : 0),
  };
}

type Hints = NonNullable<Override["annotations"]>;

/** The hints of a tool after a change of them. One of two that say what it does leaves nothing of the other. */
function mergeHints(before: Hints = {}, change: ToolsChanges["annotations"]): Hints {
  if (change === undefined) return before;
  if (change === null) return {};
  const { readOnlyHint: _reads, destructiveHint: _destroys, ...rest } = before;
  const isOfKind = change.readOnlyHint !== undefined || change.destructiveHint !== undefined;
  const given = Object.entries({ ...(isOfKind ? rest : before), ...change }).filter(([, hint]) => hint !== undefined);
  return Object.fromEntries(given);
}

const pickSchema = z.object({ serverId: z.string(), operations, isPicked: z.boolean() }).strict();

/**
 * Picks several operations for the next version, or drops them, and leaves the others as they are. Answers with those that were changed:
 * with `isPicked` the other way round, they take it back. What no tool can be made of stays out.
 */
export async function pickTools({ ctx, input }: Call<z.input<typeof pickSchema>>): Promise<{ changed: string[] }> {
  authorize(ctx, "server.write");
  const { serverId, operations, isPicked } = parseInput(pickSchema, input);
  const wanted = new Set(operations);
  const { picked, dropped } = await writePicks(ctx, serverId, (key, before) => (wanted.has(key) ? isPicked : before));
  return { changed: isPicked ? picked : dropped };
}

const some = z.array(z.string().min(1).max(2_048)).max(TOOLS_MAX).default([]);
const picksSchema = z
  .object({ serverId: z.string(), pick: some, drop: some })
  .strict()
  .refine(({ pick, drop }) => pick.length + drop.length > 0, "name what to pick or to drop")
  .refine(({ pick, drop }) => {
    const dropped = new Set(drop);
    return !pick.some((key) => dropped.has(key));
  }, "pick an operation or drop it, not both");

/**
 * Picks some operations for the next version and drops others, all at once, and leaves the rest as somebody else may have it by now. Answers
 * with those that were not so already. What no tool can be made of stays out.
 */
export async function changePicks({
  ctx,
  input,
}: Call<z.input<typeof picksSchema>>): Promise<{ picked: string[]; dropped: string[] }> {
  authorize(ctx, "server.write");
  const { serverId, pick, drop } = parseInput(picksSchema, input);
  const [wanted, unwanted] = [new Set(pick), new Set(drop)];
  return writePicks(ctx, serverId, (key, before) => wanted.has(key) || (before && !unwanted.has(key)));
}

/** Decides for each operation that a tool can be made of whether it is picked. Decided anew when somebody else changes the draft meanwhile. */
async function writePicks(
  ctx: Ctx,
  serverId: string,
  isPicked: (key: string, before: boolean) => boolean,
): Promise<{ picked: string[]; dropped: string[] }> {
  return untilUnchanged(async () => {
    const server = await findServer(ctx, serverId);
    const before = new Set(server.selection as string[]);
    const { tools } = await readDocuments(ctx, server.documents);
    // In the order of the document, as every selection is.
    const able = tools.map(({ operation }) => operation);
    const selection = able.filter((key) => isPicked(key, before.has(key)));
    const after = new Set(selection);
    const picked = selection.filter((key) => !before.has(key));
    const dropped = able.filter((key) => before.has(key) && !after.has(key));
    if (picked.length + dropped.length === 0) return { picked, dropped };
    await ctx.db.$transaction(async (tx) => {
      const { count } = await tx.server.updateMany({
        where: { id: server.id, lock: server.lock },
        data: { selection, lock: { increment: 1 } },
      });
      if (count === 0)
        throw new AppError("conflict", "Somebody else changed this server at the same moment. Try again.");
      await audit(tx, ctx, "server.update", server.id, { fields: ["select"] });
    });
    return { picked, dropped };
  });
}
