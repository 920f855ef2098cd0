import { type PendingRequest, readPendingRequest } from "@portico/auth";
import {
  AppError,
  CONNECTION_DAYS,
  type ConnectPicks,
  describeConnect,
  describeServer,
  readConnectForm,
} from "@portico/services";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { Consent } from "@/components/connection/consent.tsx";
import { readSignInOutcome } from "@/components/connection/sign-in-notice.tsx";
import { leave } from "@/components/shell/actions.ts";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { countAttempt } from "@/server/attempts.ts";
import { runtime } from "@/server/runtime.ts";
import { currentPerson } from "@/server/session.ts";

export const metadata: Metadata = { title: "Connect" };

/** Requests that are none, from one address in a minute: whoever comes back to an old page stays far below. */
const GUESSES_MAX = 60;

type Query = Record<string, string | string[] | undefined>;

export default async function ConnectPage({
  params,
  searchParams,
}: {
  params: Promise<{ uid: string }>;
  searchParams: Promise<Query>;
}) {
  const { uid } = await params;
  const query = await searchParams;
  const { deps } = await runtime();
  const person = await currentPerson();
  if (!person) redirect(`/sign-in?next=${encodeURIComponent(`/connect/${uid}`)}`);
  const request = await readPendingRequest(deps, uid);
  if (!request) {
    const isGuessing = await countAttempt("connect", GUESSES_MAX).then(
      () => false,
      () => true,
    );
    redirect(`/connect/error?reason=${isGuessing ? "temporarily_unavailable" : "expired"}`);
  }
  if (request.device === "over") redirect("/device?problem=over");
  const { resource } = request;
  try {
    await describeConnect(deps, { userId: person.id, resource });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return <Refusal request={request} email={person.email} message={error.message} />;
  }
  // The path of an MCP URL is /mcp/{organization}/{server}, with /read after it where only that is asked for.
  const [, , organization = "", slug = ""] = new URL(resource).pathname.split("/");
  const server = await describeServer(deps, { organization, slug, userId: person.id });
  if (!server)
    return (
      <Refusal
        request={request}
        email={person.email}
        message="The server exists, but nothing of it is published yet. Ask who gave you its URL to publish it, then connect again."
      />
    );
  const form = await readConnectForm(deps, { userId: person.id, resource, clientId: request.clientId });
  const signIn = readSignInOutcome(query["sign-in"]);
  const tools = form.isReadOnly ? server.tools.filter(({ kind }) => kind === "reading") : server.tools;
  return (
    <Consent
      {...{ request, person, form, signIn }}
      server={{ ...server, tools }}
      picks={signIn ? readPicks(query) : null}
    />
  );
}

/** What a person had picked before they went to sign in at the API. A profile that is not theirs to choose is not on the page. */
function readPicks({ profile, tools, days }: Query): ConnectPicks {
  const some = CONNECTION_DAYS.find((one) => String(one) === days);
  return {
    profileId: String(profile ?? ""),
    tools: tools === "reading" || tools === "chosen" ? tools : "all",
    ...(some ? { days: some } : {}),
  };
}

function Refusal({
  request: { uid, clientName, device },
  email,
  message,
}: {
  request: PendingRequest;
  email: string;
  message: string;
}) {
  return (
    <EntryPage title={`${clientName} cannot be connected`} lead={message}>
      <p className="text-base text-muted">
        You are signed in as <span className="[overflow-wrap:anywhere]">{email}</span>. If you have another account
        here, use that one.
      </p>
      <div className="flex flex-wrap gap-2">
        <form action={leave.bind(null, `/connect/${uid}`)}>
          <Button type="submit" look="primary">
            Use another account
          </Button>
        </form>
        <form method="post" action={`/oauth/interaction/${encodeURIComponent(uid)}`}>
          <button type="submit" name="decision" value="deny" className={buttonClass()}>
            {device ? "Say no" : `Go back to ${clientName}`}
          </button>
        </form>
        <Link href="/" className={buttonClass({ look: "quiet" })}>
          Your servers
        </Link>
      </div>
    </EntryPage>
  );
}
