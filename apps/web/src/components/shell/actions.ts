"use server";

import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { safeNext } from "@/server/next-path.ts";
import { signOut } from "@/server/sign-in.ts";
import { THEME_COOKIE, type Theme } from "./theme.ts";

const YEAR_SECONDS = 365 * 86_400;

export async function chooseTheme(theme: Theme): Promise<void> {
  const jar = await cookies();
  if (theme === "light" || theme === "dark")
    jar.set(THEME_COOKIE, theme, { maxAge: YEAR_SECONDS, path: "/", sameSite: "lax" });
  else jar.delete(THEME_COOKIE);
}

/** Ends this browser's session; afterwards somebody else can sign in and go on where this page was. */
export async function leave(next?: string): Promise<void> {
  await signOut();
  const path = safeNext(next);
  redirect(path === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(path)}`);
}
