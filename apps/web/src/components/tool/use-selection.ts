"use client";

import { useCallback, useMemo, useState } from "react";
import type { ToolRow } from "./tool-row.ts";

export type Preset = "suggested" | "all" | "reading" | "none";

export interface Selection {
  keys: ReadonlySet<string>;
  tokens: number;
  /** What the tools are called. */
  names: readonly string[];
  /** Chooses or drops many at once; operations without a tool stay out. */
  set: (rows: readonly ToolRow[], isOn: boolean) => void;
  choose: (preset: Preset) => void;
}

/** Which operations become tools. When `initial` is another, what was chosen and dropped here is chosen and dropped of that. */
export function useSelection(rows: readonly ToolRow[], initial: readonly string[]): Selection {
  const [keys, setKeys] = useState<ReadonlySet<string>>(() => new Set(initial));
  const [base, setBase] = useState(initial);
  if (base !== initial && base.join("\n") !== initial.join("\n")) {
    setBase(initial);
    setKeys(rebase(keys, base, initial));
  }
  const set = useCallback((some: readonly ToolRow[], isOn: boolean) => {
    setKeys((before) => {
      const after = new Set(before);
      for (const { key, name } of some) {
        if (isOn && name) after.add(key);
        else after.delete(key);
      }
      return after;
    });
  }, []);
  const choose = useCallback((preset: Preset) => setKeys(new Set(preselect(rows, preset))), [rows]);
  const tokens = useMemo(
    () => rows.reduce((sum, row) => (keys.has(row.key) ? sum + row.tokens : sum), 0),
    [rows, keys],
  );
  const names = useMemo(() => rows.flatMap(({ key, name }) => (name && keys.has(key) ? [name] : [])), [rows, keys]);
  return { keys, tokens, names, set, choose };
}

/** What differs between what was given and what is chosen. */
export function picksOf(keys: ReadonlySet<string>, given: readonly string[]): { pick: string[]; drop: string[] } {
  const before = new Set(given);
  return { pick: [...keys].filter((key) => !before.has(key)), drop: given.filter((key) => !keys.has(key)) };
}

/** The same choices over what somebody else has chosen by now. */
export function rebase(keys: ReadonlySet<string>, before: readonly string[], now: readonly string[]): Set<string> {
  const { pick, drop } = picksOf(keys, before);
  const dropped = new Set(drop);
  return new Set([...now.filter((key) => !dropped.has(key)), ...pick]);
}

export function preselect(rows: readonly ToolRow[], preset: Preset): string[] {
  const chosen = rows.filter(({ name, kind, isSuggested }) => {
    if (!name || preset === "none") return false;
    if (preset === "suggested") return isSuggested;
    return preset === "all" || kind === "reading";
  });
  // Where nothing stands out, everything is suggested, as publishing does.
  if (preset === "suggested" && chosen.length === 0) return preselect(rows, "all");
  return chosen.map(({ key }) => key);
}
