"use server";

import { grantAccess, removeAccess, setAccess, type ToolGrant } from "@portico/services";
import { revalidatePath } from "next/cache";
import { attempt, type Outcome } from "@/server/outcome.ts";
import { requireSession } from "@/server/session.ts";

async function change(work: (ctx: Awaited<ReturnType<typeof requireSession>>["ctx"]) => Promise<unknown>) {
  const { ctx } = await requireSession();
  const outcome = await attempt(async () => void (await work(ctx)));
  if (outcome.ok) revalidatePath("/", "layout");
  return outcome;
}

export async function saveEverybody(input: Parameters<typeof setAccess>[0]["input"]): Promise<Outcome> {
  return change((ctx) => setAccess({ ctx, input }));
}

export async function giveAccess(input: {
  serverId: string;
  to: { teamId: string } | { memberId: string } | { email: string };
  tools: ToolGrant;
}): Promise<Outcome> {
  return change((ctx) => grantAccess({ ctx, input }));
}

export async function takeAccess(serverId: string, id: string): Promise<Outcome> {
  return change((ctx) => removeAccess({ ctx, input: { serverId, id } }));
}
