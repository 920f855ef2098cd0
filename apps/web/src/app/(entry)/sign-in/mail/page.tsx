import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SignInLinkForm } from "@/components/person/mail-forms.tsx";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { safeNext } from "@/server/next-path.ts";
import { runtime } from "@/server/runtime.ts";

export const metadata: Metadata = { title: "Sign-in link" };

export default async function SignInLinkPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>;
}) {
  const next = safeNext((await searchParams).next);
  if (!(await runtime()).deps.mailer) redirect("/sign-in");
  return (
    <EntryPage title="Get a sign-in link" lead="A mail with a link signs you in, without a password.">
      <SignInLinkForm next={next} />
    </EntryPage>
  );
}
