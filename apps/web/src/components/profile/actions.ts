"use server";

import {
  AppError,
  createProfile,
  type ProfileConflict,
  type ProfileSettings,
  type ProfileView,
  removeProfile,
  removeProfileValue,
  restoreProfile,
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

/** The profile as it is kept, or theirs: what somebody else made of it since it was read. */
export type SavedProfile = { saved: ProfileView } | { conflict: ProfileConflict };

export async function saveProfile(input: {
  serverId: string;
  id: string;
  name: string;
  settings: ProfileSettings;
  /** As it was read. */
  lock: number;
}): Promise<Outcome<SavedProfile>> {
  const { ctx } = await requireSession();
  const outcome = await attempt(async (): Promise<SavedProfile> => {
    try {
      return { saved: await updateProfile({ ctx, input }) };
    } catch (error) {
      const conflict = conflictOf(error);
      if (conflict) return { conflict };
      throw error;
    }
  });
  if (outcome.ok && "saved" in outcome.value) revalidatePath("/", "layout");
  return outcome;
}

function conflictOf(error: unknown): ProfileConflict | undefined {
  if (!(error instanceof AppError) || error.code !== "conflict") return undefined;
  const details = error.details as ProfileConflict | { issues: unknown } | undefined;
  return details && "theirs" in details ? details : undefined;
}

/** Makes it the default, or with false nothing that was. */
export async function makeDefault(serverId: string, id: string, isDefault = true): Promise<Outcome> {
  return change((ctx) => updateProfile({ ctx, input: { serverId, id, isDefault } }));
}

/** Brings a removed profile back. Says whether it is the default again. */
export async function bringBackProfile(serverId: string, id: string): Promise<Outcome<{ isDefault: boolean }>> {
  const { ctx } = await requireSession();
  const outcome = await attempt(async () => {
    const { isDefault } = await restoreProfile({ ctx, input: { serverId, id } });
    return { isDefault };
  });
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
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
