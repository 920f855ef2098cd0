import type { Metadata } from "next";
import Link from "next/link";
import { ForgotPasswordForm } from "@/components/person/mail-forms.tsx";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { runtime } from "@/server/runtime.ts";

export const metadata: Metadata = { title: "Forgot your password?" };

export default async function ForgotPasswordPage() {
  const { deps } = await runtime();
  if (deps.mailer)
    return (
      <EntryPage title="Forgot your password?" lead="A link by e-mail lets you choose a new one.">
        <ForgotPasswordForm />
      </EntryPage>
    );
  return (
    <EntryPage
      title="Forgot your password?"
      lead="This Portico sends no e-mail. Ask an owner or admin of your organization for a reset link: they find it at Settings, Members, beside your name."
    >
      <Link href="/sign-in" className={buttonClass({ look: "primary", size: "large" })}>
        Back to sign-in
      </Link>
    </EntryPage>
  );
}
