import { KNOWN_CLIENTS } from "@portico/mcp";
import { explainSuggestion, TOOL_DESCRIPTION_CHARS_MAX } from "@portico/openapi";
import {
  CALLING_LIMITS,
  compareDraft,
  isAllowed,
  LISTED_TOKENS_MAX,
  LISTED_TOOLS_MAX,
  listDiagnostics,
  listTools,
} from "@portico/services";
import { textLimits } from "@/components/tool/client-limits.ts";
import { ServerTools } from "@/components/tool/server-tools.tsx";
import { packRows, toToolRows } from "@/components/tool/tool-row.ts";
import { readServer } from "@/server/read-server.ts";

export default async function ToolsPage({ params }: { params: Promise<{ slug: string }> }) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  const input = { serverId: server.id };
  const [tools, changes, { items: diagnostics }] = await Promise.all([
    listTools({ ctx, input }),
    compareDraft({ ctx, input }),
    listDiagnostics({ ctx, input }),
  ]);
  const drafted = new Map(tools.map((entry) => [entry.operation.key, entry]));
  const { documents } = server;
  const operations = Map.groupBy(
    tools.map(({ operation }) => operation),
    ({ document }) => document ?? "",
  );
  const rows = documents.flatMap(({ id, key, title }) =>
    toToolRows(operations.get(key) ?? [], diagnostics).map((row) =>
      documents.length > 1 ? { ...row, document: id, group: `${title} · ${row.group}` } : row,
    ),
  );
  const drawn = rows.map((row) => {
    const entry = drafted.get(row.key);
    if (!entry?.tool) return row;
    const { heldAt } = entry;
    const { name, kind, tokens, askFirst, widget, summarize } = entry.tool;
    return {
      ...row,
      name,
      kind,
      tokens,
      isEdited: entry.override !== undefined,
      isAskedFirst: askFirst === true,
      hasWidget: widget === true,
      isSummarized: summarize === true,
      ...(heldAt ? { heldAt: { ...heldAt, createdAt: heldAt.createdAt.toISOString() } } : {}),
    };
  });
  return (
    <ServerTools
      serverId={server.id}
      lock={server.lock}
      rows={packRows(drawn)}
      textLimits={textLimits(KNOWN_CLIENTS, TOOL_DESCRIPTION_CHARS_MAX)}
      suggestion={explainSuggestion(tools.map(({ operation }) => operation))}
      documents={documents.map(({ id, title }) => ({ id, title }))}
      selected={server.selection}
      diagnostics={diagnostics}
      changes={changes}
      listLimits={server.toolMode === "list" ? { tools: LISTED_TOOLS_MAX, tokens: LISTED_TOKENS_MAX } : null}
      calling={CALLING_LIMITS}
      href={`/servers/${server.slug}`}
      mayWrite={isAllowed(ctx.actor, "server.write")}
      mayPublish={isAllowed(ctx.actor, "server.publish")}
    />
  );
}
