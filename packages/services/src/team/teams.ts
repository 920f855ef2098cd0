import { isUniqueViolation, newId } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { parseInput } from "../input.ts";

const TEAMS_MAX = 200;
const MEMBERS_MAX = 500;

export interface TeamView {
  id: string;
  name: string;
  members: { id: string; name: string; email: string }[];
  /** The servers that it is named for. */
  serverCount: number;
}

/** The organization's teams with their members, by name. */
export async function listTeams({ ctx }: Pick<Call<never>, "ctx">): Promise<TeamView[]> {
  authorize(ctx, "server.read");
  const rows = await ctx.db.team.findMany({
    where: { organizationId: ctx.organizationId },
    include: {
      members: { select: { member: { select: { id: true, user: { select: { name: true, email: true } } } } } },
      _count: { select: { accessGrants: true } },
    },
    orderBy: { name: "asc" },
    take: TEAMS_MAX,
  });
  return rows.map(({ id, name, members, _count }) => ({
    id,
    name,
    members: members.map(({ member }) => ({ id: member.id, ...member.user })),
    serverCount: _count.accessGrants,
  }));
}

const name = z.string().trim().min(1, "give it a name").max(100, "a name has 100 characters at most");
const memberIds = z.array(z.string()).max(MEMBERS_MAX, `a team has ${MEMBERS_MAX} members at most`);
const createSchema = z.object({ name, memberIds: memberIds.default([]) }).strict();

/** Makes a team of members of the organization. */
export async function createTeam({ ctx, input }: Call<z.input<typeof createSchema>>): Promise<{ id: string }> {
  authorize(ctx, "member.manage");
  const { name, memberIds } = parseInput(createSchema, input);
  await checkMembers(ctx, memberIds);
  if ((await ctx.db.team.count({ where: { organizationId: ctx.organizationId } })) >= TEAMS_MAX)
    throw new AppError("limit_exceeded", `An organization has at most ${TEAMS_MAX} teams. Remove one first.`);
  const id = newId("team");
  await orTaken(name, () =>
    ctx.db.$transaction(async (tx) => {
      await tx.team.create({ data: { id, organizationId: ctx.organizationId, name } });
      await tx.teamMember.createMany({ data: memberIds.map((memberId) => ({ teamId: id, memberId })) });
      await audit(tx, ctx, "team.create", id, { name, memberIds });
    }),
  );
  return { id };
}

const updateSchema = z.object({ id: z.string(), name: name.optional(), memberIds: memberIds.optional() }).strict();

/** Renames a team, or says anew who is in it. Who is no longer in it loses what it gave within a second. */
export async function updateTeam({ ctx, input }: Call<z.input<typeof updateSchema>>): Promise<void> {
  authorize(ctx, "member.manage");
  const { id, name, memberIds } = parseInput(updateSchema, input);
  const team = await findTeam(ctx, id);
  if (memberIds) await checkMembers(ctx, memberIds);
  await orTaken(name ?? team.name, () =>
    ctx.db.$transaction(async (tx) => {
      if (name) await tx.team.update({ where: { id: team.id }, data: { name } });
      if (memberIds) {
        await tx.teamMember.deleteMany({ where: { teamId: team.id } });
        await tx.teamMember.createMany({ data: memberIds.map((memberId) => ({ teamId: team.id, memberId })) });
      }
      await audit(tx, ctx, "team.update", team.id, { ...(name ? { name } : {}), ...(memberIds ? { memberIds } : {}) });
    }),
  );
  await ctx.state.publish("access-changed", team.id);
}

/** Removes a team and all access that it gave. */
export async function removeTeam({ ctx, input }: Call<{ id: string }>): Promise<void> {
  authorize(ctx, "member.manage");
  const team = await findTeam(ctx, input.id);
  await ctx.db.$transaction(async (tx) => {
    await tx.team.delete({ where: { id: team.id } });
    await audit(tx, ctx, "team.remove", team.id, { name: team.name });
  });
  await ctx.state.publish("access-changed", team.id);
}

async function findTeam({ db, organizationId }: Ctx, id: string) {
  const team = await db.team.findFirst({ where: { id, organizationId } });
  if (!team) throw notFound("team");
  return team;
}

async function checkMembers({ db, organizationId }: Ctx, memberIds: readonly string[]): Promise<void> {
  const ids = [...new Set(memberIds)];
  if (ids.length !== memberIds.length) throw new AppError("invalid_input", "memberIds: each member is in a team once.");
  if ((await db.member.count({ where: { id: { in: ids }, organizationId } })) !== ids.length) throw notFound("member");
}

async function orTaken(name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const message = `there is a team "${name}" already; choose another name`;
    throw new AppError("conflict", `There is a team "${name}" already. Choose another name.`, {
      issues: [{ field: "name", message }],
    });
  }
}
