import type { Deps } from "../context.ts";
import { knownAddress } from "../person/known-address.ts";
import { limitOf, type ToolGrant, type ToolLimit } from "./tool-grant.ts";

/** Who may use a server without being named: nobody signs in, anyone who does, members of the organization, or nobody. */
export type Visibility = "public" | "signed-in" | "organization" | "chosen";

/** Why somebody may use a server. */
export type AccessReason = "person" | "team" | "public" | "signed-in" | "organization";

export interface Access {
  why: AccessReason;
  /** The tools that they may use; null: all. */
  limit: ToolLimit | null;
}

/** What is known of one person and one server. */
export interface AccessFacts {
  visibility: Visibility;
  /** What whoever is not named may use. */
  everybodyTools: ToolGrant;
  isMember: boolean;
  /** Of the person, by membership or by known address. */
  ownGrants: readonly ToolGrant[];
  /** Of the person's teams. */
  teamGrants: readonly ToolGrant[];
}

/**
 * The one rule of who may use a server, and with which tools. What a person is given by name counts alone; otherwise what their teams are
 * given, together; otherwise what everybody has whom the visibility lets in. Null: they may not use it.
 */
export function decideAccess({
  visibility,
  everybodyTools,
  isMember,
  ownGrants,
  teamGrants,
}: AccessFacts): Access | null {
  if (ownGrants.length > 0) return { why: "person", limit: limitOf(ownGrants) };
  if (teamGrants.length > 0) return { why: "team", limit: limitOf(teamGrants) };
  if (visibility === "chosen" || (visibility === "organization" && !isMember)) return null;
  return { why: visibility, limit: limitOf([everybodyTools]) };
}

/** Whether this person may use this server now, why, and with which tools. */
export async function findAccess(
  deps: Pick<Deps, "db">,
  server: { id: string; organizationId: string; visibility: Visibility; everybodyTools: ToolGrant },
  userId: string,
): Promise<Access | null> {
  const { db } = deps;
  const [user, email, member] = await Promise.all([
    db.user.findUnique({ where: { id: userId }, select: { id: true } }),
    knownAddress(deps, { userId, organizationId: server.organizationId }),
    db.member.findUnique({
      where: { organizationId_userId: { organizationId: server.organizationId, userId } },
      select: { id: true, teams: { select: { teamId: true } } },
    }),
  ]);
  if (!user) return null;
  const teamIds = member?.teams.map(({ teamId }) => teamId) ?? [];
  const grants = await db.accessGrant.findMany({
    where: {
      serverId: server.id,
      OR: [
        ...(member ? [{ memberId: member.id }, { teamId: { in: teamIds } }] : []),
        ...(email === null ? [] : [{ email }]),
        { id: "" },
      ],
    },
    select: { teamId: true, tools: true },
  });
  const toolsOf = (isTeam: boolean) =>
    grants.filter(({ teamId }) => (teamId !== null) === isTeam).map(({ tools }) => tools as ToolGrant);
  return decideAccess({
    visibility: server.visibility,
    everybodyTools: server.everybodyTools,
    isMember: member !== null,
    ownGrants: toolsOf(false),
    teamGrants: toolsOf(true),
  });
}
