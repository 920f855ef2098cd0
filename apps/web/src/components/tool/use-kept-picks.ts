import { useEffect, useState } from "react";
import type { ToolRow } from "./tool-row.ts";
import { picksOf, type Selection } from "./use-selection.ts";

/**
 * Keeps what was picked and dropped in the tab, so that a reload loses none of it. It is kept as what differs from `initial`: what was saved
 * meanwhile, here or by somebody else, is not undone. `name` is another one for other rows, as of another revision of a document.
 */
export function useKeptPicks(
  name: string,
  { rows, initial, selection }: { rows: readonly ToolRow[]; initial: readonly string[]; selection: Selection },
): void {
  const [restored, setRestored] = useState<string>();
  const key = `picks:${name}`;
  const { keys, set } = selection;
  // Not while it is rendered: the page comes from the server, which knows nothing of it.
  useEffect(() => {
    const { pick, drop } = readPicks(key);
    const rowsOf = (wanted: readonly string[]) => rows.filter((row) => wanted.includes(row.key));
    if (pick.length > 0) set(rowsOf(pick), true);
    if (drop.length > 0) set(rowsOf(drop), false);
    setRestored(key);
  }, [key]);
  useEffect(() => {
    if (restored === key) writePicks(key, picksOf(keys, initial));
  }, [restored, key, keys, initial]);
}

interface Picks {
  pick: string[];
  drop: string[];
}

function readPicks(key: string): Picks {
  try {
    const { pick = [], drop = [] } = JSON.parse(sessionStorage.getItem(key) ?? "{}") as Partial<Picks>;
    return { pick: pick.map(String), drop: drop.map(String) };
  } catch {
    // Storage that is off, or what something else wrote there.
    return { pick: [], drop: [] };
  }
}

function writePicks(key: string, picks: Picks): void {
  try {
    if (picks.pick.length + picks.drop.length > 0) sessionStorage.setItem(key, JSON.stringify(picks));
    else sessionStorage.removeItem(key);
  } catch {
    // Storage that is off or full: a reload then begins again.
  }
}
