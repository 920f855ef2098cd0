import { isAllowed, listCalls, summarizeUsage } from "@portico/services";
import Link from "next/link";
import { ConnectDialog } from "@/components/client/connect-dialog.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { DocumentSection } from "@/components/upgrade/document-section.tsx";
import { barsOfHours, CallsChart } from "@/components/usage/calls-chart.tsx";
import { CallsList } from "@/components/usage/calls-list.tsx";
import { FiguresRow } from "@/components/usage/figures-row.tsx";
import { LiveRefresh } from "@/components/usage/live-refresh.tsx";
import { TopTools } from "@/components/usage/top-tools.tsx";
import { readServer } from "@/server/read-server.ts";

const CALLS_SHOWN = 20;

export default async function OverviewPage({ params }: { params: Promise<{ slug: string }> }) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  const connect = (
    <ConnectDialog
      server={server}
      needsSignIn={server.visibility !== "public"}
      hasKeysPage={isAllowed(ctx.actor, "apiKey.manage")}
    />
  );
  if (!isAllowed(ctx.actor, "usage.read"))
    return (
      <EmptyState title="Connect a client to use this server" action={connect}>
        Copy the URL above, or choose Connect for steps for your client. Usage is shown to builders and admins.
      </EmptyState>
    );
  const [usage, calls] = await Promise.all([
    summarizeUsage({ ctx, input: { serverId: server.id } }),
    listCalls({ ctx, input: { serverId: server.id, limit: CALLS_SHOWN } }),
  ]);
  const isOne = server.documents.length === 1;
  const documents = <DocumentSection server={server} mayWrite={isAllowed(ctx.actor, "server.write")} />;
  const now = Date.now();
  const activity = `/servers/${server.slug}/activity`;
  return (
    <div className="flex flex-col gap-6">
      <LiveRefresh serverId={server.id} after={calls.items[0]?.id ?? ""} />
      <p className="sr-only" role="status">
        {usage.now.calls} calls in the last 24 hours
      </p>
      <FiguresRow usage={usage} />
      <div className="grid gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <section className="flex flex-col gap-3">
          <h2 className="font-semibold">Calls by hour</h2>
          <div className="rounded-card border bg-surface p-4 pt-5">
            <CallsChart bars={barsOfHours(usage.callsByHour, now)} now={now} caption="Calls by hour" />
          </div>
        </section>
        <div className="flex flex-col gap-6">
          <section className="flex flex-col gap-3">
            <h2 className="font-semibold">Top tools</h2>
            <TopTools tools={usage.topTools} />
          </section>
          {isOne ? documents : null}
        </div>
      </div>
      {isOne ? null : documents}
      <section className="flex flex-col gap-3">
        <div className="flex items-baseline justify-between gap-4">
          <h2 className="font-semibold">Last calls</h2>
          {calls.items.length > 0 ? (
            <Link href={activity} className="text-accent underline underline-offset-2">
              All activity
            </Link>
          ) : null}
        </div>
        {calls.items.length > 0 ? (
          <CallsList label="Last calls" calls={calls.items} hrefOf={({ id }) => `${activity}?call=${id}`} />
        ) : (
          <EmptyState
            title="No calls yet"
            action={
              isAllowed(ctx.actor, "server.write") ? (
                <Link href={`/servers/${server.slug}/try`} className={buttonClass()}>
                  Try a tool
                </Link>
              ) : (
                connect
              )
            }
          >
            Calls appear here as they happen. Connect a client and ask it for something that the tools do.
          </EmptyState>
        )}
      </section>
    </div>
  );
}
