import { listMemberships } from "@portico/services";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { leave } from "@/components/shell/actions.ts";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { runtime } from "@/server/runtime.ts";
import { currentPerson } from "@/server/session.ts";

export const metadata: Metadata = { title: "No organization" };

export default async function NoOrganizationPage() {
  const person = await currentPerson();
  if (!person) redirect("/sign-in");
  if ((await listMemberships((await runtime()).deps, person.id)).length > 0) redirect("/");
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
      <form action={leave.bind(null, undefined)}>
        <Button type="submit" size="large">
          Sign out
        </Button>
      </form>
    </EntryPage>
  );
}
