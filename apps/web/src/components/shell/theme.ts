import { cookies } from "next/headers";
import { THEME_COOKIE, type Theme } from "./theme-cookie.ts";

export type { Theme };

export async function readTheme(): Promise<Theme> {
  const value = (await cookies()).get(THEME_COOKIE)?.value;
  return value === "light" || value === "dark" ? value : "system";
}
