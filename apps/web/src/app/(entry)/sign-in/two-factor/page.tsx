import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SecondFactorForm } from "@/components/person/second-factor-form.tsx";
import { EntryPage } from "@/components/shell/entry-page.tsx";
import { safeNext } from "@/server/next-path.ts";
import { currentPerson } from "@/server/session.ts";

export const metadata: Metadata = { title: "Second step" };

export default async function SecondFactorPage({ searchParams }: { searchParams: Promise<{ next?: string }> }) {
  const next = safeNext((await searchParams).next);
  if (await currentPerson()) redirect(next);
  return (
    <EntryPage title="One more step" lead="Your account is protected by a second factor.">
      <SecondFactorForm next={next} />
    </EntryPage>
  );
}
