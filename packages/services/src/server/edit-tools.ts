import type { Override } from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import { readDocuments } from "./documents.ts";
import { untilUnchanged } from "./edit-tool.ts";
import { findServer } from "./find-server.ts";
import { readOverrides, writeEdits } from "./override.ts";
import { TOOLS_MAX } from "./selection.ts";

/** As many as `overrideTools` takes back at once. */
const OPERATIONS_MAX = 5_000;

const operations = z.array(z.string().min(1).max(2_048)).min(1).max(OPERATIONS_MAX);

/** What several tools can have alike; false takes a field back to what the document says. */
const changesSchema = z
  .object({ askFirst: z.boolean().optional(), widget: z.boolean().optional(), summarize: z.boolean().optional() })
  .strict()
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), "name what to change");

const editSchema = z.object({ serverId: z.string(), operations, changes: changesSchema }).strict();
export type ToolsChanges = z.input<typeof changesSchema>;

export interface EditedTools {
  /** What the edits of the tools that were changed had been: `overrideTools` takes it back. Empty where all were so already. */
  previous: { operation: string; patch: Omit<Override, "operation"> }[];
  /** How many cannot be changed like this: they have no tool, or only answers of GET operations are summed up. */
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
  const able = new Set(tools.map(({ operation }) => operation));
  const chosen = wanted.filter((key) => able.has(key) && (!changes.summarize || key.startsWith("GET ")));
  const before = new Map(overrides.map(({ operation, ...patch }) => [operation, patch]));
  const fields = Object.entries(changes).filter(([, value]) => value !== undefined);
  const edits = chosen.flatMap((operation) => {
    const patch: Omit<Override, "operation"> = before.get(operation) ?? {};
    const isSo = fields.every(([field, value]) => (patch[field as keyof ToolsChanges] ?? false) === value);
    return isSo ? [] : [{ operation, patch: { ...patch, ...changes } }];
  });
  if (edits.length > 0) await writeEdits(ctx, server, edits, { lock: server.lock });
  return {
    previous: edits.map(({ operation }) => ({ operation, patch: before.get(operation) ?? {} })),
    left: wanted.length - chosen.length,
    lock: server.lock + (edits.length > 0 ? 1 : 0),
  };
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
