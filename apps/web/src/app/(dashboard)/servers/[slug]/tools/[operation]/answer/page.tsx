import { isAllowed, readSample } from "@portico/services";
import { AnswerEditor } from "@/components/answer/answer-editor.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { toolHref } from "@/components/tool/tool-href.ts";
import { readTool } from "@/server/read-tool.ts";

export default async function AnswerPage({ params }: { params: Promise<{ slug: string; operation: string }> }) {
  const { slug, operation: segment } = await params;
  const { server, session, operation, tool } = await readTool(slug, segment);
  const { ctx } = session;
  if (!isAllowed(ctx.actor, "server.write")) return <NotAllowed what="shape answers" />;
  const sample = await readSample({ ctx, input: { serverId: server.id, operation } });
  const required = (tool.inputSchema.required as string[] | undefined) ?? [];
  return (
    <AnswerEditor
      serverId={server.id}
      operation={operation}
      href={toolHref(`/servers/${server.slug}`, operation)}
      saved={tool.shape ?? {}}
      sample={sample?.keptAt.toISOString() ?? null}
      needsArguments={required.length > 0}
      isReading={tool.kind === "reading"}
      mayWrite
    />
  );
}
