"use client";

import { useEffect, useSyncExternalStore } from "react";

const STORE = "portico-single-keys";
const CHANGED = "portico-single-keys";

/**
 * Whether single letters work wherever one is on a page (WCAG 2.1.4: who speaks to their browser turns them off), and how to change it. Kept
 * in the browser.
 */
export function useSingleKeySetting(): [boolean, (isOn: boolean) => void] {
  const isOn = useSyncExternalStore(watch, isSetOn, () => true);
  return [isOn, set];
}

function watch(onChange: () => void): () => void {
  window.addEventListener(CHANGED, onChange);
  return () => window.removeEventListener(CHANGED, onChange);
}

function isSetOn(): boolean {
  return window.localStorage.getItem(STORE) !== "off";
}

function set(isOn: boolean): void {
  if (isOn) window.localStorage.removeItem(STORE);
  else window.localStorage.setItem(STORE, "off");
  window.dispatchEvent(new Event(CHANGED));
}

/** Runs what a single key means, unless somebody is typing, a dialog is open, or the keys are turned off. */
export function useSingleKeys(keys: Record<string, () => void>): void {
  const [isOn] = useSingleKeySetting();
  useEffect(() => {
    if (!isOn) return;
    const press = (event: KeyboardEvent) => {
      const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
      if (!act || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]")) return;
      if (document.querySelector("[role=dialog], [role=alertdialog], [role=menu]")) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });
}
