"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { takeNew } from "@/components/server/actions.ts";
import { useDraftUndo } from "@/components/server/use-draft-undo.ts";
import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import type { ToolRow } from "./tool-row.ts";

/** Says that an upgrade left an operation as an earlier revision has it, and takes what the document says now. */
export function HeldNotice({
  serverId,
  row,
  mayWrite,
  onTaken,
}: {
  serverId: string;
  row: ToolRow;
  mayWrite: boolean;
  onTaken: () => void;
}) {
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const offerUndo = useDraftUndo(serverId);
  const router = useRouter();
  if (!row.heldAt) return null;
  const { number, createdAt, isGone, successor } = row.heldAt;
  const take = () =>
    start(async () => {
      setProblem(undefined);
      const outcome = await takeNew(serverId, row.key);
      if (!outcome.ok) return setProblem(outcome.message);
      const { lock, isGone } = outcome.value;
      offerUndo(
        isGone ? `The document has ${row.key} no more` : `${row.name ?? row.key} is what the document says now`,
        lock,
      );
      if (isGone) router.push(`/servers/${serverId}/tools`);
      onTaken();
      router.refresh();
    });
  return (
    <Notice
      title={
        <>
          Held at revision {number} of the document, read <Time at={createdAt} />
        </>
      }
      action={
        mayWrite ? (
          <Button size="small" isPending={isPending} onClick={take}>
            Take what the document says now
          </Button>
        ) : null
      }
    >
      An upgrade left it as it was.
      {isGone ? " The document has it no more: taking what it says drops the tool." : ""}
      {successor ? ` The document has it as ${successor} now, where the tool and its edits would go.` : ""}
      {problem ? ` ${problem}` : ""}
    </Notice>
  );
}
