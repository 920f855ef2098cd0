import type { Deps } from "../context.ts";
import { findAccess, type Visibility } from "./find-access.ts";
import type { ToolGrant } from "./tool-grant.ts";

export interface GuestServer {
  title: string;
  organization: string;
  /** The page that says how it is used. */
  path: string;
}

const SERVERS_MAX = 100;

/** The published servers that a person may use by their address, in whatever organization, by name. */
export async function listGuestServers(deps: Pick<Deps, "db">, userId: string): Promise<GuestServer[]> {
  const user = await deps.db.user.findUnique({ where: { id: userId }, select: { email: true } });
  if (!user) return [];
  const servers = await deps.db.server.findMany({
    where: { accessGrants: { some: { email: user.email.toLowerCase() } }, publishedVersionId: { not: null } },
    include: { organization: { select: { name: true, slug: true } } },
    orderBy: { title: "asc" },
    take: SERVERS_MAX,
  });
  const allowed = await Promise.all(
    servers.map(({ id, organizationId, visibility, everybodyTools }) =>
      findAccess(
        deps,
        { id, organizationId, visibility: visibility as Visibility, everybodyTools: everybodyTools as ToolGrant },
        userId,
      ),
    ),
  );
  return servers.flatMap(({ title, slug, organization }, at) =>
    allowed[at]
      ? [
          {
            ...{ title, organization: organization.name },
            path: `/s/${encodeURIComponent(organization.slug)}/${encodeURIComponent(slug)}`,
          },
        ]
      : [],
  );
}
