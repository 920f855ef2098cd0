import { authorize } from "../access.ts";
import type { Call, Role } from "../context.ts";

export interface MemberView {
  id: string;
  userId: string;
  name: string;
  email: string;
  role: Role;
  createdAt: Date;
  /** How many connections of theirs end when they are removed. */
  connections: number;
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
  const connected = await ctx.db.connection.groupBy({
    by: ["userId"],
    where: { organizationId: ctx.organizationId, revokedAt: null },
    _count: true,
  });
  const counts = new Map(connected.map(({ userId, _count }) => [userId, _count]));
  return rows.map(({ id, userId, user, role, createdAt }) => ({
    id,
    userId,
    ...user,
    role: role as Role,
    createdAt,
    connections: counts.get(userId) ?? 0,
  }));
}
