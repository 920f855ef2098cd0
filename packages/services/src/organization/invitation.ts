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

/** Two tokens of one invitation. The mailed one is in the mail alone: whoever has it has shown that the address is theirs. */
export interface LinkTokens {
  handed: string;
  mailed: string;
}

export function newLinkTokens(): LinkTokens {
  return { handed: newLinkToken(), mailed: newLinkToken() };
}

/** What is stored of them. */
export function hashesOf({ handed, mailed }: LinkTokens) {
  return { tokenHash: hashLinkToken(handed), mailedTokenHash: hashLinkToken(mailed) };
}

/** The invitation that a token is of, whichever of its two. */
export function byToken(token: string) {
  const hash = hashLinkToken(token);
  return { OR: [{ tokenHash: hash }, { mailedTokenHash: hash }] };
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
  tokens: LinkTokens;
  organization: string;
  inviter: string;
  /** What a guest is let use. */
  server?: string;
}

export function mailInvitation(
  deps: Deps,
  { email, tokens, organization, inviter, server }: InvitationMail,
): Promise<Mailed> {
  const url = invitationUrl(deps, tokens.mailed);
  if (server !== undefined)
    return mailLink(deps, {
      to: email,
      subject: `${inviter} lets you use ${server}`,
      paragraphs: [
        `${inviter} of ${organization} lets you use ${server} in your AI apps: with Claude, ChatGPT, Cursor, VS Code and others that speak MCP.`,
        `This is for ${email}. The link lasts ${INVITATION_DAYS} days, and leads to an account if you have none here.`,
      ],
      action: { label: `Use ${server}`, url },
      footnote: "If you expected nothing of the kind, do nothing: without this link nobody signs in in your name.",
    });
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
