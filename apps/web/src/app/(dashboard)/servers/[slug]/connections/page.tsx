import { isAllowed, listConnections } from "@portico/services";
import { ConnectionsList } from "@/components/connection/connections-list.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { readServer } from "@/server/read-server.ts";

export default async function ConnectionsPage({ params }: { params: Promise<{ slug: string }> }) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  if (!isAllowed(ctx.actor, "usage.read")) return <NotAllowed what="see connections" />;
  const connections = await listConnections({ ctx, input: { serverId: server.id } });
  if (connections.length === 0)
    return (
      <EmptyState title="Nobody is connected">
        {server.visibility === "public"
          ? "This server is for everybody: clients use it without a connection of their own. Their calls are on the overview."
          : "Each person appears here with each client that they connect. Choose Connect above for the steps."}
      </EmptyState>
    );
  return <ConnectionsList connections={connections} mayManage={isAllowed(ctx.actor, "connection.manage")} />;
}
