import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call } from "../context.ts";
import { notFound } from "../error.ts";

/** Ends a key; every process forgets it within a second. */
export async function revokeApiKey({ ctx, input }: Call<{ id: string }>): Promise<void> {
  authorize(ctx, "apiKey.manage");
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.apiKey.updateMany({
      where: { id: input.id, organizationId: ctx.organizationId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (count === 0) throw notFound("API key");
    await audit(tx, ctx, "apiKey.revoke", input.id);
  });
  await ctx.state.publish("access-changed", input.id);
}
