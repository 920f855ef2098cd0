import type { Deps } from "../context.ts";

/**
 * The address of a person, lower case, as far as an organization may go by it: they have shown that it is theirs, or the organization vouches
 * for it, having made them a member or let them in as a guest under that address. Otherwise an address is nobody's, and this null.
 */
export async function knownAddress(
  { db }: Pick<Deps, "db">,
  { userId, organizationId }: { userId: string; organizationId: string },
): Promise<string | null> {
  const user = await db.user.findUnique({ where: { id: userId }, select: { email: true, emailVerified: true } });
  if (!user) return null;
  const email = user.email.toLowerCase();
  if (user.emailVerified) return email;
  const [member, guest] = await Promise.all([
    db.member.findUnique({ where: { organizationId_userId: { organizationId, userId } }, select: { id: true } }),
    db.invitation.findFirst({ where: { organizationId, acceptedById: userId }, select: { id: true } }),
  ]);
  return member || guest ? email : null;
}
