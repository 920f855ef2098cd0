import type { Db } from "@portico/db";
import type { Override } from "@portico/openapi";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit.ts";
import type { Call } from "../context.ts";
import { openCompiled } from "../document/revision.ts";
import { notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { findServer } from "./find-server.ts";

const patchSchema = z
  .object({
    name: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, "use 1 to 64 letters, digits, - or _")
      .optional(),
    title: z.string().trim().min(1).max(200).optional(),
    description: z.string().trim().min(1).max(1_024).optional(),
  })
  .strict();

const schema = z.object({ serverId: z.string(), operation: z.string() });

/** A server's overrides as the compiler takes them. */
export async function readOverrides(db: Pick<Db, "toolOverride">, serverId: string): Promise<Override[]> {
  const rows = await db.toolOverride.findMany({ where: { serverId }, select: { operation: true, patch: true } });
  return rows.map(({ operation, patch }) => ({ operation, ...(patch as z.output<typeof patchSchema>) }));
}

/** Replaces a person's edit of one tool; an empty patch is "reset to document". Served from the next publish on. */
export async function overrideTool({
  ctx,
  input,
}: Call<z.input<typeof schema> & { patch: z.input<typeof patchSchema> }>): Promise<void> {
  authorize(ctx, "server.write");
  const { serverId, operation } = parseInput(schema, input);
  // By itself, so that a refusal names the fields as they were sent.
  const patch = parseInput(patchSchema, input.patch);
  const server = await findServer(ctx, serverId);
  const revision = await ctx.db.documentRevision.findUniqueOrThrow({
    where: { id: server.revisionId },
    select: { compiled: true },
  });
  if (!(await openCompiled(revision)).tools.some((tool) => tool.operation === operation)) throw notFound("tool");
  const key = { serverId_operation: { serverId: server.id, operation } };
  await ctx.db.$transaction(async (tx) => {
    if (Object.keys(patch).length === 0)
      await tx.toolOverride.deleteMany({ where: { serverId: server.id, operation } });
    else
      await tx.toolOverride.upsert({
        where: key,
        create: { serverId: server.id, operation, patch },
        update: { patch },
      });
    await audit(tx, ctx, "tool.override", server.id, { operation, fields: Object.keys(patch) });
  });
}
