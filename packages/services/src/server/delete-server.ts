import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { deleteUnused } from "./documents.ts";
import { findServer } from "./find-server.ts";
import { announceServer } from "./version.ts";

/** Deletes a server with its versions, credentials and connections; its documents go too where no other server is built from them. */
export async function deleteServer({ ctx, input }: Call<{ id: string }>): Promise<void> {
  authorize(ctx, "server.write");
  const server = await findServer(ctx, input.id);
  await ctx.db.$transaction(async (tx) => {
    await tx.server.delete({ where: { id: server.id, organizationId: ctx.organizationId } });
    await deleteUnused(
      tx,
      server.documents.map(({ documentId }) => documentId),
    );
    await audit(tx, ctx, "server.delete", server.id, { slug: server.slug });
  });
  await announceServer(ctx, server.id);
}
