import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Role } from "../context.ts";
import { notFound } from "../error.ts";
import { type InvitationLink, namesOf } from "./create-invitation.ts";
import {
  hashesOf,
  INVITATIONS_OPEN_MAX,
  invitationEnd,
  invitationUrl,
  mailInvitation,
  newLinkTokens,
} from "./invitation.ts";
import { lockMembers, requireReach } from "./roles.ts";

export interface InvitationView {
  id: string;
  email: string;
  role: Role;
  sentAt: Date;
  expiresAt: Date;
  isExpired: boolean;
  invitedBy: string | null;
}

/** Invitations to the organization that were neither accepted nor revoked, newest first; expired ones too, to be sent again. */
export async function listInvitations({ ctx }: Pick<Call<never>, "ctx">): Promise<InvitationView[]> {
  authorize(ctx, "member.manage");
  const rows = await ctx.db.invitation.findMany({
    where: { organizationId: ctx.organizationId, status: "open", serverId: null },
    orderBy: { createdAt: "desc" },
    take: INVITATIONS_OPEN_MAX,
  });
  const inviters = await ctx.db.user.findMany({
    where: { id: { in: rows.map(({ inviterId }) => inviterId) } },
    select: { id: true, name: true },
  });
  const names = new Map(inviters.map(({ id, name }) => [id, name]));
  return rows.map(({ id, email, role, sentAt, expiresAt, inviterId }) => ({
    id,
    email,
    role: role as Role,
    sentAt,
    expiresAt,
    isExpired: expiresAt.getTime() <= Date.now(),
    invitedBy: names.get(inviterId) ?? null,
  }));
}

/** Makes a new link that lasts 7 days from now, and sends it; the link from before ends. */
export async function resendInvitation({ ctx, input }: Call<{ id: string }>): Promise<InvitationLink> {
  authorize(ctx, "member.manage");
  const tokens = newLinkTokens();
  const email = await ctx.db.$transaction(async (tx) => {
    await lockMembers(tx, ctx);
    const where = { id: input.id, organizationId: ctx.organizationId, status: "open", serverId: null };
    const invitation = await tx.invitation.findFirst({ where });
    if (!invitation) throw notFound("open invitation");
    requireReach(ctx, invitation.role as Role, `invite somebody as ${invitation.role}`);
    await tx.invitation.update({
      where: { id: input.id },
      data: { ...hashesOf(tokens), expiresAt: invitationEnd(), sentAt: new Date() },
    });
    await audit(tx, ctx, "invitation.resend", input.id, { email: invitation.email });
    return invitation.email;
  });
  const mailed = await mailInvitation(ctx, { email, tokens, ...(await namesOf(ctx)) });
  return { id: input.id, url: invitationUrl(ctx, tokens.handed), mailed };
}

/** Ends an open invitation: its link says so from now on. */
export async function revokeInvitation({ ctx, input }: Call<{ id: string }>): Promise<void> {
  authorize(ctx, "member.manage");
  await ctx.db.$transaction(async (tx) => {
    await lockMembers(tx, ctx);
    const [invitation] = await tx.invitation.updateManyAndReturn({
      where: { id: input.id, organizationId: ctx.organizationId, status: "open", serverId: null },
      data: { status: "revoked" },
    });
    if (!invitation) throw notFound("open invitation");
    await audit(tx, ctx, "invitation.revoke", input.id, { email: invitation.email });
  });
}
