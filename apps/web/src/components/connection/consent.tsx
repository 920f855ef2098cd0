import type { PendingRequest, Person } from "@portico/auth";
import type { ConnectPicks, readConnectForm, ServerDescription } from "@portico/services";
import Link from "next/link";
import { leave } from "@/components/shell/actions.ts";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { KIND_WORDS } from "@/components/tool/kind.ts";
import { count } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { ConnectForm } from "./connect-form.tsx";
import type { SignInOutcome } from "./sign-in-notice.tsx";

/** The one question of connecting: who asks, for what, as whom, with which settings, for how long. */
export function Consent({
  request,
  server,
  person,
  form,
  picks,
  signIn,
}: {
  request: PendingRequest;
  server: Pick<ServerDescription, "title" | "organization" | "status" | "stepUp" | "tools">;
  person: Person;
  form: Awaited<ReturnType<typeof readConnectForm>>;
  /** What was picked before the person went to sign in at the API, and what came of that. */
  picks: ConnectPicks | null;
  signIn: SignInOutcome | undefined;
}) {
  const { uid, clientName, clientHost, redirectHost, isLocalRedirect, device, asksToDestroy } = request;
  const destroying = server.tools.filter(({ kind }) => kind === "destroying").length;
  return (
    <EntryPage
      title={
        form.isReadOnly ? `${clientName} wants to read ${server.title}` : `${clientName} wants to use ${server.title}`
      }
      lead={
        <>
          {server.title} belongs to {server.organization}.{" "}
          {form.isReadOnly
            ? `Once connected, ${clientName} can read with its tools as you. It asked for the URL where nothing can be changed.`
            : `Once connected, ${clientName} can call its tools as you.`}
        </>
      }
    >
      <dl className="flex flex-col gap-2">
        {clientHost ? (
          <Row term="Known by">
            <span className="font-mono text-base [overflow-wrap:anywhere]">{clientHost}</span>
          </Row>
        ) : null}
        {device ? (
          <Row term="Asked from">A terminal, with the code that you typed</Row>
        ) : (
          <Row term="Returns to">
            <span className="font-mono text-base [overflow-wrap:anywhere]">{redirectHost}</span>
          </Row>
        )}
        <Row term="As">
          {person.name} <span className="text-muted [overflow-wrap:anywhere]">({person.email})</span>
          <form action={leave.bind(null, `/connect/${uid}`)}>
            <button type="submit" className="text-base text-accent underline underline-offset-2">
              Not you? Sign out
            </button>
          </form>
        </Row>
      </dl>
      {device ? (
        <Notice title="Did you start this yourself?">
          Go on only if you started {clientName} yourself in a terminal, a moment ago. If somebody sent you the code,
          their terminal is what you would connect, and it could act as you.
        </Notice>
      ) : null}
      {isLocalRedirect ? (
        <Notice title="An app on this computer asks">
          Its name is what it says of itself. Go on only if you have started connecting in {clientName} yourself, a
          moment ago.
        </Notice>
      ) : null}
      {form.isReadOnly ? null : asksToDestroy ? (
        <Notice title={`${clientName} asks to be allowed to delete`}>
          {destroying > 0
            ? `With your yes it may use ${count(destroying, "tool")} that can destroy data, under “${KIND_WORDS.destroying}” below, without asking here again.`
            : "No tool that you may use here deletes anything now. Your yes counts for those that are added."}
        </Notice>
      ) : server.stepUp && destroying > 0 ? (
        <Notice title="Deleting is asked for by itself">
          When {clientName} first calls a tool that deletes, it has to come back here and ask you.
        </Notice>
      ) : null}
      {server.status === "paused" ? (
        <Notice title="The server is paused">
          You can connect now, but it answers only when somebody of {server.organization} turns it on.
        </Notice>
      ) : null}
      <ConnectForm {...{ uid, clientName, server, picks, signIn, ...form }} />
      <p className="text-base text-muted">
        {device
          ? `Afterwards ${clientName} goes on in its terminal.`
          : `Afterwards this page sends you back to ${clientName}.`}{" "}
        You can change or end the connection under{" "}
        <Link href="/connections" className="underline underline-offset-2">
          Your connections
        </Link>
        .
      </p>
    </EntryPage>
  );
}

function Row({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div className="flex gap-4">
      <dt className="w-24 shrink-0 text-muted">{term}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}
