import { compareDraft, type DraftChanges, isAllowed, listTools } from "@portico/services";
import { OwnTools } from "@/components/own-tool/own-tools.tsx";
import { count } from "@/components/ui/figures.ts";
import { readServer } from "@/server/read-server.ts";

export default async function OwnToolsPage({ params }: { params: Promise<{ slug: string }> }) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  const input = { serverId: server.id };
  const [tools, changes] = await Promise.all([listTools({ ctx, input }), compareDraft({ ctx, input })]);
  return (
    <OwnTools
      serverId={server.id}
      documentId={server.document.id}
      href={`/servers/${server.slug}`}
      tools={server.composedTools}
      operations={tools.flatMap(({ operation, tool }) =>
        tool ? [{ key: operation.key, title: operation.summary ?? tool.name, tag: operation.tags[0] ?? "" }] : [],
      )}
      pending={pendingText(changes)}
      mayWrite={isAllowed(ctx.actor, "server.write")}
      mayPublish={isAllowed(ctx.actor, "server.publish")}
    />
  );
}

/** What a publish from here would change: it takes all of the draft along. */
function pendingText(changes: DraftChanges | null): string | undefined {
  if (!changes) return "Nothing was published yet. Clients get these with the first version.";
  const tools = changes.added.length + changes.removed.length + changes.changed.length;
  const parts = [...(tools > 0 ? [count(tools, "tool")] : []), ...(changes.settings.length > 0 ? ["settings"] : [])];
  return parts.length > 0 ? `In the draft, not published yet: changed ${parts.join(", ")}` : undefined;
}
