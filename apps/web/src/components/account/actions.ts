"use server";

import type { SocialProvider } from "@portico/auth";
import {
  AppError,
  changePassword,
  endOtherSessions,
  endSession,
  proveAddress,
  recordAccountChange,
  removePasskey,
  renamePerson,
  requestAddressProof,
  unlinkAccount,
} from "@portico/services";
import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { requireAccount } from "@/server/account.ts";
import { countAttempt } from "@/server/attempts.ts";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { callAuth } from "@/server/sign-in.ts";

export type FormState<Value = void> = Outcome<Value> | null;

const text = (form: FormData, name: string) => String(form.get(name) ?? "");

/** Runs a change of the account and draws its page anew. */
async function change<Value>(
  work: (account: Awaited<ReturnType<typeof requireAccount>>) => Promise<Value>,
): Promise<Outcome<Value>> {
  const account = await requireAccount();
  const outcome = await attempt(async () => {
    await countAttempt("account");
    return work(account);
  });
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

export async function rename(_before: FormState, form: FormData): Promise<FormState> {
  return change((account) => renamePerson(account, { name: text(form, "name") }));
}

/** Has a link mailed that shows whose the address is. */
export async function sendAddressProof(): Promise<Outcome> {
  return change(requestAddressProof);
}

/** Takes such a link from the browser that asked for it. */
export async function confirmAddress(token: string): Promise<Outcome> {
  return change((account) => proveAddress(account, token));
}

export async function newPassword(_before: FormState, form: FormData): Promise<FormState> {
  const input = { current: text(form, "current"), password: text(form, "password") };
  return change((account) => changePassword(account, input));
}

export async function signOutSession(id: string): Promise<Outcome> {
  return change((account) => endSession(account, id));
}

export async function signOutOthers(): Promise<Outcome<number>> {
  return change(endOtherSessions);
}

export async function forgetPasskey(id: string): Promise<Outcome> {
  return change((account) => removePasskey(account, id));
}

export async function unlink(id: string): Promise<Outcome> {
  return change((account) => unlinkAccount(account, id));
}

/** Sends the browser to a provider; it comes back to the account page with the account there linked, or with why not. */
export async function linkSocial(provider: SocialProvider): Promise<void> {
  await requireAccount();
  const response = await callAuth("/link-social", {
    provider: String(provider),
    callbackURL: "/account",
    errorCallbackURL: "/account",
    disableRedirect: true,
  });
  const { url } = (await response.json().catch(() => ({}))) as { url?: string };
  redirect(response.ok && url ? url : "/account?error=unavailable");
}

/** The browser has added one by itself. */
export async function passkeyAdded(): Promise<Outcome> {
  return change((account) => recordAccountChange(account, "person.passkey.add"));
}

/** What an authenticator app is set up with; it counts once a code of the app was given. */
export interface TwoFactorSetup {
  uri: string;
  recoveryCodes: string[];
}

export async function startTwoFactor(
  _before: FormState<TwoFactorSetup>,
  form: FormData,
): Promise<FormState<TwoFactorSetup>> {
  return change(async () => {
    const answer = await askWithPassword("/two-factor/enable", form);
    return { uri: answer.totpURI ?? "", recoveryCodes: answer.backupCodes ?? [] };
  });
}

export async function confirmTwoFactor(_before: FormState, form: FormData): Promise<FormState> {
  return change(async (account) => {
    const response = await callAuth("/two-factor/verify-totp", { code: text(form, "code").replace(/\s/g, "") });
    if (!response.ok) throw wrongField("code", "this is not the code that the app shows now");
    await recordAccountChange(account, "person.twoFactor.on");
  });
}

export async function stopTwoFactor(_before: FormState, form: FormData): Promise<FormState> {
  return change(async (account) => {
    await askWithPassword("/two-factor/disable", form);
    await recordAccountChange(account, "person.twoFactor.off");
  });
}

export async function newRecoveryCodes(_before: FormState<string[]>, form: FormData): Promise<FormState<string[]>> {
  return change(async (account) => {
    const { backupCodes = [] } = await askWithPassword("/two-factor/generate-backup-codes", form);
    await recordAccountChange(account, "person.recoveryCodes");
    return backupCodes;
  });
}

async function askWithPassword(path: string, form: FormData): Promise<{ totpURI?: string; backupCodes?: string[] }> {
  const response = await callAuth(path, { password: text(form, "password") });
  if (response.ok) return (await response.json()) as { totpURI?: string; backupCodes?: string[] };
  const { code } = (await response.json().catch(() => ({}))) as { code?: string };
  if (code === "INVALID_PASSWORD") throw wrongField("password", "this is not your password");
  if (response.status === 429)
    throw new AppError("limit_exceeded", "Too many attempts from this address. Wait a minute, then try again.");
  throw new AppError("conflict", "Two-factor authentication has changed meanwhile. Reload the page.");
}

function wrongField(field: string, message: string): AppError {
  return new AppError("invalid_input", `${field}: ${message}`, { issues: [{ field, message }] });
}
