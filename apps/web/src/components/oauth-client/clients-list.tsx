"use client";

import type { OAuthClientView } from "@portico/services";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { Time } from "@/components/ui/time.tsx";
import { revokeClient } from "./actions.ts";

const KIND_WORDS: Record<OAuthClientView["kind"], string> = { app: "App", device: "Terminal", machine: "Machine" };

export function ClientsList({ clients }: { clients: OAuthClientView[] }) {
  return (
    <ul aria-label="OAuth clients" className="divide-y rounded-card border bg-surface">
      {clients.map(({ id, clientId, name, kind, redirectUris, createdAt, lastUsedAt }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-3">
          <div className="min-w-48 flex-1">
            <p className="flex flex-wrap items-center gap-2 font-medium [overflow-wrap:anywhere]">
              {name} <Badge>{KIND_WORDS[kind]}</Badge>
            </p>
            <code className="font-mono text-sm text-muted [overflow-wrap:anywhere]">{clientId}</code>
            {redirectUris.map((uri) => (
              <p key={uri} className="font-mono text-sm text-faint [overflow-wrap:anywhere]">
                {uri}
              </p>
            ))}
          </div>
          <p className="text-sm text-muted">
            {kind === "machine" ? (
              <>
                {lastUsedAt ? (
                  <>
                    Used <Time at={lastUsedAt} />
                  </>
                ) : (
                  "Never used"
                )}
                <br />
              </>
            ) : null}
            Created <Time at={createdAt} />
          </p>
          <Confirm
            title={`Revoke ${name}`}
            verb="Revoke OAuth client"
            isDestroying
            done="The OAuth client is revoked"
            act={() => revokeClient(id)}
            trigger={<Button>Revoke</Button>}
          >
            {kind === "machine"
              ? "Its tokens are refused within a second. Nothing brings it back."
              : "Everybody who connected with it is disconnected within a second. Nothing brings it back."}
          </Confirm>
        </li>
      ))}
    </ul>
  );
}
