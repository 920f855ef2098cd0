import { authorize } from "../access.ts";
import type { Call, Ctx } from "../context.ts";
import { findServer } from "../server/find-server.ts";
import { type AccessReason, decideAccess, type Visibility } from "./find-access.ts";
import { findGuests, type GuestView } from "./guest.ts";
import type { ToolGrant, ToolLimit } from "./tool-grant.ts";

export interface AccessGrantView {
  id: string;
  to:
    | { team: { id: string; name: string; memberCount: number } }
    | { member: PersonOfMember }
    | { email: string; guest: GuestView | null };
  tools: ToolGrant;
}

interface PersonOfMember {
  id: string;
  name: string;
  email: string;
}

export interface ServerAccess {
  visibility: Visibility;
  everybodyTools: ToolGrant;
  /** Clients that act for a person ask them once more before the first deletion. */
  stepUp: boolean;
  grants: AccessGrantView[];
  /** The members of the organization: whether they may use the server, why, and with which tools (null: all). */
  members: (PersonOfMember & {
    access: { why: AccessReason; teams: string[]; limit: ToolLimit | null } | null;
  })[];
}

const MEMBERS_MAX = 500;

/** Who may use a server, why, and with which tools. */
export async function getAccess({ ctx, input }: Call<{ serverId: string }>): Promise<ServerAccess> {
  authorize(ctx, "server.write");
  const server = await findServer(ctx, input.serverId);
  const [grants, guests, members] = await Promise.all([
    findGrants(ctx, server.id),
    findGuests(ctx, server.id),
    ctx.db.member.findMany({
      where: { organizationId: ctx.organizationId },
      select: {
        id: true,
        user: { select: { name: true, email: true } },
        teams: { select: { teamId: true } },
      },
      orderBy: { createdAt: "asc" },
      take: MEMBERS_MAX,
    }),
  ]);
  const visibility = server.visibility as Visibility;
  const everybodyTools = server.everybodyTools as ToolGrant;
  return {
    visibility,
    everybodyTools,
    stepUp: server.stepUp,
    grants: grants.map(({ id, team, member, email, tools }) => ({
      id,
      tools: tools as ToolGrant,
      to: team
        ? { team: { id: team.id, name: team.name, memberCount: team._count.members } }
        : member
          ? { member: { id: member.id, ...member.user } }
          : { email: email ?? "", guest: guests.get(email ?? "") ?? null },
    })),
    members: members.map(({ id, user: person, teams }) => {
      const inTeam = new Set(teams.map(({ teamId }) => teamId));
      const ofTeams = grants.filter(({ teamId }) => teamId !== null && inTeam.has(teamId));
      const own = grants.filter(({ memberId, email }) => memberId === id || email === person.email.toLowerCase());
      const access = decideAccess({
        visibility,
        everybodyTools,
        isMember: true,
        ownGrants: own.map(({ tools }) => tools as ToolGrant),
        teamGrants: ofTeams.map(({ tools }) => tools as ToolGrant),
      });
      const names = access?.why === "team" ? ofTeams.flatMap(({ team }) => team?.name ?? []) : [];
      return { id, ...person, access: access && { ...access, teams: names } };
    }),
  };
}

function findGrants({ db, organizationId }: Ctx, serverId: string) {
  return db.accessGrant.findMany({
    where: { serverId, organizationId },
    include: {
      team: { select: { id: true, name: true, _count: { select: { members: true } } } },
      member: { select: { id: true, user: { select: { name: true, email: true } } } },
    },
    orderBy: { createdAt: "asc" },
  });
}
