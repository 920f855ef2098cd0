import {
  AppError,
  type CallView,
  getCall,
  isAllowed,
  listCallFilters,
  listCalls,
  summarizeCalls,
} from "@portico/services";
import { Activity, SearchX } from "lucide-react";
import Link from "next/link";
import { ConnectDialog } from "@/components/client/connect-dialog.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { cx } from "@/components/ui/cx.ts";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { count } from "@/components/ui/figures.ts";
import { Time } from "@/components/ui/time.tsx";
import { ActivityCalls } from "@/components/usage/activity-calls.tsx";
import { ActivityFilter } from "@/components/usage/activity-filter.tsx";
import {
  callSearch,
  isFiltered,
  RANGE_WORDS,
  readCallQuery,
  toCallFilter,
  withoutFilter,
} from "@/components/usage/call-query.ts";
import { CallReasons } from "@/components/usage/call-reasons.tsx";
import { CallsChart } from "@/components/usage/calls-chart.tsx";
import { LiveRefresh } from "@/components/usage/live-refresh.tsx";
import { readServer } from "@/server/read-server.ts";

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** A chart of a month changes little in a moment, and takes longer to add up. */
const GAP_MS = { "1h": 1_500, "24h": 3_000, "7d": 15_000, "30d": 60_000 };

export default async function ActivityPage({ params, searchParams }: Props) {
  const [{ slug }, given] = await Promise.all([params, searchParams]);
  const { server, session } = await readServer(slug);
  const { ctx } = session;
  if (!isAllowed(ctx.actor, "usage.read")) return <NotAllowed what="see calls" />;
  const query = readCallQuery(given);
  const input = { serverId: server.id, ...toCallFilter(query) };
  const [summary, newest, choices, last, named] = await Promise.all([
    summarizeCalls({ ctx, input }),
    listCalls({ ctx, input }),
    listCallFilters({ ctx, input: { serverId: server.id, range: query.range } }),
    listCalls({ ctx, input: { serverId: server.id, limit: 1 } }),
    typeof given.call === "string" ? orNull(getCall({ ctx, input: { serverId: server.id, id: given.call } })) : null,
  ]);
  const [latest] = last.items;
  const live = <LiveRefresh serverId={server.id} after={latest?.id ?? ""} gapMs={GAP_MS[query.range]} />;
  const href = `/servers/${server.slug}`;
  const page = `${href}/activity`;
  if (!latest)
    return (
      <>
        {live}
        <EmptyState
          icon={<Activity size={20} aria-hidden />}
          title="Nothing called yet"
          action={
            <ConnectDialog
              server={server}
              needsSignIn={server.visibility !== "public"}
              hasKeysPage={isAllowed(ctx.actor, "apiKey.manage")}
            />
          }
        >
          Each call of a tool appears here, with how it ended and how long it took. Connect a client, and ask it for
          something that the tools do.
        </EmptyState>
      </>
    );
  const exported = new URLSearchParams(
    Object.entries({ ...toCallFilter(query), format: "csv" }).map(([name, value]) => [name, String(value)]),
  );
  const failed = summary.errors > 0 ? `, ${summary.errors.toLocaleString("en")} failed,` : "";
  const told = `${count(summary.calls, "call")}${failed} in the last ${RANGE_WORDS[query.range]}`;
  return (
    <div className="flex flex-col gap-6">
      {live}
      <div className="flex flex-wrap items-center gap-2">
        <ActivityFilter href={page} query={query} choices={choices} />
        {newest.items.length > 0 ? (
          <a
            href={`/api/v1/servers/${server.id}/calls/export?${exported}`}
            download
            className={cx(buttonClass(), "ml-auto")}
          >
            Export CSV
          </a>
        ) : null}
      </div>
      <section className="flex flex-col gap-3">
        <h2 className="font-semibold">{told}</h2>
        <p className="sr-only" role="status">
          {told}
        </p>
        {summary.calls > 0 ? (
          <div className="rounded-card border bg-surface p-4 pt-5">
            <CallsChart
              bars={summary.steps}
              now={Date.now()}
              caption={`Calls in the last ${RANGE_WORDS[query.range]}`}
            />
          </div>
        ) : (
          <Nothing query={query} page={page} latest={latest} />
        )}
      </section>
      <CallReasons href={page} query={query} reasons={summary.reasons} />
      <ActivityCalls
        key={callSearch(query)}
        serverId={server.id}
        href={href}
        query={query}
        newest={newest}
        named={named}
        mayWrite={isAllowed(ctx.actor, "server.write")}
      />
      <p className="text-sm text-muted">
        The arguments and the answers of calls are not stored: only what you see here is known of them.
      </p>
    </div>
  );
}

function Nothing({ query, page, latest }: { query: ReturnType<typeof readCallQuery>; page: string; latest: CallView }) {
  const wide = { ...query, range: "30d" as const };
  return (
    <EmptyState
      icon={<SearchX size={20} aria-hidden />}
      title={isFiltered(query) ? "Nothing matches" : `No calls in the last ${RANGE_WORDS[query.range]}`}
      action={
        <>
          {isFiltered(query) ? (
            <Link href={page + callSearch(withoutFilter(query))} className={buttonClass()}>
              Show all calls of this time
            </Link>
          ) : null}
          {query.range === wide.range ? null : (
            <Link href={page + callSearch(wide)} className={buttonClass()}>
              Look at 30 days
            </Link>
          )}
        </>
      }
    >
      The last call of this server was <Time at={latest.occurredAt} />.
    </EmptyState>
  );
}

async function orNull<Value>(work: Promise<Value>): Promise<Value | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && (error.code === "not_found" || error.code === "invalid_input")) return null;
    throw error;
  }
}
