"use server";

import { chooseOrganization } from "@portico/services";
import { revalidatePath } from "next/cache";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { safeNext } from "@/server/next-path.ts";
import { runtime } from "@/server/runtime.ts";
import { requireSession } from "@/server/session.ts";
import { signOut } from "@/server/sign-in.ts";
import { THEME_COOKIE, type Theme } from "./theme.ts";

const YEAR_SECONDS = 365 * 86_400;

export async function chooseTheme(theme: Theme): Promise<void> {
  const jar = await cookies();
  if (theme === "light" || theme === "dark")
    jar.set(THEME_COOKIE, theme, { maxAge: YEAR_SECONDS, path: "/", sameSite: "lax" });
  else jar.delete(THEME_COOKIE);
}

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
