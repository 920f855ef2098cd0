import { isUniqueViolation, type Prisma } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { AppError } from "../error.ts";
import {
  dialectSchema,
  httpUrlSchema,
  parseInput,
  selectSchema,
  slugSchema,
  toolModeSchema,
  visibilitySchema,
} from "../input.ts";
import { announceAccess } from "../server-access/set-access.ts";
import { checkComposedTools, composedToolsSchema } from "./composed-tools.ts";
import { firstDocument, openDocuments } from "./documents.ts";
import { findServer } from "./find-server.ts";
import { iconSchema } from "./icon.ts";
import { readOverrides } from "./override.ts";
import { checkResources, promptsSchema, resourcesSchema } from "./prompts-resources.ts";
import { resolveSelection } from "./selection.ts";
import { announceServer } from "./version.ts";
import { type ServerView, serverView } from "./views.ts";

const schema = z
  .object({
    id: z.string(),
    /** The `lock` that was read; a change since then is a conflict. Left out, the last writer wins. */
    lock: z.number().int().optional(),
    title: z.string().trim().min(1).max(200).optional(),
    slug: slugSchema.optional(),
    description: z.string().max(2_000).nullable().optional(),
    instructions: z.string().max(8_000).nullable().optional(),
    visibility: visibilitySchema.optional(),
    status: z.enum(["live", "paused"]).optional(),
    dialect: dialectSchema.optional(),
    toolMode: toolModeSchema.optional(),
    /** Of its first document; the others have their own (`updateServerDocument`). */
    baseUrl: httpUrlSchema.nullable().optional(),
    icon: iconSchema.nullable().optional(),
    select: selectSchema.optional(),
    prompts: promptsSchema.optional(),
    resources: resourcesSchema.optional(),
    composedTools: composedToolsSchema.optional(),
    /** Clients without prompts or resources get tools in their place. */
    standInTools: z.boolean().optional(),
    /** Parts of answers that were too long can be read with a tool. */
    readAnswers: z.boolean().optional(),
    searchTexts: z.boolean().optional(),
  })
  .strict();
export type UpdateServerInput = z.input<typeof schema>;

/**
 * Changes a server. Who may use it (visibility), whether it answers (status) and its address (slug) take effect at once; what it
 * serves (title, icon, tools and how they are offered, base URL, dialect) takes effect when it is published.
 */
export async function updateServer({ ctx, input }: Call<UpdateServerInput>): Promise<ServerView> {
  authorize(ctx, "server.write");
  const { id, lock, select, baseUrl, ...changes } = parseInput(schema, input);
  const server = await findServer(ctx, id);
  if (lock !== undefined && lock !== server.lock) {
    throw new AppError(
      "conflict",
      "Somebody else changed this server meanwhile. Reload to see what changed, then make your change again.",
    );
  }
  let selection: string[] | undefined;
  if (select || changes.resources || changes.composedTools) {
    const compiled = await openDocuments(ctx, server.documents);
    if (select) selection = resolveSelection(compiled, select);
    if (changes.resources) checkResources(changes.resources, compiled, await readOverrides(ctx.db, server.id));
    if (changes.composedTools) checkComposedTools(changes.composedTools, compiled);
  }
  // `undefined` leaves a column alone; exactOptionalPropertyTypes is off for Prisma's inputs.
  const data: Prisma.ServerUpdateManyMutationInput = {
    ...(changes as Omit<typeof changes, "composedTools">),
    ...(selection ? { selection } : {}),
    lock: { increment: 1 },
  };
  try {
    await ctx.db.$transaction(async (tx) => {
      const { count } = await tx.server.updateMany({ where: { id: server.id, lock: server.lock }, data });
      if (count === 0)
        throw new AppError("conflict", "Somebody else changed this server at the same moment. Try again.");
      if (baseUrl !== undefined)
        await tx.serverDocument.update({
          where: { serverId_documentId: { serverId: server.id, documentId: firstDocument(server).documentId } },
          data: { baseUrl },
        });
      await audit(tx, ctx, "server.update", server.id, {
        fields: [
          ...Object.keys(changes),
          ...(baseUrl === undefined ? [] : ["baseUrl"]),
          ...(selection ? ["select"] : []),
        ],
      });
    });
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError("conflict", `This organization has a server "${changes.slug}" already. Choose another slug.`);
    throw error;
  }
  await (changes.visibility ? announceAccess(ctx, server.id) : announceServer(ctx, server.id));
  return serverView(ctx, await findServer(ctx, server.id));
}
