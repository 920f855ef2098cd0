import { hasOwner } from "@portico/services";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SignInForm } from "@/components/person/sign-in-form.tsx";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { safeNext } from "@/server/next-path.ts";
import { runtime } from "@/server/runtime.ts";
import { currentPerson } from "@/server/session.ts";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string }> }) {
  const next = safeNext((await searchParams).next);
  if (await currentPerson()) redirect(next);
  if (!(await hasOwner((await runtime()).deps))) redirect("/setup");
  return (
    <EntryPage
      title="Sign in"
      lead={next.startsWith("/connect/") ? "Sign in to decide about the connection that an app asked for." : undefined}
    >
      <SignInForm next={next} />
    </EntryPage>
  );
}
