"use client";

import type { InvitationLink } from "@portico/services";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import type { Outcome } from "@/server/outcome.ts";
import { SentLink } from "./new-invitation.tsx";

/** Makes a new link of an invitation, which ends the one before, and shows it this once. */
export function SendAgain({
  email,
  send,
  label = "Send again",
}: {
  email: string;
  send: () => Promise<Outcome<InvitationLink>>;
  label?: string;
}) {
  const [link, setLink] = useState<InvitationLink>();
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const router = useRouter();
  const run = () =>
    start(async () => {
      const outcome = await send();
      if (outcome.ok) setLink(outcome.value);
      else setProblem(outcome.message);
    });
  return (
    <>
      <Button isPending={isPending} onClick={run} aria-label={`${label}: the invitation of ${email}`}>
        {label}
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
