import { listGuestServers, listMemberships, mayCreateOrganization } from "@portico/services";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { leave } from "@/components/shell/actions.ts";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { runtime } from "@/server/runtime.ts";
import { currentPerson } from "@/server/session.ts";

export const metadata: Metadata = { title: "No organization" };

export default async function NoOrganizationPage() {
  const person = await currentPerson();
  if (!person) redirect("/sign-in");
  const { deps } = await runtime();
  if ((await listMemberships(deps, person.id)).length > 0) redirect("/");
  const [mayCreate, servers] = await Promise.all([
    mayCreateOrganization(deps, person.id),
    listGuestServers(deps, person.id),
  ]);
  const isGuest = servers.length > 0;
  return (
    <EntryPage
      title={isGuest ? "Servers that you may use" : "You belong to no organization"}
      lead={
        isGuest ? (
          <>
            You are signed in as {person.email}, a guest of {servers.length === 1 ? "this server" : "these servers"}.
            Open {servers.length === 1 ? "it" : "one"} to add it to your AI app.
          </>
        ) : (
          <>
            You are signed in as {person.email}, but servers belong to organizations. Ask an owner or admin of yours to
            invite this address, then reload this page.
          </>
        )
      }
    >
      {isGuest ? (
        <ul aria-label="Servers" className="divide-y rounded-card border bg-surface">
          {servers.map(({ title, organization, path }) => (
            <li key={path}>
              <Link href={path} className="block px-4 py-3 hover:bg-hover">
                <span className="block font-medium [overflow-wrap:anywhere]">{title}</span>
                <span className="block text-sm text-muted">{organization}</span>
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
      <div className="flex flex-wrap gap-2">
        {mayCreate ? (
          <Link href="/new-organization" className={buttonClass({ look: "primary", size: "large" })}>
            New organization
          </Link>
        ) : null}
        <Link href="/connections" className={buttonClass({ size: "large" })}>
          Your connections
        </Link>
        <Link href="/account" className={buttonClass({ size: "large" })}>
          Your account
        </Link>
        <form action={leave.bind(null, undefined)}>
          <Button type="submit" size="large" look="quiet">
            Sign out
          </Button>
        </form>
      </div>
    </EntryPage>
  );
}
