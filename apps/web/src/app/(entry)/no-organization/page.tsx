import { listMemberships, mayCreateOrganization } from "@portico/services";
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
  const mayCreate = await mayCreateOrganization(deps, person.id);
  return (
    <EntryPage
      title="You belong to no organization"
      lead={
        <>
          You are signed in as {person.email}, but servers belong to organizations. Ask an owner or admin of yours to
          invite this address, then reload this page.
        </>
      }
    >
      <div className="flex flex-wrap gap-2">
        {mayCreate ? (
          <Link href="/new-organization" className={buttonClass({ look: "primary", size: "large" })}>
            New organization
          </Link>
        ) : null}
        <Link href="/connections" className={buttonClass({ size: "large" })}>
          Your connections
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
