"use server";

import { type AppliedFixes, fixFindings, overrideTools } from "@portico/services";
import { revalidatePath } from "next/cache";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { requireSession } from "@/server/session.ts";

/** Applies the fixes of findings, and says how to take them back. */
export async function applyFixes(input: { serverId: string; findings: string[] }): Promise<Outcome<AppliedFixes>> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => fixFindings({ ctx, input }));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

/** Gives tools the edits back that they had before. */
export async function undoFixes(input: { serverId: string; previous: AppliedFixes["previous"] }): Promise<Outcome> {
  const { ctx } = await requireSession();
  const { serverId, previous } = input;
  // As the service reads it: it checks what no type of a browser's can promise.
  const edits = previous as Parameters<typeof overrideTools>[0]["input"]["edits"];
  const outcome = await attempt(() => overrideTools({ ctx, input: { serverId, edits } }));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}
