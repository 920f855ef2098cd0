import { authorize } from "../access.ts";
import type { Call, Role } from "../context.ts";

export interface MemberView {
  id: string;
  name: string;
  email: string;
  role: Role;
  createdAt: Date;
}

/** The people of the organization, oldest first. */
export async function listMembers({ ctx }: Pick<Call<never>, "ctx">): Promise<MemberView[]> {
  authorize(ctx, "server.read");
  const rows = await ctx.db.member.findMany({
    where: { organizationId: ctx.organizationId },
    include: { user: { select: { name: true, email: true } } },
    orderBy: { createdAt: "asc" },
    take: 500,
  });
  return rows.map(({ id, user, role, createdAt }) => ({ id, ...user, role: role as Role, createdAt }));
}
