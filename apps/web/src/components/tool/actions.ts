"use server";

import { type EditedTools, editTools, overrideTools, pickTools, type ToolsChanges } from "@portico/services";
import { revalidatePath } from "next/cache";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { requireSession } from "@/server/session.ts";

/** Changes the same fields of several tools, and says how to take it back. */
export async function changeTools(input: {
  serverId: string;
  operations: string[];
  changes: ToolsChanges;
}): Promise<Outcome<EditedTools>> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => editTools({ ctx, input }));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

/** Picks several operations, or drops them, and says which of them were not so already. */
export async function pickMany(input: {
  serverId: string;
  operations: string[];
  isPicked: boolean;
}): Promise<Outcome<{ changed: string[] }>> {
  const { ctx } = await requireSession();
  const outcome = await attempt(() => pickTools({ ctx, input }));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

/** Gives tools the edits back that they had before, unless somebody has changed the draft since: `lock` is what it was then. */
export async function restoreEdits(input: {
  serverId: string;
  previous: EditedTools["previous"];
  lock: number;
}): Promise<Outcome> {
  const { ctx } = await requireSession();
  const { serverId, previous, lock } = input;
  // As the service reads it: it checks what no type of a browser's can promise.
  const edits = previous as Parameters<typeof overrideTools>[0]["input"]["edits"];
  const outcome = await attempt(() => overrideTools({ ctx, input: { serverId, edits, lock } }));
  if (outcome.ok) revalidatePath("/", "layout");
  if (outcome.ok || outcome.details !== "conflict") return outcome;
  return { ...outcome, message: "The draft was changed since, so this can no longer be undone." };
}
