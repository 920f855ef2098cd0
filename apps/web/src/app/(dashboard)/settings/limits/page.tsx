import { getQuotaUse, getRequestLimits, isAllowed } from "@portico/services";
import type { Metadata } from "next";
import { LimitsForm } from "@/components/limits/limits-form.tsx";
import { QuotaUse } from "@/components/limits/quota-use.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Limits" };

export default async function LimitsPage() {
  const { ctx } = await requireSession();
  if (!isAllowed(ctx.actor, "organization.manage")) return <NotAllowed what="change limits" />;
  const [limits, use] = await Promise.all([getRequestLimits({ ctx }), getQuotaUse({ ctx })]);
  return (
    <div className="mx-auto max-w-4xl">
      <PageHeader title="Limits">
        How much MCP clients may ask of your servers. What goes beyond a limit never reaches your API.
      </PageHeader>
      <LimitsForm limits={limits} />
      <QuotaUse use={use} limits={limits} />
    </div>
  );
}
