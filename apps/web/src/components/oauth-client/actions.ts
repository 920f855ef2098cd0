"use server";

import { createOAuthClient, type NewOAuthClient, revokeOAuthClient } from "@portico/services";
import { revalidatePath } from "next/cache";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { requireSession } from "@/server/session.ts";

/** The one time that a secret is seen. */
export type NewClientState = Outcome<NewOAuthClient & { name: string }> | null;

export async function makeClient(_before: NewClientState, form: FormData): Promise<NewClientState> {
  const { ctx } = await requireSession();
  const name = String(form.get("name") ?? "").trim();
  const redirectUris = String(form.get("redirectUris") ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const input =
    form.get("kind") === "app"
      ? { kind: "app" as const, name, redirectUris, isConfidential: form.get("isPublic") !== "on" }
      : { kind: form.get("kind") === "device" ? ("device" as const) : ("machine" as const), name };
  // The list is drawn anew when the dialog closes: before that, nothing may take the secret away from the reader.
  return attempt(async () => ({ name, ...(await createOAuthClient({ ctx, input })) }));
}

export async function revokeClient(id: string): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => revokeOAuthClient({ ctx, input: { id } }));
  if (outcome.ok) revalidatePath("/settings/oauth-clients");
  return outcome;
}
