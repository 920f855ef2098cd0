"use server";

import { type AppliedFixes, fixFindings } from "@portico/services";
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
