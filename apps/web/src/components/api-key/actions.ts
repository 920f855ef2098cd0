"use server";

import { type ApiKeyScope, createApiKey, revokeApiKey } from "@portico/services";
import { revalidatePath } from "next/cache";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { requireSession } from "@/server/session.ts";

/** The one time that a key is seen. */
export type NewKeyState = Outcome<{ name: string; key: string }> | null;

export async function makeKey(_before: NewKeyState, form: FormData): Promise<NewKeyState> {
  const { ctx } = await requireSession();
  const name = String(form.get("name") ?? "").trim();
  const days = Number(form.get("days"));
  const serverId = String(form.get("server") ?? "");
  const input = {
    name,
    ...(serverId ? { serverId } : { scopes: form.getAll("scope").map(String) as ApiKeyScope[] }),
    ...(days > 0 ? { expiresInDays: days } : {}),
  };
  // The list is drawn anew when the dialog closes: before that, nothing may take the key away from the reader.
  return attempt(async () => ({ name, key: (await createApiKey({ ctx, input })).key }));
}

export async function revokeKey(id: string): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => revokeApiKey({ ctx, input: { id } }));
  if (outcome.ok) revalidatePath("/settings/api-keys");
  return outcome;
}
