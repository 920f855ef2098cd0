import { getRequestLimits, isAllowed } from "@portico/services";
import type { Metadata } from "next";
import { LimitsForm } from "@/components/limits/limits-form.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Limits" };

export default async function LimitsPage() {
  const { ctx } = await requireSession();
  if (!isAllowed(ctx.actor, "organization.manage")) return <NotAllowed what="change limits" />;
  return (
    <div className="mx-auto max-w-4xl">
      <PageHeader title="Limits">
        How many requests MCP clients may send in a minute. A client that sends more is told when to try again; nothing
        reaches your API.
      </PageHeader>
      <LimitsForm limits={await getRequestLimits({ ctx })} />
    </div>
  );
}
