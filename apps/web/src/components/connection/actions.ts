"use server";

import { revokeConnection } from "@portico/services";
import { revalidatePath } from "next/cache";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { requireSession } from "@/server/session.ts";

export async function endConnection(id: string): Promise<Outcome> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => revokeConnection({ ctx, input: { id } }));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}
