import { cookies } from "next/headers";

export const THEME_COOKIE = "portico-theme";
export type Theme = "system" | "light" | "dark";

export async function readTheme(): Promise<Theme> {
  const value = (await cookies()).get(THEME_COOKIE)?.value;
  return value === "light" || value === "dark" ? value : "system";
}
