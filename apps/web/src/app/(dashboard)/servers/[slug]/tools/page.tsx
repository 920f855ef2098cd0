import { compareDraft, isAllowed, listTools } from "@portico/services";
import { ServerTools } from "@/components/tool/server-tools.tsx";
import { toToolRows } from "@/components/tool/tool-row.ts";
import { readServer } from "@/server/read-server.ts";

export default async function ToolsPage({ params }: { params: Promise<{ slug: string }> }) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  const [tools, changes] = await Promise.all([
    listTools({ ctx, input: { serverId: server.id } }),
    compareDraft({ ctx, input: { serverId: server.id } }),
  ]);
  const drafted = new Map(tools.map((entry) => [entry.operation.key, entry]));
  const rows = toToolRows(tools.map(({ operation }) => operation)).map((row) => {
    const entry = drafted.get(row.key);
    if (!entry?.tool) return row;
    return { ...row, name: entry.tool.name, tokens: entry.tool.tokens, isEdited: entry.override !== undefined };
  });
  return (
    <ServerTools
      serverId={server.id}
      rows={rows}
      selected={server.selection}
      changes={changes}
      mayWrite={isAllowed(ctx.actor, "server.write")}
      mayPublish={isAllowed(ctx.actor, "server.publish")}
    />
  );
}
