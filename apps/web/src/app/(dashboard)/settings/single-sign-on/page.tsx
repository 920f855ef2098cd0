import { getSso, isAllowed, ssoAddresses } from "@portico/services";
import type { Metadata } from "next";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { SsoDomains } from "@/components/sso/sso-domains.tsx";
import { SsoForm } from "@/components/sso/sso-form.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Single sign-on" };

export default async function SingleSignOnPage() {
  const { ctx } = await requireSession();
  if (!isAllowed(ctx.actor, "organization.manage")) return <NotAllowed what="set up single sign-on" />;
  const sso = await getSso({ ctx });
  return (
    <div className="mx-auto flex max-w-4xl flex-col gap-8">
      <div>
        <PageHeader title="Single sign-on">
          People sign in with your organization's own account, by OpenID Connect or SAML 2.0: Okta, Entra ID, Google
          Workspace, Keycloak and others. Register Portico there with the addresses below.
        </PageHeader>
        <SsoForm key={sso?.usedAt?.toISOString() ?? "new"} sso={sso} addresses={ssoAddresses(ctx)} />
      </div>
      {sso ? <SsoDomains sso={sso} /> : null}
    </div>
  );
}
