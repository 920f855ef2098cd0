"use server";

import {
  createProfile,
  type ProfileSettings,
  removeProfile,
  removeProfileValue,
  setProfileValue,
  updateProfile,
} from "@portico/services";
import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { requireSession, type Session } from "@/server/session.ts";
import { credentialOf } from "./read-values.ts";

async function change(work: (ctx: Session["ctx"]) => Promise<unknown>): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(async () => void (await work(ctx)));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

/** Makes an empty profile and goes to where it is filled in. */
export async function newProfile(_before: Outcome | null, form: FormData): Promise<Outcome> {
  const { ctx } = await requireSession();
  const text = (name: string) => String(form.get(name) ?? "");
  const isOwn = text("for") === "me";
  const outcome = await attempt(() =>
    createProfile({
      ctx,
      input: {
        serverId: text("serverId"),
        name: text("name"),
        isOwn,
        ...(isOwn && text("baseId") ? { baseId: text("baseId") } : {}),
      },
    }),
  );
  if (!outcome.ok) return outcome;
  revalidatePath("/", "layout");
  return redirect(`/servers/${encodeURIComponent(text("slug"))}/profiles/${outcome.value.id}`);
}

export async function saveProfile(input: {
  serverId: string;
  id: string;
  name: string;
  settings: ProfileSettings;
}): Promise<Outcome> {
  return change((ctx) => updateProfile({ ctx, input }));
}

export async function makeDefault(serverId: string, id: string): Promise<Outcome> {
  return change((ctx) => updateProfile({ ctx, input: { serverId, id, isDefault: true } }));
}

export async function dropProfile(serverId: string, id: string): Promise<Outcome> {
  return change((ctx) => removeProfile({ ctx, input: { serverId, id } }));
}

/** Stores what fills a field for everybody who runs with a profile. It goes in and never comes back. */
export async function storeValue(_before: Outcome | null, form: FormData): Promise<Outcome> {
  const text = (name: string) => String(form.get(name) ?? "");
  const input = { serverId: text("serverId"), id: text("profileId"), field: text("field") };
  const kind = text("kind");
  const value = text("reference")
    ? { type: "environment", name: text("reference") }
    : kind === "apiKey" || kind === "basic" || kind === "bearer"
      ? credentialOf(kind, { user: text("user"), secret: text("value") })
      : text("value");
  return change((ctx) => setProfileValue({ ctx, input: { ...input, value } }));
}

export async function forgetStoredValue(serverId: string, id: string, field: string): Promise<Outcome> {
  return change((ctx) => removeProfileValue({ ctx, input: { serverId, id, field } }));
}
