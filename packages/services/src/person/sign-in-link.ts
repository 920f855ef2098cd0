import { SIGN_IN_LINK_MINUTES } from "@portico/auth";
import type { Deps } from "../context.ts";
import { mailLink } from "../mail-link.ts";
import { mustUseSso } from "../sso/sign-in.ts";

/**
 * Mails a sign-in link to somebody who asked for it, if they are known here and may come in by one. With a second factor a mailbox alone does not sign in:
 * they are told so instead. `next`: the path that they were on their way to, which the page behind the link checks.
 */
export async function mailSignInLink(
  deps: Deps,
  { email, token, next = "/" }: { email: string; token: string; next?: string },
): Promise<void> {
  const user = await deps.db.user.findUnique({ where: { email: email.toLowerCase() } });
  if (!user || (await mustUseSso(deps, user.id))) return;
  const onward = next === "/" ? "" : `?next=${encodeURIComponent(next)}`;
  const footnote = "If you did not ask for this, do nothing.";
  if (user.twoFactorEnabled)
    await mailLink(deps, {
      to: user.email,
      subject: "Signing in to Portico",
      paragraphs: [
        "You asked for a sign-in link, but your account has two-factor authentication. Sign in with your password and a code, or with a passkey.",
      ],
      action: { label: "Go to the sign-in page", url: `${deps.publicUrl}/sign-in${onward}` },
      footnote,
    });
  else
    await mailLink(deps, {
      to: user.email,
      subject: "Your sign-in link for Portico",
      paragraphs: [`This link signs you in as ${user.email}. It works once, within ${SIGN_IN_LINK_MINUTES} minutes.`],
      action: { label: "Sign in", url: `${deps.publicUrl}/sign-in/link${onward}#${token}` },
      footnote,
    });
}
