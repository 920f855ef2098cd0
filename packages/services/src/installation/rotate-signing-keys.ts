import { rotateSigningKey } from "@portico/auth";
import { audit } from "../audit/audit.ts";
import type { Call, Deps } from "../context.ts";
import { AppError } from "../error.ts";

/** How long a key signs before it is replaced by itself. */
const KEY_DAYS = 90;

/**
 * Signs access tokens with a new key from now on, in every process and without a restart. Tokens that are out stay valid until they expire.
 * For whoever owns the installation: the key is that of every organization.
 */
export async function rotateSigningKeys({ ctx }: Pick<Call<never>, "ctx">): Promise<void> {
  const installation = await ctx.db.installation.findFirst({ select: { ownerUserId: true } });
  if (ctx.actor.type !== "user" || ctx.actor.id !== installation?.ownerUserId)
    throw new AppError("forbidden", "Only the owner of this Portico may change what its tokens are signed with.");
  await rotateSigningKey(ctx);
  await audit(ctx.db, ctx, "signingKey.rotate", "installation");
}

/** Replaces a key that has signed for three months. */
export async function rotateOldSigningKey(deps: Deps, now = Date.now()): Promise<void> {
  await rotateSigningKey(deps, { unlessNewerThan: new Date(now - KEY_DAYS * 86_400_000) });
}
