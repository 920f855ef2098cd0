import { hashPassword } from "@portico/auth";
import { isUniqueViolation, newId, type Tx } from "@portico/db";
import { z } from "zod";
import { audit } from "../audit/audit.ts";
import type { Deps, Role } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import { nameSchema, newPasswordSchema } from "../person/password.ts";
import { byToken, hashLinkToken } from "./invitation.ts";

export type InvitationState = "open" | "accepted" | "revoked" | "expired" | "unknown";

export interface OpenInvitation {
  state: "open";
  organizationId: string;
  organization: string;
  email: string;
  /** Absent for a guest, who becomes no member. */
  role?: Role;
  /** What a guest is let use. */
  server?: { title: string; path: string };
  invitedBy: string | null;
  /** Whether somebody with this address can sign in already; otherwise they set a name and a password. */
  hasAccount: boolean;
}

/** What the page behind an invitation's link shows. Whoever has the link may know what it says. */
export async function readInvitation(
  { db }: Pick<Deps, "db">,
  token: string,
): Promise<OpenInvitation | { state: Exclude<InvitationState, "open"> }> {
  const invitation = await db.invitation.findFirst({
    where: byToken(token),
    include: {
      organization: { select: { name: true, slug: true } },
      server: { select: { slug: true, title: true } },
    },
  });
  const state = stateOf(invitation);
  if (!invitation || state !== "open") return { state: state as Exclude<InvitationState, "open"> };
  const { email, role, organizationId, organization, server, inviterId } = invitation;
  const [account, inviter] = await Promise.all([
    db.user.findUnique({ where: { email }, select: { id: true } }),
    db.user.findUnique({ where: { id: inviterId }, select: { name: true } }),
  ]);
  return {
    state: "open",
    organizationId,
    organization: organization.name,
    email,
    ...(server
      ? { server: { title: server.title, path: pathOf(organization.slug, server.slug) } }
      : { role: role as Role }),
    invitedBy: inviter?.name ?? null,
    hasAccount: account !== null,
  };
}

/** The page that says how a server is used. */
function pathOf(organization: string, server: string): string {
  return `/s/${encodeURIComponent(organization)}/${encodeURIComponent(server)}`;
}

function stateOf(invitation: { status: string; expiresAt: Date } | null): InvitationState {
  if (!invitation) return "unknown";
  if (invitation.status !== "open") return invitation.status === "accepted" ? "accepted" : "revoked";
  return invitation.expiresAt.getTime() <= Date.now() ? "expired" : "open";
}

const ENDED: Record<Exclude<InvitationState, "open">, string> = {
  accepted: "This invitation was accepted already. Sign in to use the organization.",
  revoked: "This invitation was revoked. Ask who invited you for another.",
  expired: "This invitation has expired. Ask who invited you to send it again.",
  unknown: "This is not the link of an invitation, or a newer one has replaced it. Use the link of the last mail.",
};

type Accepting = Deps & { ip?: string };

const joinSchema = z.object({ name: nameSchema, password: newPasswordSchema });

/**
 * Makes the account of an invited person who has none, and their membership, unless they are a guest. Of any number of calls at once exactly one
 * succeeds. Only the link of the mail shows that the address is theirs.
 */
export async function joinByInvitation(
  deps: Accepting,
  input: { token: string; name: string; password: string },
): Promise<{ email: string; organizationId: string }> {
  const { name, password } = parseInput(joinSchema, input);
  const hash = await hashPassword(password);
  const userId = newId("user");
  try {
    return await deps.db.$transaction(async (tx) => {
      const invitation = await take(tx, input.token);
      const { email, isProven } = invitation;
      await tx.user.create({ data: { id: userId, name, email, emailVerified: isProven } });
      await tx.account.create({
        data: { id: newId("account"), userId, accountId: userId, providerId: "credential", password: hash },
      });
      await letIn(tx, deps, invitation, userId);
      return { email, organizationId: invitation.organizationId };
    });
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError("conflict", "There is an account with this address by now. Sign in to accept the invitation.");
    throw error;
  }
}

/** Makes a signed-in person a member, or a guest. The invitation has to be for their own address. */
export async function acceptInvitation(
  deps: Accepting,
  input: { token: string; userId: string },
): Promise<{ organizationId: string; isGuest: boolean }> {
  const { organizationId, serverId } = await deps.db.$transaction(async (tx) => {
    const invitation = await take(tx, input.token);
    const user = await tx.user.findUniqueOrThrow({ where: { id: input.userId }, select: { email: true } });
    if (user.email !== invitation.email)
      throw new AppError(
        "forbidden",
        `This invitation is for ${invitation.email}, and you are signed in as ${user.email}. Sign in with the invited address.`,
      );
    if (invitation.isProven) await tx.user.update({ where: { id: input.userId }, data: { emailVerified: true } });
    await letIn(tx, deps, invitation, input.userId);
    return invitation;
  });
  // What was refused a moment ago may be allowed now.
  await deps.state.publish("access-changed", input.userId);
  return { organizationId, isGuest: serverId !== null };
}

/** Uses an invitation up: the update is a compare-and-swap, so that one of two at once finds it used. */
async function take(tx: Tx, token: string) {
  const [invitation] = await tx.invitation.updateManyAndReturn({
    where: { ...byToken(token), status: "open", expiresAt: { gt: new Date() } },
    data: { status: "accepted" },
  });
  if (invitation) return { ...invitation, isProven: invitation.mailedTokenHash === hashLinkToken(token) };
  const state = stateOf(await tx.invitation.findFirst({ where: byToken(token) }));
  throw new AppError("precondition_failed", ENDED[state === "open" ? "unknown" : state]);
}

async function letIn(
  tx: Tx,
  deps: Accepting,
  { id, organizationId, role, serverId }: { id: string; organizationId: string; role: string; serverId: string | null },
  userId: string,
): Promise<void> {
  if (serverId !== null) {
    await tx.invitation.update({ where: { id }, data: { acceptedById: userId } });
    const actor = { type: "user" as const, id: userId, role: "member" as Role };
    return audit(tx, { ...deps, organizationId, actor }, "invitation.acceptGuest", serverId, {});
  }
  // Whoever belongs to it already keeps the role that they have.
  const where = { organizationId_userId: { organizationId, userId } };
  await tx.member.upsert({
    where,
    create: { id: newId("member"), organizationId, userId, role },
    update: {},
  });
  const actor = { type: "user" as const, id: userId, role: role as Role };
  await audit(tx, { ...deps, organizationId, actor }, "invitation.accept", id, { role });
}
