import { newId } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Ctx } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import type { Mailed } from "../mail-link.ts";
import {
  hashesOf,
  INVITATIONS_OPEN_MAX,
  invitationEnd,
  invitationUrl,
  mailInvitation,
  newLinkTokens,
} from "./invitation.ts";
import { lockMembers, requireReach, roleSchema } from "./roles.ts";

/** An address as a person types it; nothing that could begin another line or name a second recipient. */
export const emailSchema = z.email("this is not an e-mail address").max(320).toLowerCase();

const schema = z.object({ email: emailSchema, role: roleSchema });
export type CreateInvitationInput = z.input<typeof schema>;

/** The one time that an invitation's link is seen, and whether it was sent by e-mail too. */
export interface InvitationLink {
  id: string;
  url: string;
  mailed: Mailed;
}

/**
 * Invites an address with a role of at most the inviter's own. It lasts 7 days and is used once. The link that is given back is another one
 * than the mail has: by that one, somebody joins without having shown that the address is theirs.
 */
export async function createInvitation({ ctx, input }: Call<CreateInvitationInput>): Promise<InvitationLink> {
  authorize(ctx, "member.manage");
  const { email, role } = parseInput(schema, input);
  requireReach(ctx, role, `invite somebody as ${role}`);
  const [id, tokens] = [newId("invitation"), newLinkTokens()];
  await ctx.db.$transaction(async (tx) => {
    await lockMembers(tx, ctx);
    const { organizationId } = ctx;
    if (await tx.member.findFirst({ where: { organizationId, user: { email } } }))
      throw emailTaken("already belongs to the organization");
    const open = { organizationId, status: "open", expiresAt: { gt: new Date() } };
    if (await tx.invitation.findFirst({ where: { ...open, email, serverId: null } }))
      throw emailTaken("has an open invitation already; send that one again, or revoke it");
    if ((await tx.invitation.count({ where: open })) >= INVITATIONS_OPEN_MAX)
      throw new AppError(
        "limit_exceeded",
        `There are ${INVITATIONS_OPEN_MAX} open invitations, which is the most an organization may have. Revoke some first.`,
      );
    await tx.invitation.create({
      data: {
        id,
        organizationId,
        email,
        role,
        ...hashesOf(tokens),
        expiresAt: invitationEnd(),
        inviterId: ctx.actor.type === "user" ? ctx.actor.id : "",
      },
    });
    await audit(tx, ctx, "invitation.create", id, { email, role });
  });
  const mailed = await mailInvitation(ctx, { email, tokens, ...(await namesOf(ctx)) });
  return { id, url: invitationUrl(ctx, tokens.handed), mailed };
}

function emailTaken(message: string): AppError {
  return new AppError("invalid_input", `email: ${message}`, {
    issues: [{ field: "email", message: `this address ${message}` }],
  });
}

/** Who invites to what, for the mail. */
export async function namesOf({ db, organizationId, actor }: Ctx): Promise<{ organization: string; inviter: string }> {
  const [organization, inviter] = await Promise.all([
    db.organization.findUniqueOrThrow({ where: { id: organizationId }, select: { name: true } }),
    actor.type === "user" ? db.user.findUnique({ where: { id: actor.id }, select: { name: true } }) : null,
  ]);
  return { organization: organization.name, inviter: inviter?.name ?? organization.name };
}
