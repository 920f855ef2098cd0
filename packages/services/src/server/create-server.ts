import { isUniqueViolation, newId } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { openCompiled } from "../document/revision.ts";
import { AppError, notFound } from "../error.ts";
import {
  dialectSchema,
  httpUrlSchema,
  parseInput,
  selectSchema,
  slugSchema,
  toolModeSchema,
  visibilitySchema,
} from "../input.ts";
import { findServer } from "./find-server.ts";
import { freeSlug } from "./free-slug.ts";
import { resolveSelection } from "./selection.ts";
import { type ServerView, serverView } from "./views.ts";

const schema = z.object({
  documentId: z.string(),
  title: z.string().trim().min(1).max(200).optional(),
  slug: slugSchema.optional(),
  description: z.string().max(2_000).optional(),
  select: selectSchema.default("suggested"),
  visibility: visibilitySchema.default("organization"),
  dialect: dialectSchema.default("auto"),
  toolMode: toolModeSchema.default("list"),
  baseUrl: httpUrlSchema.optional(),
});
export type CreateServerInput = z.input<typeof schema>;

/** Makes the draft of a server from a document. Nothing is served until it is published. */
export async function createServer({ ctx, input }: Call<CreateServerInput>): Promise<ServerView> {
  authorize(ctx, "server.write");
  const { documentId, select, title: wantedTitle, slug: wantedSlug, baseUrl, ...settings } = parseInput(schema, input);
  const document = await ctx.db.document.findFirst({ where: { id: documentId, organizationId: ctx.organizationId } });
  const revision = document?.currentRevisionId
    ? await ctx.db.documentRevision.findUnique({
        where: { id: document.currentRevisionId },
        select: { id: true, compiled: true },
      })
    : null;
  if (!document || !revision) throw notFound("document");
  const selection = resolveSelection(await openCompiled(revision), select);
  const title = wantedTitle ?? document.title;
  const slug = wantedSlug ?? (await freeSlug(ctx, title));
  const id = newId("server");
  try {
    await ctx.db.$transaction(async (tx) => {
      await tx.server.create({
        data: {
          id,
          organizationId: ctx.organizationId,
          slug,
          title,
          selection,
          ...settings,
        },
      });
      await tx.serverDocument.create({
        data: {
          ...{ serverId: id, documentId, organizationId: ctx.organizationId, revisionId: revision.id },
          baseUrl: baseUrl ?? null,
        },
      });
      await audit(tx, ctx, "server.create", id, { slug, title });
    });
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError("conflict", `This organization has a server "${slug}" already. Choose another slug.`, {
        slug,
      });
    throw error;
  }
  return serverView(ctx, await findServer(ctx, id));
}
