/** Holds a theme that somebody chose; without it pages follow the system. Read by the server, so that pages come in the right colours. */
export const THEME_COOKIE = "portico-theme";
export type Theme = "system" | "light" | "dark";

const YEAR_SECONDS = 365 * 86_400;

/** The cookie of a chosen theme, as a page writes it (RFC 6265 §4.1). */
export function themeCookie(theme: Theme): string {
  const isChosen = theme !== "system";
  return `${THEME_COOKIE}=${isChosen ? theme : ""}; Max-Age=${isChosen ? YEAR_SECONDS : 0}; Path=/; SameSite=Lax`;
}
