import { listMemberships, listOwnConnections } from "@portico/services";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { OwnConnectionsList } from "@/components/connection/own-connections-list.tsx";
import { readSignInOutcome } from "@/components/connection/sign-in-notice.tsx";
import { leave } from "@/components/shell/actions.ts";
import { Wordmark } from "@/components/shell/mark.tsx";
import { Shell } from "@/components/shell/shell.tsx";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { runtime } from "@/server/runtime.ts";
import { currentPerson, requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Your connections" };

/** For everybody who can sign in: guests of a server belong to no organization, and have connections all the same. */
export default async function OwnConnectionsPage({
  searchParams,
}: {
  searchParams: Promise<{ edit?: string | string[]; "sign-in"?: string | string[] }>;
}) {
  const { edit, "sign-in": signIn } = await searchParams;
  const person = await currentPerson();
  if (!person)
    redirect(`/sign-in?next=${encodeURIComponent(edit ? `/connections?edit=${String(edit)}` : "/connections")}`);
  const { deps } = await runtime();
  const [connections, memberships] = await Promise.all([
    listOwnConnections({ ...deps, userId: person.id }),
    listMemberships(deps, person.id),
  ]);
  const page = (
    <div className="mx-auto max-w-4xl">
      <PageHeader title="Your connections">
        The apps that you let use servers as you. What you change holds from the next call on.
      </PageHeader>
      {connections.length === 0 ? (
        <EmptyState title="You have connected nothing">
          Add the URL of a server to an app such as Claude or Cursor. When you have agreed there, the connection is
          here.
        </EmptyState>
      ) : (
        <OwnConnectionsList
          connections={connections}
          edit={typeof edit === "string" ? edit : undefined}
          signIn={readSignInOutcome(signIn)}
        />
      )}
    </div>
  );
  if (memberships.length > 0) return <Shell session={await requireSession()}>{page}</Shell>;
  return (
    <>
      <header className="flex h-12 items-center justify-between border-b bg-surface px-4">
        <Wordmark />
        <form action={leave.bind(null, undefined)}>
          <Button type="submit" look="quiet">
            Sign out
          </Button>
        </form>
      </header>
      <main id="content" className="px-4 pt-6 pb-12 md:px-8">
        {page}
      </main>
    </>
  );
}
