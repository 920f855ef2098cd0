import { isAllowed, listConnections, previewClients } from "@portico/services";
import Link from "next/link";
import { ConnectDialog } from "@/components/client/connect-dialog.tsx";
import { ConnectionsList } from "@/components/connection/connections-list.tsx";
import { ClientsTable } from "@/components/server/clients-table.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { readServer } from "@/server/read-server.ts";

export default async function ConnectionsPage({ params }: { params: Promise<{ slug: string }> }) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  if (!isAllowed(ctx.actor, "usage.read")) return <NotAllowed what="see connections" />;
  const [{ items: connections, nextCursor }, clients] = await Promise.all([
    listConnections({ ctx, input: { server: server.id } }),
    server.publishedVersionId ? previewClients({ ctx, input: { serverId: server.id } }) : [],
  ]);
  return (
    <div className="flex flex-col gap-6">
      {connections.length === 0 ? (
        <EmptyState
          title="Nobody is connected"
          action={
            <ConnectDialog
              server={server}
              needsSignIn={server.visibility !== "public"}
              hasKeysPage={isAllowed(ctx.actor, "apiKey.manage")}
            />
          }
        >
          {server.visibility === "public"
            ? "This server is for everybody: clients use it without a connection of their own. Their calls are on the overview."
            : "Each person appears here with each client that they connect. Connect shows the steps for each client."}
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-3">
          <ConnectionsList connections={connections} mayManage={isAllowed(ctx.actor, "connection.manage")} />
          {nextCursor ? (
            <p>
              These are the newest.{" "}
              <Link
                href={`/settings/connections?server=${server.slug}&cursor=${nextCursor}`}
                className="text-accent underline underline-offset-2"
              >
                Show the older ones
              </Link>
            </p>
          ) : null}
        </div>
      )}
      {clients.length > 0 ? (
        <section className="flex flex-col gap-3">
          <h2 className="font-semibold">What clients see</h2>
          <ClientsTable clients={clients} />
        </section>
      ) : null}
    </div>
  );
}
