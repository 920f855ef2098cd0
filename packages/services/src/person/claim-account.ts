import type { Tx } from "@portico/db";

/**
 * Makes an account its address's owner's, who has just shown that they are. Whoever made it never did: no way in of theirs stays, neither a
 * password nor a passkey, an account elsewhere, a second factor or a browser that is signed in.
 */
export async function claimAccount(tx: Tx, userId: string): Promise<void> {
  await tx.account.deleteMany({ where: { userId } });
  await tx.passkey.deleteMany({ where: { userId } });
  await tx.twoFactor.deleteMany({ where: { userId } });
  await tx.authSession.deleteMany({ where: { userId } });
  await tx.user.update({ where: { id: userId }, data: { emailVerified: true, twoFactorEnabled: false } });
}
