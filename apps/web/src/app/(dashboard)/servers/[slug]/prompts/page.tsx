import { compareDraft, type DraftChanges, type DraftTool, isAllowed, listTools } from "@portico/services";
import type { ReadOperation } from "@/components/offer/resource-text.ts";
import { ServerOffers } from "@/components/offer/server-offers.tsx";
import { count } from "@/components/ui/figures.ts";
import { readServer } from "@/server/read-server.ts";

export default async function PromptsPage({ params }: { params: Promise<{ slug: string }> }) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  const input = { serverId: server.id };
  const [tools, changes] = await Promise.all([listTools({ ctx, input }), compareDraft({ ctx, input })]);
  const { id, lock, slug, title, description, prompts, resources, searchTexts } = server;
  return (
    <ServerOffers
      server={{ id, lock, slug, title, description, prompts, resources, searchTexts }}
      operations={tools.flatMap(toReadOperation)}
      pending={pendingText(changes)}
      mayWrite={isAllowed(ctx.actor, "server.write")}
      mayPublish={isAllowed(ctx.actor, "server.publish")}
    />
  );
}

function toReadOperation({ operation: { key, method, path, summary }, tool }: DraftTool): ReadOperation[] {
  if (method !== "GET" || tool?.kind !== "reading") return [];
  const { properties = {}, required = [] } = tool.inputSchema as { properties?: object; required?: string[] };
  const optional = Object.keys(properties).filter((name) => !required.includes(name));
  return [{ key, title: summary ?? tool.title ?? tool.name, path, required, optional }];
}

/** What a publish from here would change: it takes all of the draft along. */
function pendingText(changes: DraftChanges | null): string | undefined {
  if (!changes) return "Nothing was published yet. Clients get these with the first version.";
  const { added, removed, changed, settings } = changes;
  const isOffer = (name: string) => name === "prompts" || name === "resources";
  const parts = [
    ...settings.filter(isOffer),
    ...(added.length + removed.length + changed.length > 0
      ? [count(added.length + removed.length + changed.length, "tool")]
      : []),
    ...(settings.some((name) => !isOffer(name)) ? ["settings"] : []),
  ];
  return parts.length > 0 ? `In the draft, not published yet: changed ${parts.join(", ")}` : undefined;
}
