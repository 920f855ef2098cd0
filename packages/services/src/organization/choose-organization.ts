import type { Deps } from "../context.ts";
import { notFound } from "../error.ts";

/** Makes an organization the one that a browser's pages are about; the person has to belong to it. */
export async function chooseOrganization(
  { db }: Pick<Deps, "db">,
  { userId, sessionId, organizationId }: { userId: string; sessionId: string; organizationId: string },
): Promise<void> {
  const where = { organizationId_userId: { organizationId, userId } };
  if (!(await db.member.findUnique({ where, select: { id: true } }))) throw notFound("organization");
  await db.authSession.updateMany({
    where: { id: sessionId, userId },
    data: { activeOrganizationId: organizationId },
  });
}
