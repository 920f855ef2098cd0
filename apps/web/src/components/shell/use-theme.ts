"use client";

import { startTransition, useSyncExternalStore } from "react";
import { chooseTheme } from "./actions.ts";
import type { Theme } from "./theme.ts";

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
  // At once, without waiting for the cookie.
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  startTransition(() => chooseTheme(next));
}
