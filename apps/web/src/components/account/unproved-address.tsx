"use client";

import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import type { Outcome } from "@/server/outcome.ts";
import { sendAddressProof } from "./actions.ts";

/** Says that nobody knows yet whether the address is the person's, and lets them show it. */
export function UnprovedAddress({ email, sendsMail }: { email: string; sendsMail: boolean }) {
  const [outcome, setOutcome] = useState<Outcome>();
  const [isPending, start] = useTransition();
  const send = () => start(async () => setOutcome(await sendAddressProof()));
  if (!sendsMail)
    return (
      <Notice title="Your address is not verified">
        What is shared with {email} by other organizations stays closed until it is. No mail goes out from here: whoever
        runs Portico can set up an SMTP server, and then this page sends you a link. Signing in through your
        organization&rsquo;s own sign-in, where it has one, verifies the address too.
      </Notice>
    );
  return (
    <div className="flex flex-col gap-3">
      <Notice
        title="Your address is not verified"
        action={
          <Button onClick={send} isPending={isPending}>
            {outcome?.ok ? "Send another one" : "Send a verification e-mail"}
          </Button>
        }
      >
        What is shared with {email} by other organizations stays closed until it is. The mail has a link, which you open
        in this browser.
      </Notice>
      <div role="status">
        {outcome?.ok ? (
          <p>
            A mail is on its way to <span className="[overflow-wrap:anywhere]">{email}</span>. Its link works for an
            hour.
          </p>
        ) : null}
      </div>
      {outcome && !outcome.ok ? (
        <Notice kind="problem" title="No mail was sent">
          {outcome.message}
        </Notice>
      ) : null}
    </div>
  );
}
