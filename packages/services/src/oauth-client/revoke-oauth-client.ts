import { removeKnownClient, revokeGrant } from "@portico/auth";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { notFound } from "../error.ts";

/** Ends a client and everything it was let into: its tokens are refused everywhere within a second. */
export async function revokeOAuthClient({ ctx, input }: Call<{ id: string }>): Promise<void> {
  authorize(ctx, "apiKey.manage");
  await ctx.db.$transaction(async (tx) => {
    const where = { id: input.id, organizationId: ctx.organizationId, revokedAt: null };
    const [client] = await tx.oAuthClient.updateManyAndReturn({ where, data: { revokedAt: new Date() } });
    if (!client) throw notFound("OAuth client");
    await removeKnownClient(tx, client.clientId);
    const ended = await tx.connection.updateManyAndReturn({
      where: { clientId: client.clientId, organizationId: ctx.organizationId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    for (const { grantId } of ended) if (grantId) await revokeGrant(tx, grantId);
    await audit(tx, ctx, "oauthClient.revoke", client.id, { name: client.name });
  });
  await ctx.state.publish("access-changed", input.id);
}
