import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SignInLinkForm } from "@/components/person/mail-forms.tsx";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { runtime } from "@/server/runtime.ts";

export const metadata: Metadata = { title: "Sign-in link" };

export default async function SignInLinkPage() {
  if (!(await runtime()).deps.mailer) redirect("/sign-in");
  return (
    <EntryPage title="Get a sign-in link" lead="A mail with a link signs you in, without a password.">
      <SignInLinkForm />
    </EntryPage>
  );
}
