import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { findEnding, giveBack } from "../profile/ended-sign-ins.ts";
import { deleteUnused } from "./documents.ts";
import { findServer } from "./find-server.ts";
import { announceServer } from "./version.ts";

/** Deletes a server with its versions, credentials and connections; its documents go too where no other server is built from them, and sign-ins at the API are given back. */
export async function deleteServer({ ctx, input }: Call<{ id: string }>): Promise<void> {
  authorize(ctx, "server.write");
  const server = await findServer(ctx, input.id);
  const { organizationId } = ctx;
  const ended = await ctx.db.$transaction(async (tx) => {
    const ended = await findEnding(tx, ctx.vault, { organizationId, serverId: server.id });
    await tx.server.delete({ where: { id: server.id, organizationId } });
    await deleteUnused(
      tx,
      server.documents.map(({ documentId }) => documentId),
    );
    await audit(tx, ctx, "server.delete", server.id, { slug: server.slug });
    return ended;
  });
  await giveBack(ctx, ended);
  await announceServer(ctx, server.id);
}
