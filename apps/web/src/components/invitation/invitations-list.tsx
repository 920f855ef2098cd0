"use client";

import type { InvitationLink, InvitationView } from "@portico/services";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { ROLE_LABELS } from "@/components/member/roles.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import { revoke, sendAgain } from "./actions.ts";
import { SentLink } from "./new-invitation.tsx";

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
            <SendAgain id={id} email={email} />
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

function SendAgain({ id, email }: { id: string; email: string }) {
  const [link, setLink] = useState<InvitationLink>();
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const router = useRouter();
  const run = () =>
    start(async () => {
      const outcome = await sendAgain(id);
      if (outcome.ok) setLink(outcome.value);
      else setProblem(outcome.message);
    });
  return (
    <>
      <Button isPending={isPending} onClick={run} aria-label={`Send again: the invitation of ${email}`}>
        Send again
      </Button>
      <Dialog
        title="The invitation has a new link"
        open={link !== undefined || problem !== undefined}
        onOpenChange={() => {
          setLink(undefined);
          setProblem(undefined);
          router.refresh();
        }}
      >
        {problem ? <Notice kind="problem" title={problem} /> : null}
        {link ? <SentLink {...link} email={email} /> : null}
      </Dialog>
    </>
  );
}
