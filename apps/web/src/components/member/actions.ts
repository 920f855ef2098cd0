"use server";

import {
  changeRole,
  createResetLink,
  leaveOrganization,
  type Mailed,
  type Role,
  removeMember,
} from "@portico/services";
import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { requireSession } from "@/server/session.ts";

export async function giveRole(id: string, role: Role): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => changeRole({ ctx, input: { id, role } }));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

export async function remove(id: string): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => removeMember({ ctx, input: { id } }));
  if (outcome.ok) revalidatePath("/settings/members");
  return outcome;
}

export async function leaveIt(): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => leaveOrganization({ ctx }));
  if (outcome.ok) redirect("/");
  return outcome;
}

export async function makeResetLink(id: string): Promise<Outcome<{ url: string; mailed: Mailed }>> {
  const { ctx } = await requireSession();
  return attempt(() => createResetLink({ ctx, input: { id } }));
}
