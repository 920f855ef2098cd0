"use client";

import { useRouter } from "next/navigation";
import { useToast } from "@/components/ui/toast.tsx";
import { takeDraftBack } from "./actions.ts";

/** What is said of a whole draft takes the place of what was said of it before. */
export const DRAFT_TOPIC = "draft";

/** Says what was done to a whole draft, with the way back, which is refused once somebody changed it since. */
export function useDraftUndo(serverId: string): (done: string, lock: number) => void {
  const toast = useToast();
  const router = useRouter();
  return (done, lock) =>
    toast(
      done,
      {
        label: "Undo",
        act: async () => {
          const outcome = await takeDraftBack(serverId, lock);
          router.refresh();
          if (!outcome.ok) return outcome.message;
          toast("The draft is as it was before", undefined, DRAFT_TOPIC);
        },
      },
      DRAFT_TOPIC,
    );
}
