import { createHash, randomBytes } from "node:crypto";
import type { Deps } from "../context.ts";
import { type Mailed, mailLink } from "../mail-link.ts";

export const INVITATION_DAYS = 7;

/** Open at one time in an organization: each is a mail that somebody gets. */
export const INVITATIONS_OPEN_MAX = 500;

/** A one-time token for a link. 256 bits, so that a plain hash of it can be stored. */
export function newLinkToken(): string {
  return randomBytes(32).toString("base64url");
}

export function hashLinkToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

export function invitationEnd(now = Date.now()): Date {
  return new Date(now + INVITATION_DAYS * 86_400_000);
}

/** The token stands behind "#": a browser sends that part to nobody, so that no log has it. */
export function invitationUrl({ publicUrl }: Pick<Deps, "publicUrl">, token: string): string {
  return `${publicUrl}/invite#${token}`;
}

export interface InvitationMail {
  email: string;
  url: string;
  organization: string;
  inviter: string;
}

export function mailInvitation(deps: Deps, { email, url, organization, inviter }: InvitationMail): Promise<Mailed> {
  return mailLink(deps, {
    to: email,
    subject: `${inviter} invites you to ${organization} on Portico`,
    paragraphs: [
      `${inviter} invites you to ${organization} on Portico, where teams run the tools that their AI apps use.`,
      `The invitation is for ${email} and lasts ${INVITATION_DAYS} days.`,
    ],
    action: { label: `Join ${organization}`, url },
    footnote: "If you expected no invitation, do nothing: without this link nobody joins in your name.",
  });
}
