import { isAllowed, listOAuthClients } from "@portico/services";
import { Plug } from "lucide-react";
import type { Metadata } from "next";
import { ClientsList } from "@/components/oauth-client/clients-list.tsx";
import { NewClient } from "@/components/oauth-client/new-client.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "OAuth clients" };

export default async function OAuthClientsPage() {
  const { ctx } = await requireSession();
  if (!isAllowed(ctx.actor, "apiKey.manage")) return <NotAllowed what="manage OAuth clients" />;
  const clients = await listOAuthClients({ ctx });
  const create = <NewClient tokenUrl={`${ctx.publicUrl}/oauth/token`} />;
  return (
    <div className="mx-auto max-w-4xl">
      <PageHeader title="OAuth clients" action={clients.length > 0 ? create : undefined}>
        For machines that use client credentials, and for clients that ask for an id and a secret. Others register
        themselves.
      </PageHeader>
      {clients.length > 0 ? (
        <ClientsList clients={clients} />
      ) : (
        <EmptyState icon={<Plug size={20} aria-hidden />} title="No OAuth clients" action={create}>
          Clients that you create are listed here. Those that registered themselves are with the connections of each
          server.
        </EmptyState>
      )}
    </div>
  );
}
