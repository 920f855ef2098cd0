import { isAllowed } from "@portico/services";
import type { Metadata } from "next";
import { readChoices } from "@/components/document/choices.ts";
import { ImportField } from "@/components/document/import-field.tsx";
import { WhatHappens } from "@/components/document/what-happens.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { runtime } from "@/server/runtime.ts";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "New server" };

export default async function NewServerPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { ctx } = await requireSession();
  if (!isAllowed(ctx.actor, "server.write")) return <NotAllowed what="make servers" />;
  const { sampleUrl } = await runtime();
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-6 *:mb-0">
      <PageHeader title="New server">A server starts from a document that describes an API.</PageHeader>
      <ImportField hasSample={sampleUrl !== undefined} autoFocus choices={readChoices(await searchParams)} />
      <WhatHappens />
    </div>
  );
}
