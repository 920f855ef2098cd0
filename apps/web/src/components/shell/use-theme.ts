"use client";

import { useSyncExternalStore } from "react";
import { type Theme, themeCookie } from "./theme-cookie.ts";

/** The theme that the page has now, wherever it was chosen, and how to choose another. `saved` is the one it was rendered with. */
export function useTheme(saved: Theme): [Theme, (next: Theme) => void] {
  const theme = useSyncExternalStore(watch, shown, () => saved);
  return [theme, choose];
}

function watch(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

function shown(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === "light" || theme === "dark" ? theme : "system";
}

function choose(next: Theme): void {
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  // Here rather than by the server: whoever reloads the page before it has answered keeps what they chose.
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not there over plain http, as in a network of one's own.
  document.cookie = themeCookie(next);
}
