"use client";

import type { VersionView } from "@portico/services";
import { rollBack } from "@/components/server/actions.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { compact, count } from "@/components/ui/figures.ts";
import { Time } from "@/components/ui/time.tsx";

/** Everything that was ever published, newest first. */
export function VersionsList({
  serverId,
  versions,
  mayPublish,
}: {
  serverId: string;
  versions: VersionView[];
  mayPublish: boolean;
}) {
  const served = versions.find(({ isServed }) => isServed)?.number ?? 0;
  return (
    <ol aria-label="Versions" className="divide-y rounded-card border bg-surface">
      {versions.map(({ id, number, toolCount, tokenCount, createdAt, isServed }) => {
        const verb = number < served ? `Roll back to version ${number}` : `Serve version ${number}`;
        return (
          <li key={id} className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
            <span className="flex w-40 items-center gap-2 font-medium">
              Version {number}
              {isServed ? <Badge tone="ok">Served</Badge> : null}
            </span>
            <span className="flex-1 text-muted">
              {count(toolCount, "tool")}, {compact(tokenCount)} tokens
            </span>
            <span className="text-muted">
              <Time at={createdAt} />
            </span>
            {isServed || !mayPublish ? null : (
              <Confirm
                title={verb}
                verb={verb}
                done={`Version ${number} is served`}
                act={() => rollBack(serverId, number)}
                trigger={<Button>{verb}</Button>}
              >
                Clients get its {count(toolCount, "tool")} within a second. The draft keeps your changes, and every
                other version stays here.
              </Confirm>
            )}
          </li>
        );
      })}
    </ol>
  );
}
