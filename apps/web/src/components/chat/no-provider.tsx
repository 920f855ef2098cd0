import { Bot } from "lucide-react";
import Link from "next/link";
import { buttonClass } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";

/** Why there is no chat yet, and who can make one possible. */
export function NoProvider({ mayManage, admins }: { mayManage: boolean; admins: string[] }) {
  return (
    <EmptyState
      icon={<Bot size={24} aria-hidden />}
      title="A chat needs a language model"
      action={
        mayManage ? (
          <Link href="/settings/model-providers" className={buttonClass({ look: "primary" })}>
            Add a model provider
          </Link>
        ) : null
      }
    >
      {mayManage
        ? "Add a provider with a key of yours: OpenAI, Anthropic, Google, or any address that speaks OpenAI’s protocol. The key is stored encrypted and never shown again."
        : `Your organization has no model provider yet. ${whoToAsk(admins)} can add one under Settings → Model providers. Until then, try tools one by one.`}
    </EmptyState>
  );
}

function whoToAsk(admins: string[]): string {
  const named = admins.slice(0, 3);
  if (named.length === 0) return "An owner or admin";
  return named.length === 1 ? (named[0] ?? "") : `${named.slice(0, -1).join(", ")} or ${named.at(-1)}`;
}
