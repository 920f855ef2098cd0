import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { findServer } from "./find-server.ts";
import { announceServer } from "./version.ts";

/** Deletes a server with its versions, credentials and connections; its document goes too when no other server is built from it. */
export async function deleteServer({ ctx, input }: Call<{ id: string }>): Promise<void> {
  authorize(ctx, "server.write");
  const server = await findServer(ctx, input.id);
  await ctx.db.$transaction(async (tx) => {
    await tx.server.delete({ where: { id: server.id, organizationId: ctx.organizationId } });
    if ((await tx.server.count({ where: { documentId: server.documentId } })) === 0)
      await tx.document.delete({ where: { id: server.documentId } });
    await audit(tx, ctx, "server.delete", server.id, { slug: server.slug });
  });
  await announceServer(ctx, server.id);
}
