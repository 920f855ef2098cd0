import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { AppError } from "../error.ts";
import { httpUrlSchema, parseInput } from "../input.ts";
import { findServerDocument } from "./documents.ts";
import { findServer } from "./find-server.ts";
import { type ServerView, serverView } from "./views.ts";

const schema = z
  .object({
    serverId: z.string(),
    documentId: z.string(),
    /** The `lock` that was read; a change of the draft since then is a conflict. */
    lock: z.number().int().optional(),
    /** Replaces every base URL of the document; null takes those of the document. */
    baseUrl: httpUrlSchema.nullable(),
  })
  .strict();

/** Says where the tools of one document of a server call. Served from the next publish on. */
export async function updateServerDocument({ ctx, input }: Call<z.input<typeof schema>>): Promise<ServerView> {
  authorize(ctx, "server.write");
  const { serverId, documentId, lock, baseUrl } = parseInput(schema, input);
  const server = await findServer(ctx, serverId);
  findServerDocument(server, documentId);
  if (lock !== undefined && lock !== server.lock)
    throw new AppError(
      "conflict",
      "Somebody else changed this server meanwhile. Reload to see what changed, then make your change again.",
    );
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.server.updateMany({
      where: { id: server.id, lock: server.lock },
      data: { lock: { increment: 1 } },
    });
    if (count === 0) throw new AppError("conflict", "Somebody else changed this server at the same moment. Try again.");
    await tx.serverDocument.update({
      where: { serverId_documentId: { serverId: server.id, documentId } },
      data: { baseUrl },
    });
    await audit(tx, ctx, "server.update", server.id, { fields: ["baseUrl"], documentId });
  });
  return serverView(ctx, await findServer(ctx, server.id));
}
