import { isAllowed, listProfiles, readSample } from "@portico/services";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { statesOf } from "@/components/try/try-as.tsx";
import { TryTool } from "@/components/try/try-tool.tsx";
import { readTool } from "@/server/read-tool.ts";

export default async function TryPage({ params }: { params: Promise<{ slug: string; operation: string }> }) {
  const { slug, operation: segment } = await params;
  const { server, session, operation, tool } = await readTool(slug, segment);
  const { ctx } = session;
  if (!isAllowed(ctx.actor, "server.write")) return <NotAllowed what="try tools" />;
  const input = { serverId: server.id };
  const [sample, profiles] = await Promise.all([
    readSample({ ctx, input: { ...input, operation } }),
    listProfiles({ ctx, input }),
  ]);
  const { inputSchema, name, kind } = tool;
  return (
    <TryTool
      serverId={server.id}
      slug={server.slug}
      tool={{ operation, inputSchema, name }}
      kind={kind}
      profiles={profiles.map(({ id, name }) => ({ id, name }))}
      sample={sample?.arguments ?? null}
      states={statesOf(server.publishedVersion !== null)}
    />
  );
}
