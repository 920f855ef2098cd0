"use client";

import Link from "next/link";
import { useState, useTransition } from "react";
import { useLinkToken } from "@/components/person/link-token.ts";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import type { Outcome } from "@/server/outcome.ts";
import { confirmAddress } from "./actions.ts";

const TITLE = "Verify your address";

/** Where a mailed link leads. A button takes it, so that a mail scanner that opens links uses up nothing. `email`: of who is signed in. */
export function VerifyAddressPage({ email }: { email: string | null }) {
  const token = useLinkToken();
  const [outcome, setOutcome] = useState<Outcome>();
  const [isPending, start] = useTransition();
  const account = (
    <Link
      href="/account"
      className={buttonClass({ ...(outcome?.ok ? { look: "primary" as const } : {}), size: "large" })}
    >
      Your account
    </Link>
  );
  if (token === null) return <EntryPage title={TITLE} lead="Opening the link…" />;
  if (email === null)
    return (
      <EntryPage
        title={TITLE}
        lead="The link counts in a browser that is signed in to the account that asked for it. Sign in here, then open the link in the mail again."
      >
        <Link href="/sign-in?next=/account" className={buttonClass({ look: "primary", size: "large" })}>
          Sign in
        </Link>
      </EntryPage>
    );
  if (outcome?.ok)
    return (
      <EntryPage title="Your address is verified" lead="What is shared with it is yours to use from now on.">
        {account}
      </EntryPage>
    );
  return (
    <EntryPage
      title={TITLE}
      lead={
        <>
          You are signed in as <span className="[overflow-wrap:anywhere]">{email}</span>.
        </>
      }
    >
      {outcome ? (
        <Notice kind="problem" title="Not verified">
          {outcome.message}
        </Notice>
      ) : null}
      <div className="flex flex-col gap-3">
        {outcome || token === "" ? null : (
          <Button
            look="primary"
            size="large"
            isPending={isPending}
            onClick={() => start(async () => setOutcome(await confirmAddress(token)))}
            autoFocus
          >
            This is my address
          </Button>
        )}
        {token === "" && !outcome ? <p>The link is incomplete. Your account page sends another one.</p> : null}
        {account}
      </div>
    </EntryPage>
  );
}
