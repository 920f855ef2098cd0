"use client";

import type { ToolsChanges } from "@portico/services";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { count } from "@/components/ui/figures.ts";
import { useToast } from "@/components/ui/toast.tsx";
import { changeTools, pickMany, restoreEdits } from "./actions.ts";
import type { ToolRow } from "./tool-row.ts";
import type { Selection } from "./use-selection.ts";

export interface BulkEdit {
  change: (rows: readonly ToolRow[], changes: ToolsChanges) => void;
  pick: (rows: readonly ToolRow[], isPicked: boolean) => void;
  isPending: boolean;
  problem: string | undefined;
}

/** What is done to many tools at once, in the draft, each with its way back. `onChange`: the edits of tools are others now. */
export function useBulkEdit(serverId: string, selection: Selection, onChange: () => void): BulkEdit {
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const router = useRouter();
  const toast = useToast();
  const run = (work: () => Promise<string | undefined>) =>
    start(async () => {
      setProblem(undefined);
      setProblem(await work());
    });
  const changed = () => {
    onChange();
    router.refresh();
  };

  const change = (rows: readonly ToolRow[], changes: ToolsChanges) =>
    run(async () => {
      const outcome = await changeTools({ serverId, operations: keysOf(rows), changes });
      if (!outcome.ok) return Object.values(outcome.fields)[0] ?? outcome.message;
      const { previous, left, lock } = outcome.value;
      const rest = left > 0 ? `; ${left.toLocaleString("en")} cannot be changed like this` : "";
      if (previous.length === 0) return void toast(`Nothing to change: all were so already${rest}`);
      changed();
      toast(`${count(previous.length, "tool")} changed in the draft${rest}`, {
        label: "Undo",
        act: () =>
          run(async () => {
            const undone = await restoreEdits({ serverId, previous, lock });
            if (!undone.ok) return undone.message;
            changed();
            return void toast("The change is taken back");
          }),
      });
    });

  const pick = (rows: readonly ToolRow[], isPicked: boolean) =>
    run(async () => {
      const outcome = await pickMany({ serverId, operations: keysOf(rows), isPicked });
      if (!outcome.ok) return outcome.message;
      const { changed: keys } = outcome.value;
      selection.set(rows, isPicked);
      if (keys.length === 0) return void toast("Nothing to change: all were so already");
      router.refresh();
      const done = isPicked ? "picked" : "dropped";
      toast(`${count(keys.length, "tool")} ${done} in the draft`, {
        label: "Undo",
        act: () =>
          run(async () => {
            const undone = await pickMany({ serverId, operations: keys, isPicked: !isPicked });
            if (!undone.ok) return undone.message;
            const back = new Set(keys);
            selection.set(
              rows.filter(({ key }) => back.has(key)),
              !isPicked,
            );
            router.refresh();
            return void toast("The change is taken back");
          }),
      });
    });
  return { change, pick, isPending, problem };
}

function keysOf(rows: readonly ToolRow[]): string[] {
  return rows.map(({ key }) => key);
}
