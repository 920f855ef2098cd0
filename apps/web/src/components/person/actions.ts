"use server";

import { type SocialProvider, SSO_REQUIRED, signInLinkCallback } from "@portico/auth";
import { createOwner, findSso, isSetupCode, readReset, requestReset, resetPassword } from "@portico/services";
import { redirect } from "next/navigation";
import { countAttempt } from "@/server/attempts.ts";
import { safeNext } from "@/server/next-path.ts";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { runtime } from "@/server/runtime.ts";
import { origin } from "@/server/session.ts";
import { callAuth, signIn } from "@/server/sign-in.ts";
import { goToProvider } from "@/server/sso.ts";

export type EntryState = Outcome | null;

const text = (form: FormData, name: string) => String(form.get(name) ?? "").trim();

export async function signInWithForm(_before: EntryState, form: FormData): Promise<EntryState> {
  const outcome = await signIn(text(form, "email"), String(form.get("password") ?? ""));
  const next = safeNext(form.get("next"));
  if (outcome === "ok") redirect(next);
  if (outcome === "second-factor") redirect(`/sign-in/two-factor?next=${encodeURIComponent(next)}`);
  if (outcome === "wrong") {
    // An address of a domain whose sign-in is required leads there: from a password nobody of it gets in.
    const email = text(form, "email");
    const sso = await findSso((await runtime()).deps, email);
    if (sso?.isRequired) return attempt(() => goToProvider({ email }, next));
  }
  return refuse(outcome === "too-many" ? TOO_MANY : "The e-mail address or the password is wrong.", outcome);
}

/** Sends the browser to a provider that it may sign in with; it comes back signed in, or to the sign-in page, which says why not. */
export async function signInWithSocial(provider: SocialProvider, next: string): Promise<void> {
  const back = safeNext(next);
  const response = await callAuth("/sign-in/social", {
    provider: String(provider),
    callbackURL: back,
    errorCallbackURL: back === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(back)}`,
    disableRedirect: true,
  });
  const { url } = (await response.json().catch(() => ({}))) as { url?: string };
  redirect(response.ok && url ? url : "/sign-in?error=unavailable");
}

const TOO_MANY = "Too many attempts from this address. Wait a minute, then try again.";

function refuse(message: string, details: string, fields: Record<string, string> = {}): EntryState {
  return { ok: false, message, fields, details };
}

/** The second step of signing in: a code of the authenticator app, or one of the recovery codes. */
export async function giveSecondFactor(_before: EntryState, form: FormData): Promise<EntryState> {
  const code = text(form, "code").replace(/\s/g, "");
  const isRecovery = form.get("kind") === "recovery";
  const response = await callAuth(isRecovery ? "/two-factor/verify-backup-code" : "/two-factor/verify-totp", {
    code,
    trustDevice: form.get("trust") === "on",
  });
  if (response.ok) redirect(safeNext(form.get("next")));
  const { code: why = "" } = (await response.json().catch(() => ({}))) as { code?: string };
  if (response.status === 429)
    return refuse(why === "ACCOUNT_TEMPORARILY_LOCKED" ? LOCKED : TOO_MANY, `too-many ${why}`);
  if (why === "INVALID_TWO_FACTOR_COOKIE" || why === "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE")
    return refuse("This sign-in has ended. Go back and start with your password again.", why);
  const wrong = isRecovery
    ? "This is not one of your unused recovery codes."
    : "This code is wrong or too old. Type the one that the app shows now.";
  return refuse(wrong, why, { code: wrong });
}

const LOCKED = "Too many wrong codes for this account. Wait 15 minutes, then start with your password again.";

/** Asks for a sign-in link by mail. The answer is the same whoever asks. */
export async function sendSignInLink(_before: EntryState, form: FormData): Promise<EntryState> {
  const callbackURL = signInLinkCallback(safeNext(form.get("next")));
  const response = await callAuth("/sign-in/magic-link", { email: text(form, "email").toLowerCase(), callbackURL });
  if (response.status === 429) return refuse(TOO_MANY, "too-many");
  if (!response.ok) {
    const wrong = "This is not an e-mail address.";
    return refuse(wrong, "invalid_input", { email: wrong });
  }
  return { ok: true, value: undefined };
}

/** Signs in by the token of a mailed link. A button asks for this, so that a mail scanner that opens links uses up nothing. */
export async function enterByLink(token: string, next: string): Promise<Outcome> {
  const response = await callAuth(`/magic-link/verify?token=${encodeURIComponent(token)}`);
  const onward = safeNext(next);
  if (response.ok) redirect(onward);
  const { code } = (await response.json().catch(() => ({}))) as { code?: string };
  if (code === SSO_REQUIRED)
    redirect(onward === "/" ? "/sign-in/organization" : `/sign-in/organization?next=${encodeURIComponent(onward)}`);
  const message =
    response.status === 429 ? TOO_MANY : "This link was used or has expired. Ask for another one on the sign-in page.";
  return { ok: false, message, fields: {}, details: "precondition_failed" };
}

/** Asks for a reset link by mail. Nothing is waited for: neither the answer nor its time tells whether the address is known. */
export async function askForReset(_before: EntryState, form: FormData): Promise<EntryState> {
  const { deps, telemetry } = await runtime();
  return attempt(async () => {
    await countAttempt("reset", 5);
    void requestReset(deps, text(form, "email")).catch((error) => telemetry.reportError(error, { where: "mail" }));
  });
}

export async function chooseNewPassword(token: string, _before: EntryState, form: FormData): Promise<EntryState> {
  const password = String(form.get("password") ?? "");
  const outcome = await attempt(async () => {
    await countAttempt("reset");
    const { deps } = await runtime();
    return resetPassword({ ...deps, ...(await origin()) }, { token, password });
  });
  if (!outcome.ok) return outcome;
  const signedIn = await signIn(outcome.value.email, password);
  redirect(signedIn === "ok" ? "/" : signedIn === "second-factor" ? "/sign-in/two-factor" : "/sign-in");
}

/** Makes the owner and signs them in. Only who can read the start-up output has the code. */
export async function setUp(_before: EntryState, form: FormData): Promise<EntryState> {
  const { deps } = await runtime();
  if (!isSetupCode(deps, text(form, "code"))) {
    const wrong =
      "This is not the code of this installation. It stands where Portico was started, below \u201cFirst run\u201d.";
    return { ok: false, message: "The setup code is wrong.", fields: { code: wrong }, details: "forbidden" };
  }
  const [name, email, password] = [text(form, "name"), text(form, "email"), String(form.get("password") ?? "")];
  const organization = text(form, "organization") || name;
  const outcome = await attempt(async () => void (await createOwner(deps, { name, email, password, organization })));
  if (!outcome.ok) return outcome;
  redirect((await signIn(email.toLowerCase(), password)) === "ok" ? "/" : "/sign-in");
}

/** Whose password a link resets; null when the link has ended. */
export async function describeReset(token: string): Promise<string | null> {
  const outcome = await attempt(async () => {
    await countAttempt("reset");
    return readReset((await runtime()).deps, token);
  });
  return outcome.ok ? (outcome.value?.email ?? null) : null;
}
