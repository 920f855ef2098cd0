"use server";

import {
  grantAccess,
  type InvitationLink,
  inviteGuest,
  removeAccess,
  setAccess,
  type ToolGrant,
} from "@portico/services";
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

/** Gives access; who is named anew by an address is invited, too. The list is drawn anew when the dialog closes: the link is seen this once. */
export async function giveAccess(
  input: {
    serverId: string;
    to: { teamId: string } | { memberId: string } | { email: string };
    tools: ToolGrant;
  },
  isNew: boolean,
): Promise<Outcome<{ invitation: Outcome<InvitationLink> | null }>> {
  const { ctx } = await requireSession();
  const given = await attempt(() => grantAccess({ ctx, input }));
  if (!given.ok) return given;
  const isInvited = isNew && "email" in input.to;
  return { ok: true, value: { invitation: isInvited ? await inviteAgain(input.serverId, given.value.id) : null } };
}

/** New links for somebody who was let in by their address. */
export async function inviteAgain(serverId: string, grantId: string): Promise<Outcome<InvitationLink>> {
  const { ctx } = await requireSession();
  return attempt(() => inviteGuest({ ctx, input: { serverId, grantId } }));
}

export async function takeAccess(serverId: string, id: string): Promise<Outcome> {
  return change((ctx) => removeAccess({ ctx, input: { serverId, id } }));
}
