import { revokeGrant } from "@portico/auth";
import type { Tx } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx, Role } from "../context.ts";
import { notFound } from "../error.ts";
import { parseInput } from "../input.ts";
import { findEnding, giveBack } from "../profile/ended-sign-ins.ts";
import { lockMembers, requireOtherOwner, requireReach, roleSchema } from "./roles.ts";

const roleInput = z.object({ id: z.string(), role: roleSchema });

/** Gives a member another role, of at most one's own; every process acts by it within a second. */
export async function changeRole({ ctx, input }: Call<z.input<typeof roleInput>>): Promise<void> {
  authorize(ctx, "member.manage");
  const { id, role } = parseInput(roleInput, input);
  const userId = await ctx.db.$transaction(async (tx) => {
    await lockMembers(tx, ctx);
    const member = await findMember(tx, ctx, id);
    requireReach(ctx, member.role, `change the role of an ${member.role}`);
    requireReach(ctx, role, `make somebody ${role}`);
    if (member.role === role) return member.userId;
    if (member.role === "owner") await requireOtherOwner(tx, ctx, id);
    await tx.member.update({ where: { id }, data: { role } });
    await audit(tx, ctx, "member.role", id, { person: member.userId, from: member.role, to: role });
    return member.userId;
  });
  await ctx.state.publish("access-changed", userId);
}

/**
 * Takes a member out of the organization. Their connections, access and refresh tokens, open streams and the invitations that they
 * sent end within a second, everywhere, and what they had filled in for themselves is forgotten, their sign-ins at APIs given back; their account,
 * other organizations, and the API keys that they made stay.
 */
export async function removeMember({ ctx, input }: Call<{ id: string }>): Promise<void> {
  authorize(ctx, "member.manage");
  await endMembership(ctx, input.id, "member.remove");
}

/** Leaves the organization oneself. */
export async function leaveOrganization({ ctx }: Pick<Call<never>, "ctx">): Promise<void> {
  authorize(ctx, "server.read");
  const own = await ctx.db.member.findFirst({
    where: { organizationId: ctx.organizationId, userId: ctx.actor.type === "user" ? ctx.actor.id : "" },
    select: { id: true },
  });
  if (!own) throw notFound("member");
  await endMembership(ctx, own.id, "member.leave");
}

async function endMembership(ctx: Ctx, id: string, action: "member.remove" | "member.leave"): Promise<void> {
  const { organizationId } = ctx;
  const { userId, ended } = await ctx.db.$transaction(async (tx) => {
    await lockMembers(tx, ctx);
    const member = await findMember(tx, ctx, id);
    requireReach(ctx, member.role, `remove an ${member.role}`);
    if (member.role === "owner") await requireOtherOwner(tx, ctx, id);
    const { userId } = member;
    await tx.member.delete({ where: { id } });
    const connections = await tx.connection.updateManyAndReturn({
      where: { organizationId, userId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    for (const { grantId } of connections) if (grantId) await revokeGrant(tx, grantId);
    await tx.profile.deleteMany({ where: { organizationId, userId } });
    await tx.profileValue.deleteMany({ where: { organizationId, userId } });
    const ended = await findEnding(tx, ctx.vault, { organizationId, userId });
    await tx.upstreamGrant.deleteMany({ where: { organizationId, userId } });
    await tx.authSession.updateMany({
      where: { userId, activeOrganizationId: organizationId },
      data: { activeOrganizationId: null },
    });
    await tx.invitation.updateMany({
      where: { organizationId, inviterId: userId, status: "open" },
      data: { status: "revoked" },
    });
    await audit(tx, ctx, action, id, { person: userId, role: member.role, connections: connections.length });
    return { userId, ended };
  });
  await giveBack(ctx, ended);
  await ctx.state.publish("access-changed", userId);
}

/** A member of this organization, whatever the id names elsewhere. */
export async function findMember(
  tx: Pick<Tx, "member">,
  ctx: Ctx,
  id: string,
): Promise<{ userId: string; role: Role; email: string }> {
  const member = await tx.member.findFirst({
    where: { id, organizationId: ctx.organizationId },
    select: { userId: true, role: true, user: { select: { email: true } } },
  });
  if (!member) throw notFound("member");
  return { userId: member.userId, role: member.role as Role, email: member.user.email };
}
