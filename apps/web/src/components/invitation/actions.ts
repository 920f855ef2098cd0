"use server";

import {
  acceptInvitation,
  chooseOrganization,
  createInvitation,
  type InvitationLink,
  joinByInvitation,
  type Role,
  readInvitation,
  resendInvitation,
  revokeInvitation,
} from "@portico/services";
import { revalidatePath } from "next/cache";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { countAttempt } from "@/server/attempts.ts";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { runtime } from "@/server/runtime.ts";
import { currentPerson, origin, requireSession } from "@/server/session.ts";
import { signIn, signOut } from "@/server/sign-in.ts";
import { INVITATION_COOKIE } from "./cookie.ts";

/** How long somebody may take between opening an invitation and accepting it, signing in included. */
const COOKIE_SECONDS = 3_600;

export type SentState = Outcome<InvitationLink & { email: string }> | null;

export async function invite(_before: SentState, form: FormData): Promise<SentState> {
  const { ctx } = await requireSession();
  const email = String(form.get("email") ?? "").trim();
  const role = String(form.get("role") ?? "") as Role;
  // The list is drawn anew when the dialog closes: the link is seen this once.
  return attempt(async () => ({ email, ...(await createInvitation({ ctx, input: { email, role } })) }));
}

export async function sendAgain(id: string): Promise<Outcome<InvitationLink>> {
  const { ctx } = await requireSession();
  return attempt(() => resendInvitation({ ctx, input: { id } }));
}

export async function revoke(id: string): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => revokeInvitation({ ctx, input: { id } }));
  if (outcome.ok) revalidatePath("/settings/members");
  return outcome;
}

/** Keeps the token of an opened link for this browser, over signing in, where no address has it. */
export async function openInvitation(token: string): Promise<void> {
  (await cookies()).set(INVITATION_COOKIE, token.slice(0, 100), {
    httpOnly: true,
    sameSite: "lax",
    secure: (await runtime()).deps.publicUrl.startsWith("https:"),
    path: "/",
    maxAge: COOKIE_SECONDS,
  });
  revalidatePath("/invite");
}

/** For somebody new: makes the account with its name and password, and signs in. */
export async function joinAsNew(_before: Outcome | null, form: FormData): Promise<Outcome | null> {
  const password = String(form.get("password") ?? "");
  const onward = await destination();
  const outcome = await attempt(async () => {
    await countAttempt("invitation");
    const { deps } = await runtime();
    const name = String(form.get("name") ?? "");
    return joinByInvitation({ ...deps, ...(await origin()) }, { token: await token(), name, password });
  });
  if (!outcome.ok) return outcome;
  const signedIn = await signIn(outcome.value.email, password);
  (await cookies()).delete(INVITATION_COOKIE);
  redirect(signedIn === "ok" ? onward : `/sign-in?next=${encodeURIComponent(onward)}`);
}

/** For somebody who is signed in with the invited address. */
export async function joinAsPerson(): Promise<Outcome> {
  const onward = await destination();
  const outcome = await attempt(async () => {
    await countAttempt("invitation");
    const { deps } = await runtime();
    const person = await currentPerson();
    if (!person) redirect("/sign-in?next=/invite");
    const input = { token: await token(), userId: person.id };
    const { organizationId, isGuest } = await acceptInvitation({ ...deps, ...(await origin()) }, input);
    if (isGuest) return;
    await chooseOrganization(deps, { userId: person.id, sessionId: person.sessionId, organizationId });
  });
  if (!outcome.ok) return outcome;
  (await cookies()).delete(INVITATION_COOKIE);
  redirect(onward);
}

/** Where an invitation leads: a guest to the page of the server, a member to the servers. */
async function destination(): Promise<string> {
  const { deps } = await runtime();
  const invitation = await readInvitation(deps, await token());
  return (invitation.state === "open" && invitation.server?.path) || "/";
}

/** The invitation is for another address than the one that is signed in here. */
export async function leaveForInvitation(): Promise<void> {
  await signOut();
  redirect("/invite");
}

async function token(): Promise<string> {
  return (await cookies()).get(INVITATION_COOKIE)?.value ?? "";
}
