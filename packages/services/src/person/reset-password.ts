import { hashPassword, revokeGrant } from "@portico/auth";
import { acrossOrganizations, newId } from "@portico/db";
import { z } from "zod";
import { authorize } from "../access.ts";
import { audit } from "../audit/audit.ts";
import type { Call, Deps } from "../context.ts";
import { AppError } from "../error.ts";
import { parseInput } from "../input.ts";
import { type Mailed, mailLink } from "../mail-link.ts";
import { hashLinkToken, newLinkToken } from "../organization/invitation.ts";
import { findMember } from "../organization/members.ts";
import { lockMembers, requireReach } from "../organization/roles.ts";
import { storePassword } from "./account.ts";
import { auditPerson } from "./audit-person.ts";
import { claimAccount } from "./claim-account.ts";
import { newPasswordSchema } from "./password.ts";

/** A link that came by mail, and one that an administrator has to hand over. */
const MAILED_MINUTES = 60;
const HANDED_HOURS = 24;

/** A link that nobody but the mailbox has shows whose the address is; one that an administrator makes does not. */
type Kind = "mailed" | "handed";
const KINDS: readonly Kind[] = ["mailed", "handed"];
const identifierOf = (kind: Kind, token: string) => `password-reset:${kind}:${hashLinkToken(token)}`;

async function issue({ db }: Pick<Deps, "db">, userId: string, kind: Kind): Promise<string> {
  const token = newLinkToken();
  const lifetimeMs = kind === "mailed" ? MAILED_MINUTES * 60_000 : HANDED_HOURS * 3_600_000;
  await db.verification.create({
    data: {
      id: newId("verification"),
      identifier: identifierOf(kind, token),
      value: userId,
      expiresAt: new Date(Date.now() + lifetimeMs),
    },
  });
  return token;
}

const urlOf = ({ publicUrl }: Pick<Deps, "publicUrl">, token: string) => `${publicUrl}/reset-password#${token}`;

function mailReset(deps: Deps, email: string, url: string, lifetime: string): Promise<Mailed> {
  return mailLink(deps, {
    to: email,
    subject: "Choose a new password for Portico",
    paragraphs: [`With this link you choose a new password for ${email}. It works once, within ${lifetime}.`],
    action: { label: "Choose a new password", url },
    footnote: "If you did not ask for this, do nothing: your password stays as it is.",
  });
}

/** Sends a reset link to an address, if somebody here has it. The answer, and the time it takes, are the same for any address. */
export async function requestReset(deps: Deps, email: string): Promise<void> {
  const user = await deps.db.user.findUnique({ where: { email: email.trim().toLowerCase() } });
  if (!user) return;
  const url = urlOf(deps, await issue(deps, user.id, "mailed"));
  await mailReset(deps, user.email, url, `${MAILED_MINUTES} minutes`);
}

/**
 * Makes a reset link for a member to hand over, where no mail goes or it does not arrive. Only for somebody of at most one's own role,
 * and only while this is their one organization, as a member or a guest: nobody reaches into another one through a password.
 */
export async function createResetLink({ ctx, input }: Call<{ id: string }>): Promise<{ url: string; mailed: Mailed }> {
  authorize(ctx, "member.manage");
  const member = await ctx.db.$transaction(async (tx) => {
    await lockMembers(tx, ctx);
    const found = await findMember(tx, ctx, input.id);
    requireReach(ctx, found.role, `reset the password of an ${found.role}`);
    const { userId } = found;
    const elsewhere = { organizationId: { not: ctx.organizationId } };
    const email = found.email.toLowerCase();
    const reaches = await acrossOrganizations(
      tx,
      async () =>
        (await tx.member.count({ where: { ...elsewhere, userId } })) +
        (await tx.accessGrant.count({ where: { ...elsewhere, email } })),
    );
    if (reaches > 0)
      throw new AppError(
        "forbidden",
        `${found.email} belongs to another organization too, or is a guest of one. They reset their password themselves, with “Forgot your password?” on the sign-in page.`,
      );
    await audit(tx, ctx, "member.resetLink", input.id, { person: userId });
    return found;
  });
  const url = urlOf(ctx, await issue(ctx, member.userId, "handed"));
  return { url, mailed: await mailReset(ctx, member.email, url, `${HANDED_HOURS} hours`) };
}

/** Whose password a link resets, or null when it was used, has expired or never was one. */
export async function readReset({ db }: Pick<Deps, "db">, token: string): Promise<{ email: string } | null> {
  const row = await db.verification.findFirst({
    where: { identifier: { in: KINDS.map((kind) => identifierOf(kind, token)) }, expiresAt: { gt: new Date() } },
  });
  return row ? db.user.findUnique({ where: { id: row.value }, select: { email: true } }) : null;
}

const schema = z.object({ password: newPasswordSchema });

/**
 * Sets a new password by a link, once: every browser of the person is signed out, every client that they connected is disconnected everywhere
 * within a second, and every other link ends. A second factor stays, but for an account whose address this is the first to show the owner of.
 */
export async function resetPassword(
  deps: Deps & { ip?: string },
  { token, ...input }: { token: string; password: string },
): Promise<{ email: string }> {
  const { password } = parseInput(schema, input);
  // Before the hash, which costs: whoever has no link gets no work out of us.
  if (!(await readReset(deps, token))) throw ended();
  const hash = await hashPassword(password);
  const { userId, email } = await deps.db.$transaction(async (tx) => {
    const [mailed, handed] = KINDS.map((kind) => identifierOf(kind, token));
    const [row] = await tx.$queryRaw<
      { value: string; identifier: string }[]
    >`DELETE FROM "Verification" WHERE "identifier" IN (${mailed}, ${handed}) AND "expiresAt" > now() RETURNING "value", "identifier"`;
    if (!row) throw ended();
    const userId = row.value;
    const user = await tx.user.findUniqueOrThrow({
      where: { id: userId },
      select: { email: true, emailVerified: true },
    });
    if (row.identifier === mailed && !user.emailVerified) await claimAccount(tx, userId);
    await tx.verification.deleteMany({ where: { value: userId, identifier: { startsWith: "password-reset:" } } });
    await storePassword(tx, userId, hash);
    await tx.authSession.deleteMany({ where: { userId } });
    const connections = await acrossOrganizations(tx, () =>
      tx.connection.updateManyAndReturn({ where: { userId, revokedAt: null }, data: { revokedAt: new Date() } }),
    );
    for (const { grantId } of connections) if (grantId) await revokeGrant(tx, grantId);
    await auditPerson(tx, { ...deps, userId }, "person.passwordReset");
    return { userId, email: user.email };
  });
  await deps.state.publish("access-changed", userId);
  return { email };
}

function ended(): AppError {
  return new AppError("precondition_failed", "This link was used or has expired. Ask for another one.");
}
