"use server";

import { chooseOrganization } from "@portico/services";
import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { safeNext } from "@/server/next-path.ts";
import { runtime } from "@/server/runtime.ts";
import { requireSession } from "@/server/session.ts";
import { signOut } from "@/server/sign-in.ts";

/** Makes another of the person's organizations the one that this browser's pages are about. */
export async function switchOrganization(organizationId: string): Promise<void> {
  const { person } = await requireSession();
  const { deps } = await runtime();
  await chooseOrganization(deps, { userId: person.id, sessionId: person.sessionId, organizationId });
  revalidatePath("/", "layout");
  redirect("/");
}

/** Ends this browser's session; afterwards somebody else can sign in and go on where this page was. */
export async function leave(next?: string): Promise<void> {
  await signOut();
  const path = safeNext(next);
  redirect(path === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(path)}`);
}
