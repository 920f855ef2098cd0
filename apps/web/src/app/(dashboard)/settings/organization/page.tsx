import { getOrganization, isAllowed } from "@portico/services";
import type { Metadata } from "next";
import { DeleteOrganization } from "@/components/organization/delete-organization.tsx";
import { OrganizationForm } from "@/components/organization/organization-form.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { runtime } from "@/server/runtime.ts";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Organization" };

export default async function OrganizationPage() {
  const { ctx, membership } = await requireSession();
  if (!isAllowed(ctx.actor, "organization.manage")) return <NotAllowed what="change the organization" />;
  const organization = await getOrganization({ ctx });
  const { deps } = await runtime();
  return (
    <div className="mx-auto flex max-w-4xl flex-col gap-8">
      <div>
        <PageHeader title="Organization">What people know it by, and its end.</PageHeader>
        <OrganizationForm organization={organization} urlStart={`${deps.publicUrl}/mcp/`} />
      </div>
      <section className="flex flex-col gap-2 border-t pt-6">
        <h2 className="font-semibold">Delete</h2>
        {membership.role === "owner" ? (
          <>
            <p className="text-muted">Everything in it goes, and nothing brings it back.</p>
            <div>
              <DeleteOrganization organization={organization} />
            </div>
          </>
        ) : (
          <p className="text-muted">Only an owner can delete the organization.</p>
        )}
      </section>
    </div>
  );
}
