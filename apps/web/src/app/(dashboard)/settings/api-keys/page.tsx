import { isAllowed, listApiKeys, listServers } from "@portico/services";
import { KeyRound } from "lucide-react";
import type { Metadata } from "next";
import { KeysList } from "@/components/api-key/keys-list.tsx";
import { NewKey } from "@/components/api-key/new-key.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "API keys" };

export default async function ApiKeysPage() {
  const { ctx } = await requireSession();
  if (!isAllowed(ctx.actor, "apiKey.manage")) return <NotAllowed what="manage API keys" />;
  const [keys, servers] = await Promise.all([listApiKeys({ ctx }), listServers({ ctx, input: {} })]);
  const create = <NewKey servers={servers.items.map(({ id, title }) => ({ id, title }))} />;
  return (
    <div className="mx-auto max-w-4xl">
      <PageHeader title="API keys" action={keys.length > 0 ? create : undefined}>
        For machines: the REST API at <code className="font-mono text-sm">/api/v1</code>, and MCP clients that cannot
        sign in.
      </PageHeader>
      {keys.length > 0 ? (
        <KeysList keys={keys} />
      ) : (
        <EmptyState icon={<KeyRound size={20} aria-hidden />} title="No API keys" action={create}>
          Keys that you create are listed here, with when each was last used.
        </EmptyState>
      )}
    </div>
  );
}
