"use client";

import type { ApiKeyView } from "@portico/services";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { Time } from "@/components/ui/time.tsx";
import { revokeKey } from "./actions.ts";

export function KeysList({ keys }: { keys: ApiKeyView[] }) {
  return (
    <ul aria-label="API keys" className="divide-y rounded-card border bg-surface">
      {keys.map(({ id, name, start, createdAt, expiresAt, lastUsedAt }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-3">
          <div className="min-w-48 flex-1">
            <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
            <code className="font-mono text-sm text-muted">{start}…</code>
          </div>
          <p className="text-sm text-muted">
            {lastUsedAt ? (
              <>
                Used <Time at={lastUsedAt} />
              </>
            ) : (
              "Never used"
            )}
            <br />
            {expiresAt ? (
              <>
                Expires <Time at={expiresAt} />
              </>
            ) : (
              "Never expires"
            )}
            , created <Time at={createdAt} />
          </p>
          <Confirm
            title={`Revoke ${name}`}
            verb="Revoke API key"
            isDestroying
            done="The API key is revoked"
            act={() => revokeKey(id)}
            trigger={<Button>Revoke</Button>}
          >
            Whatever uses it is refused within a second. Nothing brings it back.
          </Confirm>
        </li>
      ))}
    </ul>
  );
}
