"use client";

import type { ApiKeyView } from "@portico/services";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { Time } from "@/components/ui/time.tsx";
import { revokeKey } from "./actions.ts";
import { SCOPE_LABELS } from "./scopes.ts";

export function KeysList({ keys }: { keys: ApiKeyView[] }) {
  return (
    <ul aria-label="API keys" className="divide-y rounded-card border bg-surface">
      {keys.map(({ id, name, start, scopes, server, createdBy, createdAt, expiresAt, lastUsedAt }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-3">
          <div className="min-w-48 flex-1">
            <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
            <p className="flex flex-wrap items-center gap-1.5">
              <code className="font-mono text-sm text-muted">{start}…</code>
              {scopes.map((scope) => (
                <Badge key={scope} title={SCOPE_LABELS[scope].sentence}>
                  {SCOPE_LABELS[scope].label}
                </Badge>
              ))}
              {server ? <span className="text-sm text-muted [overflow-wrap:anywhere]">{server.title} only</span> : null}
            </p>
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
                {isPast(expiresAt) ? "Expired" : "Expires"} <Time at={expiresAt} />
              </>
            ) : (
              "Never expires"
            )}
            , created <Time at={createdAt} />
            {createdBy ? ` by ${createdBy}` : ""}
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

function isPast(date: Date): boolean {
  return date.getTime() <= Date.now();
}
