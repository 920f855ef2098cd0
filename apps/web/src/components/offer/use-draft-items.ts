"use client";

import { useEffect, useRef, useState, useTransition } from "react";
import { changeDraftItem, type DraftItemChange } from "@/components/server/actions.ts";
import { useToast } from "@/components/ui/toast.tsx";

type List = DraftItemChange<"prompts" | "resources" | "composedTools">["list"];
type Item<Kind extends List> = NonNullable<DraftItemChange<Kind>["item"]>;

/** The lists of a server's draft while somebody looks at them: which item is open, and deleting one with a way back. */
export function useDraftItems<Editing>(serverId: string) {
  const [editing, setEditing] = useState<Editing>();
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const openedBy = useRef<string>(undefined);
  useEffect(() => {
    if (editing || !openedBy.current) return;
    document.getElementById(openedBy.current)?.focus();
    openedBy.current = undefined;
  }, [editing]);
  return {
    editing,
    problem,
    isPending,
    /** `button`: the id of what has the focus again when it is closed. */
    open(next: Editing, button: string): void {
      openedBy.current = button;
      setProblem(undefined);
      setEditing(() => next);
    },
    close: () => setEditing(undefined),
    remove<Kind extends List>(list: Kind, { item, index, label }: { item: Item<Kind>; index: number; label: string }) {
      start(async () => {
        setProblem(undefined);
        const outcome = await changeDraftItem({ id: serverId, list, before: item });
        if (!outcome.ok) return setProblem(outcome.message);
        toast(`Deleted ${label} from the draft`, {
          label: "Undo",
          act: () =>
            start(async () => {
              const undone = await changeDraftItem({ id: serverId, list, item, index });
              if (undone.ok) toast(`${label} is back in the draft`);
              else setProblem(undone.message);
            }),
        });
      });
    },
  };
}
