"use client";

import { rollBack } from "@/components/server/actions.ts";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { count } from "@/components/ui/figures.ts";

/** Serves another version again, after a question. */
export function RollBack({
  serverId,
  number,
  toolCount,
  served,
}: {
  serverId: string;
  number: number;
  toolCount: number;
  /** The number of the version that is served now. */
  served: number;
}) {
  const verb = number < served ? `Roll back to version ${number}` : `Serve version ${number}`;
  return (
    <Confirm
      title={verb}
      verb={verb}
      done={`Version ${number} is served`}
      act={() => rollBack(serverId, number)}
      trigger={<Button>{verb}</Button>}
    >
      Clients get its {count(toolCount, "tool")} within a second. The draft keeps your changes, and every other version
      stays here.
    </Confirm>
  );
}
