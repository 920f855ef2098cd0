"use server";

import { createTeam, removeTeam, updateTeam } from "@portico/services";
import { revalidatePath } from "next/cache";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { requireSession } from "@/server/session.ts";

export async function saveTeam(input: { id?: string; name: string; memberIds: string[] }): Promise<Outcome> {
  const { ctx } = await requireSession();
  const { id, ...team } = input;
  const outcome = await attempt(async () => {
    if (id) await updateTeam({ ctx, input: { id, ...team } });
    else await createTeam({ ctx, input: team });
  });
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

export async function deleteTeam(id: string): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => removeTeam({ ctx, input: { id } }));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}
