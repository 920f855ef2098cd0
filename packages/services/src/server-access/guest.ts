import { newId, type Tx } from "@portico/db";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { type InvitationLink, namesOf } from "../organization/create-invitation.ts";
import {
  hashesOf,
  INVITATIONS_OPEN_MAX,
  invitationEnd,
  invitationUrl,
  type LinkTokens,
  mailInvitation,
  newLinkTokens,
} from "../organization/invitation.ts";
import { findServer } from "../server/find-server.ts";

/** How far somebody has come who was let use a server by their address. */
export interface GuestView {
  state: "open" | "expired" | "accepted";
  sentAt: Date;
}

interface Guest {
  serverId: string;
  email: string;
}

/**
 * A way in for somebody who was let use a server by their address: a link that makes an account where there is none, and no member. It lasts 7
 * days and is used once; asking again makes new links and ends those before. Whether there is an account is told to nobody.
 */
export async function inviteGuest({
  ctx,
  input,
}: Call<{ serverId: string; grantId: string }>): Promise<InvitationLink> {
  authorize(ctx, "server.write");
  const server = await findServer(ctx, input.serverId);
  const tokens = newLinkTokens();
  const { id, email } = await ctx.db.$transaction(async (tx) => {
    const where = { id: input.grantId, serverId: server.id, organizationId: ctx.organizationId };
    const grant = await tx.accessGrant.findFirst({ where, select: { email: true } });
    if (!grant) throw notFound("access grant");
    if (grant.email === null)
      throw new AppError("precondition_failed", "A team or a member needs no invitation: they can sign in already.");
    return { id: await openFor(tx, ctx, { serverId: server.id, email: grant.email }, tokens), email: grant.email };
  });
  const mailed = await mailInvitation(ctx, { email, tokens, server: server.title, ...(await namesOf(ctx)) });
  return { id, url: invitationUrl(ctx, tokens.handed), mailed };
}

async function openFor(tx: Tx, ctx: Ctx, { serverId, email }: Guest, tokens: LinkTokens): Promise<string> {
  const { organizationId } = ctx;
  // One at a time, so that an address has one invitation to a server.
  await tx.$queryRaw`SELECT 1 FROM "Server" WHERE "id" = ${serverId} FOR UPDATE`;
  const issued = { ...hashesOf(tokens), expiresAt: invitationEnd(), sentAt: new Date(), status: "open" };
  const before = await tx.invitation.findFirst({ where: { organizationId, serverId, email }, select: { id: true } });
  await audit(tx, ctx, "invitation.createGuest", serverId, { email });
  if (before) {
    await tx.invitation.update({ where: { id: before.id }, data: issued });
    return before.id;
  }
  const open = { organizationId, status: "open", expiresAt: { gt: new Date() } };
  if ((await tx.invitation.count({ where: open })) >= INVITATIONS_OPEN_MAX)
    throw new AppError(
      "limit_exceeded",
      `There are ${INVITATIONS_OPEN_MAX} open invitations, which is the most an organization may have. Revoke some first.`,
    );
  const id = newId("invitation");
  const inviterId = ctx.actor.type === "user" ? ctx.actor.id : "";
  await tx.invitation.create({ data: { id, organizationId, serverId, email, role: "guest", inviterId, ...issued } });
  return id;
}

/** Ends the way in of an address to a server, and that the organization vouches for it. */
export async function endGuest(tx: Tx, { serverId, email }: Guest): Promise<void> {
  await tx.invitation.deleteMany({ where: { serverId, email } });
}

/** By address: how far each has come. */
export async function findGuests({ db, organizationId }: Ctx, serverId: string): Promise<Map<string, GuestView>> {
  const rows = await db.invitation.findMany({
    where: { organizationId, serverId },
    select: { email: true, status: true, expiresAt: true, sentAt: true, acceptedById: true },
  });
  return new Map(
    rows.map(({ email, status, expiresAt, sentAt, acceptedById }) => {
      const isIn = status === "accepted" || acceptedById !== null;
      const state = isIn ? "accepted" : expiresAt.getTime() <= Date.now() ? "expired" : "open";
      return [email, { state, sentAt }];
    }),
  );
}
