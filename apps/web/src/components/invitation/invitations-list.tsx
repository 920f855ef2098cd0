"use client";

import type { InvitationView } from "@portico/services";
import { ROLE_LABELS } from "@/components/member/roles.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { Time } from "@/components/ui/time.tsx";
import { revoke, sendAgain } from "./actions.ts";
import { SendAgain } from "./send-again.tsx";

/** Invitations that wait to be accepted. */
export function InvitationsList({ invitations }: { invitations: InvitationView[] }) {
  return (
    <ul aria-label="Open invitations" className="divide-y rounded-card border bg-surface">
      {invitations.map(({ id, email, role, sentAt, expiresAt, isExpired, invitedBy }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
          <div className="min-w-48 flex-1">
            <p className="font-medium [overflow-wrap:anywhere]">{email}</p>
            <p className="text-sm text-muted">
              Sent <Time at={sentAt} />
              {invitedBy ? ` by ${invitedBy}` : ""}, {isExpired ? "expired" : "expires"} <Time at={expiresAt} />
            </p>
          </div>
          {isExpired ? <Badge tone="changing">Expired</Badge> : null}
          <Badge title={ROLE_LABELS[role].sentence}>{ROLE_LABELS[role].label}</Badge>
          <div className="flex gap-2">
            <SendAgain email={email} send={() => sendAgain(id)} />
            <Confirm
              title={`Revoke the invitation of ${email}`}
              verb="Revoke invitation"
              isDestroying
              done="The invitation is revoked"
              act={() => revoke(id)}
              trigger={<Button aria-label={`Revoke the invitation of ${email}`}>Revoke</Button>}
            >
              Its link stops working at once, and says so to whoever opens it.
            </Confirm>
          </div>
        </li>
      ))}
    </ul>
  );
}
