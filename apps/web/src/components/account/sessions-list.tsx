"use client";

import type { SessionView } from "@portico/services";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { Time } from "@/components/ui/time.tsx";
import { signOutOthers, signOutSession } from "./actions.ts";

/** The browsers that a person is signed in with. */
export function SessionsList({ sessions }: { sessions: SessionView[] }) {
  return (
    <div className="flex flex-col items-start gap-3">
      <ul aria-label="Sessions" className="w-full divide-y rounded-card border bg-surface">
        {sessions.map(({ id, device, ip, lastUsedAt, isCurrent }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
            <div className="min-w-48 flex-1">
              <p className="font-medium">{device}</p>
              <p className="text-sm text-muted">
                {ip ? <span className="font-mono text-xs">{ip}</span> : "Address not known"}, used{" "}
                <Time at={lastUsedAt} />
              </p>
            </div>
            {isCurrent ? (
              <Badge tone="accent">This browser</Badge>
            ) : (
              <Confirm
                title={`Sign out ${device}`}
                verb="Sign out"
                isDestroying
                done={`${device} is signed out`}
                act={() => signOutSession(id)}
                trigger={<Button aria-label={`Sign out ${device}`}>Sign out</Button>}
              >
                Whoever uses that browser has to sign in again.
              </Confirm>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 ? (
        <Confirm
          title="Sign out everywhere else"
          verb="Sign out everywhere else"
          isDestroying
          done="Every other browser is signed out"
          act={signOutOthers}
          trigger={<Button>Sign out everywhere else</Button>}
        >
          This browser stays signed in. AI apps that you connected to servers stay connected.
        </Confirm>
      ) : null}
    </div>
  );
}
