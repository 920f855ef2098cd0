import { hasOwner } from "@portico/services";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SetupForm } from "@/components/person/setup-form.tsx";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { runtime } from "@/server/runtime.ts";

export const metadata: Metadata = { title: "Set up Portico" };

export default async function SetupPage() {
  const { deps } = await runtime();
  if (await hasOwner(deps)) redirect("/sign-in");
  return (
    <EntryPage title="Set up Portico" lead="You become the owner of this installation and of its first organization.">
      <SetupForm publicUrl={deps.publicUrl} />
    </EntryPage>
  );
}
