"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { restoreEdits } from "@/components/tool/actions.ts";
import { count } from "@/components/ui/figures.ts";
import { useToast } from "@/components/ui/toast.tsx";
import { applyFixes } from "./actions.ts";

export interface Fixes {
  /** Applies the fixes of these findings, and offers the way back. */
  apply: (ids: readonly string[]) => void;
  isPending: boolean;
  problem: string | undefined;
}

/** `onChange`: the edits of tools are others now. */
export function useFixes(serverId: string, onChange: () => void): Fixes {
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const router = useRouter();
  const toast = useToast();
  const changed = () => {
    onChange();
    router.refresh();
  };
  const apply = (ids: readonly string[]) =>
    start(async () => {
      setProblem(undefined);
      const outcome = await applyFixes({ serverId, findings: [...ids] });
      if (!outcome.ok) return setProblem(outcome.message);
      const { fixed, previous, lock } = outcome.value;
      changed();
      toast(`${count(fixed.length, "finding")} fixed in the draft`, {
        label: "Undo",
        act: () =>
          start(async () => {
            const undone = await restoreEdits({ serverId, previous, lock });
            if (!undone.ok) return setProblem(undone.message);
            changed();
            toast("The fixes are taken back");
          }),
      });
    });
  return { apply, isPending, problem };
}
