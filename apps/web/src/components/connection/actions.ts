"use server";

import { readPendingRequest } from "@portico/auth";
import {
  AppError,
  beginConnectionSignIn,
  beginConnectSignIn,
  CONNECTION_DAYS,
  changeOwnConnection,
  endOwnConnection,
  fillInFields,
  forgetOwnValue,
  listConnectionTools,
  listOwnConnections,
  missingFields,
  type OwnField,
  readConnectForm,
  revokeConnection,
  revokeConnectionsOf,
  type ServerDescription,
} from "@portico/services";
import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { readValues } from "@/components/profile/read-values.ts";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { runtime } from "@/server/runtime.ts";
import { currentPerson, origin, requireSession } from "@/server/session.ts";
import { readTools } from "./read-tools.ts";

export async function endConnection(id: string): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => revokeConnection({ ctx, input: { id } }));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

export async function endConnectionsOf(person: string): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(async () => void (await revokeConnectionsOf({ ctx, input: { person } })));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

/** The signed-in person, of an organization or of none. */
async function account(next: string) {
  const person = await currentPerson();
  if (!person) redirect(`/sign-in?next=${encodeURIComponent(next)}`);
  return { ...(await runtime()).deps, userId: person.id, sessionId: person.sessionId, ...(await origin()) };
}

/** The request that a connect page is about, and the profile that was picked there. */
async function pickedProfile(owner: Awaited<ReturnType<typeof account>>, uid: string, form: FormData) {
  const request = await readPendingRequest(owner, uid);
  if (!request) redirect("/connect/error?reason=expired");
  const { resource, clientId } = request;
  const { profiles } = await readConnectForm(owner, { userId: owner.userId, resource, clientId });
  const profile = profiles.find(({ id }) => id === form.get("profile"));
  if (!profile) throw new AppError("not_found", "This profile is gone. Reload the page and choose another.");
  const values = readValues(form, profile.fields);
  if (Object.keys(values).length > 0) await fillInFields(owner, { resource, profileId: profile.id, values });
  return { resource, profile };
}

const TOOL_KINDS = ["all", "reading", "chosen"] as const;

/** Stores what a person filled in on the connect page; refused beside the field when something is wrong or still missing. */
export async function fillIn(uid: string, form: FormData): Promise<Outcome> {
  const owner = await account(`/connect/${uid}`);
  return attempt(async () => {
    const { resource, profile } = await pickedProfile(owner, uid, form);
    const { userId } = owner;
    refuseMissing(await missingFields(owner, { userId, resource, profileId: profile.id }), profile.fields);
  });
}

/** Sends the browser to the API's own sign-in. It comes back to the request to connect, with what was picked and filled in so far. */
export async function signInToConnect(uid: string, field: string, form: FormData): Promise<Outcome<{ url: string }>> {
  const owner = await account(`/connect/${uid}`);
  return attempt(async () => {
    const { resource, profile } = await pickedProfile(owner, uid, form);
    const days = CONNECTION_DAYS.find((some) => String(some) === form.get("days"));
    const kind = TOOL_KINDS.find((some) => some === form.get("tools")) ?? "all";
    const picks = { profileId: profile.id, tools: kind, ...(days ? { days } : {}) };
    return beginConnectSignIn(owner, { resource, uid, picks, field });
  });
}

/** The same from one of the person's own connections. */
export async function signInForConnection(
  id: string,
  profileId: string,
  field: string,
): Promise<Outcome<{ url: string }>> {
  const owner = await account("/connections");
  return attempt(() => beginConnectionSignIn(owner, { id, profileId, field }));
}

/** What there is to choose from for one of the person's own connections. */
export async function readConnectionTools(id: string): Promise<Outcome<ServerDescription["tools"]>> {
  const owner = await account("/connections");
  return attempt(async () => (await listConnectionTools(owner, { id })) ?? []);
}

/** Changes what one of the person's own connections runs with. */
export async function changeConnection(id: string, form: FormData): Promise<Outcome> {
  const owner = await account("/connections");
  const outcome = await attempt(async () => {
    const connection = (await listOwnConnections(owner)).find((one) => one.id === id);
    if (!connection) throw new AppError("not_found", "This connection has ended. Reload the page.");
    const profileId = String(form.get("profile") ?? "") || null;
    const profile = connection.profiles.find((one) => one.id === profileId);
    const values = readValues(form, profile?.fields ?? []);
    const fields = profile?.fields ?? [];
    refuseMissing(
      fields.flatMap(({ field, setAt }) => (setAt || field in values ? [] : [field])),
      fields,
    );
    const tools = readTools(form);
    const given = form.get("days");
    const days = given === "" ? null : CONNECTION_DAYS.find((some) => String(some) === given);
    await changeOwnConnection(owner, { id, profileId, tools, values, ...(days === undefined ? {} : { days }) });
  });
  if (outcome.ok) revalidatePath("/connections");
  return outcome;
}

/** Removes what the person filled in for a field of a profile, or their sign-in at the API. */
export async function forgetValue(id: string, profileId: string, field: string): Promise<Outcome> {
  const owner = await account("/connections");
  const outcome = await attempt(async () => forgetOwnValue(owner, { id, profileId, field }));
  if (outcome.ok) revalidatePath("/connections");
  return outcome;
}

export async function endMyConnection(id: string): Promise<Outcome> {
  const owner = await account("/connections");
  const outcome = await attempt(() => endOwnConnection(owner, { id }));
  if (outcome.ok) revalidatePath("/connections");
  return outcome;
}

function refuseMissing(missing: string[], fields: readonly OwnField[]): void {
  if (missing.length === 0) return;
  const signIns = new Map(fields.flatMap(({ field, signIn }) => (signIn ? [[field, signIn] as const] : [])));
  throw new AppError("invalid_input", "Something is still to be filled in.", {
    issues: missing.map((field) => {
      const signIn = signIns.get(field);
      return { field, message: signIn ? `sign in at ${signIn.host} first` : "fill this in" };
    }),
  });
}
