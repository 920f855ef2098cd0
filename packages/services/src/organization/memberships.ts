import type { Deps, Role } from "../context.ts";

export interface Membership {
  organizationId: string;
  slug: string;
  name: string;
  role: Role;
}

/** The organizations a person belongs to, oldest membership first. */
export async function listMemberships({ db }: Pick<Deps, "db">, userId: string): Promise<Membership[]> {
  const rows = await db.member.findMany({
    where: { userId },
    include: { organization: true },
    orderBy: { createdAt: "asc" },
  });
  return rows.map(({ organization, role }) => ({
    organizationId: organization.id,
    slug: organization.slug,
    name: organization.name,
    role: role as Role,
  }));
}
