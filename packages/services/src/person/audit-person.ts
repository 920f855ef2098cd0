import type { Prisma, Tx } from "@portico/db";
import { audit } from "../audit/audit.ts";
import type { Deps, Role } from "../context.ts";

/** What every verb about a person's own account takes: the person of the browser's session, and where they are. */
export type Account = Deps & { userId: string; ip?: string };

/** A change of somebody's account concerns each organization that lets them in: it is in the audit log of all of them. */
export async function auditPerson(
  tx: Tx,
  account: Account,
  action: string,
  details?: Prisma.InputJsonValue,
): Promise<void> {
  const { userId } = account;
  for (const { organizationId, role } of await tx.member.findMany({ where: { userId } })) {
    const actor = { type: "user" as const, id: userId, role: role as Role };
    await audit(tx, { ...account, organizationId, actor }, action, userId, details);
  }
}

/** Writes that somebody signed in, in whatever way. */
export function recordSignIn(account: Account): Promise<void> {
  return account.db.$transaction((tx) => auditPerson(tx, account, "person.signIn"));
}

/** Writes what better-auth has done of itself to an account: two-factor and passkeys. */
export function recordAccountChange(
  account: Account,
  action: "person.twoFactor.on" | "person.twoFactor.off" | "person.recoveryCodes" | "person.passkey.add",
): Promise<void> {
  return account.db.$transaction((tx) => auditPerson(tx, account, action));
}
