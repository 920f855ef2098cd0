import { isAllowed, listModelProviders } from "@portico/services";
import { Bot, Plus } from "lucide-react";
import type { Metadata } from "next";
import { ProviderDialog } from "@/components/model-provider/provider-dialog.tsx";
import { ProvidersList } from "@/components/model-provider/providers-list.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Model providers" };

export default async function ModelProvidersPage() {
  const { ctx } = await requireSession();
  if (!isAllowed(ctx.actor, "model.manage")) return <NotAllowed what="manage model providers" />;
  const providers = await listModelProviders({ ctx });
  const add = (
    <ProviderDialog
      trigger={
        <Button look="primary" icon={<Plus size={16} aria-hidden />}>
          Add model provider
        </Button>
      }
    />
  );
  return (
    <div className="mx-auto max-w-4xl">
      <PageHeader title="Model providers" action={providers.length > 0 ? add : undefined}>
        Whose language models answer in the chat of a server and suggest better words for tools. Builders use them, and
        your account at the provider pays. Clients bring models of their own.
      </PageHeader>
      {providers.length > 0 ? (
        <ProvidersList providers={providers} />
      ) : (
        <EmptyState icon={<Bot size={20} aria-hidden />} title="No model provider" action={add}>
          With one, a server can be tried in a chat: the model gets its tools as clients do, and you see each call. Any
          address that speaks OpenAI’s protocol will do, such as a model on a machine of yours.
        </EmptyState>
      )}
    </div>
  );
}
