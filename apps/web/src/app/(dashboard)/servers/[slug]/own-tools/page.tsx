import { splitKey } from "@portico/openapi";
import {
  compareDraft,
  type DraftChanges,
  type DraftTool,
  isAllowed,
  listProfiles,
  listTools,
  type ServerDetail,
} from "@portico/services";
import type { CallableOperation } from "@/components/own-tool/own-tool-text.ts";
import { OwnTools } from "@/components/own-tool/own-tools.tsx";
import { count } from "@/components/ui/figures.ts";
import { readServedTools } from "@/server/read-served-tools.ts";
import { readServer } from "@/server/read-server.ts";

export default async function OwnToolsPage({ params }: { params: Promise<{ slug: string }> }) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  const input = { serverId: server.id };
  const [tools, changes, profiles, served] = await Promise.all([
    listTools({ ctx, input }),
    compareDraft({ ctx, input }),
    listProfiles({ ctx, input }),
    readServedTools(session.ctx, server),
  ]);
  return (
    <OwnTools
      serverId={server.id}
      lock={server.lock}
      href={`/servers/${server.slug}`}
      tools={server.composedTools}
      operations={tools.flatMap((entry) => toCallable(entry, server.documents))}
      profiles={profiles.map(({ id, name }) => ({ id, name }))}
      published={served.flatMap(({ name, steps }) => (steps ? [name] : []))}
      pending={pendingText(changes)}
      mayWrite={isAllowed(ctx.actor, "server.write")}
      mayPublish={isAllowed(ctx.actor, "server.publish")}
    />
  );
}

function toCallable({ operation, tool }: DraftTool, documents: ServerDetail["documents"]): CallableOperation[] {
  const keys = documents.map(({ key }) => key);
  const own = splitKey(operation.key, keys);
  const document = documents.find(({ key }) => key === own.document);
  if (!tool || !document) return [];
  const [tag = ""] = operation.tags;
  return [
    {
      key: operation.key,
      title: operation.summary ?? tool.name,
      tag: documents.length > 1 ? [document.title, tag].filter(Boolean).join(" · ") : tag,
      kind: tool.kind,
      address: `/api/v1/documents/${document.id}/tools/${encodeURIComponent(own.operation)}`,
    },
  ];
}

/** What a publish from here would change: it takes all of the draft along. */
function pendingText(changes: DraftChanges | null): string | undefined {
  if (!changes) return "Nothing was published yet. Clients get these with the first version.";
  const tools = changes.added.length + changes.removed.length + changes.changed.length;
  const parts = [...(tools > 0 ? [count(tools, "tool")] : []), ...(changes.settings.length > 0 ? ["settings"] : [])];
  return parts.length > 0 ? `In the draft, not published yet: changed ${parts.join(", ")}` : undefined;
}
