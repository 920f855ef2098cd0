import type { PendingRequest, Person } from "@portico/auth";
import type { ServerDescription } from "@portico/services";
import { leave } from "@/components/shell/actions.ts";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { ToolKinds } from "./tool-kinds.tsx";

/** The one question of connecting: who asks, for what, as whom. A plain form, so that it needs no script. */
export function Consent({
  request,
  server,
  person,
}: {
  request: PendingRequest;
  server: Pick<ServerDescription, "title" | "organization" | "status" | "tools">;
  person: Person;
}) {
  const { uid, clientName, clientHost, redirectHost, isLocalRedirect } = request;
  return (
    <EntryPage
      title={`${clientName} wants to use ${server.title}`}
      lead={
        <>
          {server.title} belongs to {server.organization}. Once connected, {clientName} can call its tools as you.
        </>
      }
    >
      <dl className="flex flex-col gap-2">
        {clientHost ? (
          <Row term="Known by">
            <span className="font-mono text-base [overflow-wrap:anywhere]">{clientHost}</span>
          </Row>
        ) : null}
        <Row term="Returns to">
          <span className="font-mono text-base [overflow-wrap:anywhere]">{redirectHost}</span>
        </Row>
        <Row term="As">
          {person.name} <span className="text-muted [overflow-wrap:anywhere]">({person.email})</span>
          <form action={leave.bind(null, `/connect/${uid}`)}>
            <button type="submit" className="text-base text-accent underline underline-offset-2">
              Not you? Sign out
            </button>
          </form>
        </Row>
      </dl>
      {isLocalRedirect ? (
        <Notice title="An app on this computer asks">
          Its name is what it says of itself. Go on only if you have started connecting in {clientName} yourself, a
          moment ago.
        </Notice>
      ) : null}
      {server.status === "paused" ? (
        <Notice title="The server is paused">
          You can connect now, but it answers only when somebody of {server.organization} turns it on.
        </Notice>
      ) : null}
      <section aria-label="Tools" className="flex flex-col gap-2">
        <h2 className="text-base font-medium text-muted">What it can do</h2>
        <ToolKinds tools={server.tools} />
      </section>
      <form method="post" action={`/oauth/interaction/${encodeURIComponent(uid)}`} className="flex flex-col gap-2">
        <button
          type="submit"
          name="decision"
          value="approve"
          className={`${buttonClass({ look: "primary", size: "large" })} h-auto min-h-11 py-2 whitespace-normal`}
        >
          Connect {clientName} to {server.title}
        </button>
        <button type="submit" name="decision" value="deny" className={buttonClass({ look: "quiet", size: "large" })}>
          Cancel
        </button>
      </form>
      <p className="text-base text-muted">
        Afterwards this page sends you back to {clientName}. You can end the connection there, and an admin of{" "}
        {server.organization} can end it here.
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
