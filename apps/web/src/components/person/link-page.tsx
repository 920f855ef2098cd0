"use client";

import Link from "next/link";
import { useEffect, useState } from "react";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { describeReset } from "./actions.ts";
import { useLinkToken } from "./link-token.ts";
import { EnterByLink, NewPasswordForm } from "./mail-forms.tsx";

export function ResetPage() {
  const token = useLinkToken();
  const [email, setEmail] = useState<string | null>();
  useEffect(() => {
    if (token !== null) void describeReset(token).then(setEmail);
  }, [token]);
  if (token === null || email === undefined)
    return <EntryPage title="Choose a new password" lead="Opening the link…" />;
  if (email === null)
    return (
      <Ended>
        <Link href="/forgot-password" className={buttonClass({ look: "primary", size: "large" })}>
          Get another link
        </Link>
      </Ended>
    );
  return (
    <EntryPage
      title="Choose a new password"
      lead={
        <>
          For <span className="[overflow-wrap:anywhere]">{email}</span>.
        </>
      }
    >
      <NewPasswordForm token={token} email={email} />
    </EntryPage>
  );
}

/** `next`: where to go then. It leaves the address with the token. */
export function SignInLinkPage({ next }: { next: string }) {
  const token = useLinkToken();
  if (token === "")
    return (
      <Ended>
        <Link
          href={next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`}
          className={buttonClass({ look: "primary", size: "large" })}
        >
          Go to the sign-in page
        </Link>
      </Ended>
    );
  return (
    <EntryPage title="Sign in" lead="This link signs you in once, in this browser.">
      {token === null ? null : <EnterByLink token={token} next={next} />}
    </EntryPage>
  );
}

function Ended({ children }: { children: React.ReactNode }) {
  return (
    <EntryPage title="This link does not work" lead="It is incomplete, was used already, or has expired.">
      {children}
    </EntryPage>
  );
}
