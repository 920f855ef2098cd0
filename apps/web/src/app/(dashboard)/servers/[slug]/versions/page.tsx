import { isAllowed, listVersions } from "@portico/services";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { VersionsList } from "@/components/version/versions-list.tsx";
import { readServer } from "@/server/read-server.ts";

export default async function VersionsPage({ params }: { params: Promise<{ slug: string }> }) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  const versions = await listVersions({ ctx, input: { serverId: server.id } });
  if (versions.length === 0)
    return (
      <EmptyState title="Nothing was published yet">
        Each time the draft is published, a version appears here.
      </EmptyState>
    );
  return <VersionsList serverId={server.id} versions={versions} mayPublish={isAllowed(ctx.actor, "server.publish")} />;
}
