import { type OpenInvitation, readInvitation } from "@portico/services";
import type { Metadata } from "next";
import { cookies } from "next/headers";
import Link from "next/link";
import type { ReactNode } from "react";
import { leaveForInvitation, openInvitation } from "@/components/invitation/actions.ts";
import { INVITATION_COOKIE } from "@/components/invitation/cookie.ts";
import { JoinAsNew, JoinAsPerson } from "@/components/invitation/join-forms.tsx";
import { LinkOpener } from "@/components/invitation/link-opener.tsx";
import { ROLE_LABELS } from "@/components/member/roles.ts";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { runtime } from "@/server/runtime.ts";
import { currentPerson } from "@/server/session.ts";

export const metadata: Metadata = { title: "Invitation" };

const ENDED = {
  accepted: ["This invitation was accepted", "It works once. Whoever accepted it signs in with their own password."],
  revoked: [
    "This invitation was revoked",
    "Somebody of the organization took it back. Ask who invited you for another.",
  ],
  expired: ["This invitation has expired", "An invitation lasts 7 days. Ask who invited you to send it again."],
  unknown: [
    "This link does not work",
    "It is incomplete, or a newer one has replaced it. Open the link of the last mail, or ask who invited you for another.",
  ],
} as const;

export default async function InvitePage() {
  const { deps } = await runtime();
  const token = (await cookies()).get(INVITATION_COOKIE)?.value;
  const invitation = token ? await readInvitation(deps, token) : ({ state: "unknown" } as const);
  return (
    <LinkOpener open={openInvitation}>
      {invitation.state === "open" ? <Offer invitation={invitation} /> : <Ended state={invitation.state} />}
    </LinkOpener>
  );
}

async function Offer({ invitation }: { invitation: OpenInvitation }) {
  const { organization, email, role, server, invitedBy, hasAccount } = invitation;
  const person = await currentPerson();
  const verb = server ? `Use ${server.title}` : `Join ${organization}`;
  const address = <span className="[overflow-wrap:anywhere]">{email}</span>;
  const offer = server ? (
    <>
      {invitedBy ?? "Somebody"} of {organization} lets {address} use {server.title} in AI apps such as Claude, ChatGPT,
      Cursor and VS Code.
    </>
  ) : (
    <>
      {invitedBy ?? "Somebody"} invites {address}
      {role ? ` as ${ROLE_LABELS[role].label.toLowerCase()}. ${ROLE_LABELS[role].sentence}` : "."}
    </>
  );
  return (
    <EntryPage title={verb} lead={offer}>
      {person?.email === email ? (
        <JoinAsPerson verb={verb} />
      ) : person ? (
        <OtherPerson email={email} current={person.email} />
      ) : hasAccount ? (
        <Link href="/sign-in?next=/invite" className={buttonClass({ look: "primary", size: "large" })}>
          Sign in to {verb.charAt(0).toLowerCase() + verb.slice(1)}
        </Link>
      ) : (
        <JoinAsNew email={email} verb={verb} />
      )}
    </EntryPage>
  );
}

function OtherPerson({ email, current }: { email: string; current: string }): ReactNode {
  return (
    <>
      <p>
        You are signed in as <strong className="font-medium [overflow-wrap:anywhere]">{current}</strong>. The invitation
        is for <strong className="font-medium [overflow-wrap:anywhere]">{email}</strong>, and works for that address
        only.
      </p>
      <div className="flex flex-col gap-2">
        <form action={leaveForInvitation} className="contents">
          <Button type="submit" look="primary" size="large">
            Sign out and go on
          </Button>
        </form>
        <Link href="/" className={buttonClass({ look: "quiet", size: "large" })}>
          Stay as you are
        </Link>
      </div>
    </>
  );
}

async function Ended({ state }: { state: keyof typeof ENDED }) {
  const [title, sentence] = ENDED[state];
  const isSignedIn = (await currentPerson()) !== null;
  return (
    <EntryPage title={title} lead={sentence}>
      <Link href={isSignedIn ? "/" : "/sign-in"} className={buttonClass({ look: "primary", size: "large" })}>
        {isSignedIn ? "Go to your servers" : "Sign in"}
      </Link>
    </EntryPage>
  );
}
