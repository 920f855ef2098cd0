"use client";

import type { RemovedProfile } from "@portico/services";
import { useState, useTransition } from "react";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import { useBringBack } from "./profiles-list.tsx";

/** The profiles that were removed within a day, to bring them back. */
export function RemovedProfiles({
  serverId,
  removed,
  mayWrite,
}: {
  serverId: string;
  removed: readonly RemovedProfile[];
  mayWrite: boolean;
}) {
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const bringBack = useBringBack(serverId);
  const shown = removed.filter(({ isOwn }) => mayWrite || isOwn);
  if (shown.length === 0) return null;
  return (
    <section aria-label="Removed profiles" className="flex flex-col gap-2">
      <header>
        <h2 className="font-semibold">Removed within a day</h2>
        <p className="text-muted">They can still be brought back, with all that was stored in them.</p>
      </header>
      {problem ? (
        <Notice kind="problem" title="It was not brought back">
          {problem}
        </Notice>
      ) : null}
      <ul className="divide-y rounded-card border">
        {shown.map(({ id, name, isOwn, removedAt, who }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3">
            <p className="flex min-w-48 flex-1 flex-wrap items-center gap-2 [overflow-wrap:anywhere]">
              {name}
              {isOwn ? <Badge>Yours</Badge> : null}
            </p>
            <p className="text-sm text-muted [overflow-wrap:anywhere]">
              <Time at={removedAt} />
              {who ? ` by ${who}` : ""}
            </p>
            <Button
              isPending={isPending}
              aria-label={`Bring back the profile ${name}`}
              onClick={() => start(async () => setProblem(await bringBack({ id, name })))}
            >
              Bring back
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
