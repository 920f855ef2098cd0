"use client";

import type { Mailed } from "@portico/services";
import { useState, useTransition } from "react";
import { MailedNote } from "@/components/invitation/mailed.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyField } from "@/components/ui/copy.tsx";
import { Dialog, DialogClose } from "@/components/ui/dialog.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { makeResetLink } from "./actions.ts";

/** For a member who cannot sign in any more, and whom no mail reaches. */
export function ResetLink({ id, name, email }: { id: string; name: string; email: string }) {
  const [link, setLink] = useState<{ url: string; mailed: Mailed }>();
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const run = () =>
    start(async () => {
      const outcome = await makeResetLink(id);
      if (outcome.ok) setLink(outcome.value);
      else setProblem(outcome.message);
    });
  return (
    <Dialog
      title={`Reset the password of ${name}`}
      description="A link lets them choose a new one. It works once, within 24 hours; until then the present password stays."
      onOpenChange={() => {
        setLink(undefined);
        setProblem(undefined);
      }}
      trigger={<Button aria-label={`Reset the password of ${name}`}>Reset password</Button>}
    >
      <div className="flex flex-col gap-4">
        {problem ? <Notice kind="problem" title={problem} /> : null}
        {link ? (
          <>
            <p role="status">
              <MailedNote mailed={link.mailed} email={email} />
            </p>
            <CopyField label="Reset link" text={link.url} size="large" />
            <div className="flex justify-end">
              <DialogClose asChild>
                <Button>Close</Button>
              </DialogClose>
            </div>
          </>
        ) : (
          <div className="flex justify-end">
            <Button look="primary" isPending={isPending} onClick={run}>
              Make a reset link
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}
