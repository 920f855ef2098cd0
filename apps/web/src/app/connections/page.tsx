import { listOwnConnections } from "@portico/services";
import type { Metadata } from "next";
import Link from "next/link";
import { OwnConnectionsList } from "@/components/connection/own-connections-list.tsx";
import { readSignInOutcome } from "@/components/connection/sign-in-notice.tsx";
import { PersonShell } from "@/components/shell/person-shell.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { runtime } from "@/server/runtime.ts";
import { requirePerson } from "@/server/session.ts";

export const metadata: Metadata = { title: "Your connections" };

export default async function OwnConnectionsPage({
  searchParams,
}: {
  searchParams: Promise<{ edit?: string | string[]; "sign-in"?: string | string[] }>;
}) {
  const { edit, "sign-in": signIn } = await searchParams;
  const person = await requirePerson();
  const { deps } = await runtime();
  const connections = await listOwnConnections({ ...deps, userId: person.id });
  return (
    <PersonShell personId={person.id}>
      <div className="mx-auto max-w-4xl">
        <PageHeader title="Your connections">
          The apps that you let use servers as you. What you change holds from the next call on.
        </PageHeader>
        {connections.length === 0 ? (
          <EmptyState
            title="You have connected nothing"
            action={
              <Link href="/" className={buttonClass()}>
                Choose a server to connect
              </Link>
            }
          >
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
    </PersonShell>
  );
}
