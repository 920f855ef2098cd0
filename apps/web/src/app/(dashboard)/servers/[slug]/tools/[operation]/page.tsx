import { isAllowed, listDiagnostics, listTools } from "@portico/services";
import { notFound } from "next/navigation";
import { findingsOf } from "@/components/document/attention.tsx";
import { ToolPageEditor } from "@/components/tool/tool-page-editor.tsx";
import { toToolRows } from "@/components/tool/tool-row.ts";
import { readTool } from "@/server/read-tool.ts";

export default async function ToolPage({ params }: { params: Promise<{ slug: string; operation: string }> }) {
  const { slug, operation: segment } = await params;
  const { server, session, operation, tool } = await readTool(slug, segment);
  const { ctx } = session;
  const input = { serverId: server.id };
  const [tools, { items: diagnostics }] = await Promise.all([
    listTools({ ctx, input }),
    listDiagnostics({ ctx, input }),
  ]);
  const entry = tools.find((one) => one.operation.key === operation);
  const [row] = entry ? toToolRows([entry.operation], diagnostics) : [];
  if (!row) notFound();
  const heldAt = entry?.heldAt;
  return (
    <div className="max-w-2xl">
      <ToolPageEditor
        serverId={server.id}
        row={{
          ...row,
          ...{ name: tool.name, kind: tool.kind, tokens: tool.tokens },
          ...(heldAt ? { heldAt: { ...heldAt, createdAt: heldAt.createdAt.toISOString() } } : {}),
        }}
        findings={findingsOf(diagnostics, row)}
        mayWrite={isAllowed(ctx.actor, "server.write")}
      />
    </div>
  );
}
