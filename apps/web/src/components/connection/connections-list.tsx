"use client";

import type { ConnectionView } from "@portico/services";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { Time } from "@/components/ui/time.tsx";
import { endConnection } from "./actions.ts";
import { toolsWords } from "./tools-words.ts";

/** Who is connected with which client; `isOfAll`: of several servers, so that each says which. */
export function ConnectionsList({
  connections,
  mayManage,
  isOfAll = false,
}: {
  connections: ConnectionView[];
  mayManage: boolean;
  isOfAll?: boolean;
}) {
  return (
    <ul aria-label="Connections" className="divide-y rounded-card border bg-surface">
      {connections.map(
        ({ id, clientName, person, server, profile, tools, isReadOnly, createdAt, expiresAt, lastUsedAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-3">
            <div className="min-w-48 flex-1">
              <p className="font-medium">{clientName}</p>
              <p className="text-muted [overflow-wrap:anywhere]">
                {person.name}, {person.email}
              </p>
              {isOfAll || profile || tools !== "all" ? (
                <p className="text-sm text-muted [overflow-wrap:anywhere]">
                  {[
                    ...(isOfAll ? [server.title] : []),
                    ...(profile ? [`Profile ${profile}`] : []),
                    ...(isReadOnly ? ["URL that only reads"] : tools === "all" ? [] : [toolsWords(tools)]),
                  ].join(" · ")}
                </p>
              ) : null}
            </div>
            <p className="text-sm text-muted">
              Connected <Time at={createdAt} />
              <br />
              {lastUsedAt ? (
                <>
                  Used <Time at={lastUsedAt} />
                </>
              ) : (
                "Never used"
              )}
              {expiresAt ? (
                <>
                  <br />
                  Ends <Time at={expiresAt} />
                </>
              ) : null}
            </p>
            {mayManage ? (
              <Confirm
                title={`Revoke ${clientName} of ${person.name}`}
                verb="Revoke connection"
                isDestroying
                done="The connection is revoked"
                act={() => endConnection(id)}
                trigger={<Button>Revoke</Button>}
              >
                The client loses access within a second. To come back, {person.name} has to connect and agree again.
              </Confirm>
            ) : null}
          </li>
        ),
      )}
    </ul>
  );
}
