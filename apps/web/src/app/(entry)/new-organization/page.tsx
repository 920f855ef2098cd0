import { mayCreateOrganization } from "@portico/services";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { NewOrganizationForm } from "@/components/organization/new-organization-form.tsx";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { runtime } from "@/server/runtime.ts";
import { currentPerson } from "@/server/session.ts";

export const metadata: Metadata = { title: "New organization" };

export default async function NewOrganizationPage() {
  const person = await currentPerson();
  if (!person) redirect("/sign-in?next=/new-organization");
  const { deps } = await runtime();
  if (!(await mayCreateOrganization(deps, person.id))) redirect("/");
  return (
    <EntryPage
      title="New organization"
      lead="It has its own servers, people, keys and audit log. Nothing of one organization is seen in another."
    >
      <NewOrganizationForm urlStart={`${deps.publicUrl}/mcp/`} />
    </EntryPage>
  );
}
