import type { SocialProvider } from "@portico/auth";

/** How people know them. */
export const SOCIAL_NAMES: Record<SocialProvider, string> = {
  google: "Google",
  github: "GitHub",
  microsoft: "Microsoft",
};

const REFUSALS: Record<string, string> = {
  signup_disabled: "Nobody here has the address of that account. Ask an owner or admin for an invitation first.",
  account_not_linked:
    "An account here has that address, but is not linked. Sign in another way, then link it under Your account.",
  unable_to_link_account: "That account could not be linked: its address has to be verified there.",
  email_not_found: "That account gave no e-mail address.",
  "email_doesn't_match": "That account has another e-mail address than yours here.",
  account_already_linked_to_different_user: "That account is linked to somebody else here.",
  access_denied: "You said no there, and nothing was changed.",
  SSO_REQUIRED: "Your organization wants you to sign in with its own sign-in.",
};

/** What an error that came back in the address means; nothing of it is shown as it is. */
export function socialRefusal(error: unknown): string | undefined {
  if (typeof error !== "string" || error === "") return undefined;
  return REFUSALS[error] ?? "The sign-in was not finished. Try again, or sign in another way.";
}
