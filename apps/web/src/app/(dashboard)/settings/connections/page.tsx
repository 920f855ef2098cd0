import { isAllowed, listConnectionFilters, listConnections } from "@portico/services";
import { Cable } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { ConnectionsFilter } from "@/components/connection/connections-filter.tsx";
import { ConnectionsList } from "@/components/connection/connections-list.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Connections" };

type Query = Record<string, string | string[] | undefined>;

export default async function ConnectionsPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { ctx } = await requireSession();
  if (!isAllowed(ctx.actor, "connection.manage")) return <NotAllowed what="see everybody's connections" />;
  const query = await searchParams;
  const [cursor, person] = [one(query.cursor), one(query.person)];
  const filters = await listConnectionFilters({ ctx });
  // A server that nobody is connected to any more, or that is gone, is none to choose.
  const server = filters.servers.find(({ slug }) => slug === query.server)?.slug;
  const filter = { ...(person ? { person } : {}), ...(server ? { server } : {}) };
  const { items, nextCursor } = await listConnections({ ctx, input: { ...filter, ...(cursor ? { cursor } : {}) } });
  return (
    <div className="mx-auto max-w-4xl">
      <PageHeader title="Connections">
        Who uses which server with which client. A revoked client loses access within a second.
      </PageHeader>
      {filters.people.length > 0 ? (
        <ConnectionsFilter {...filters} person={person ?? ""} server={server ?? ""} />
      ) : null}
      {items.length > 0 ? (
        <ConnectionsList connections={items} mayManage isOfAll />
      ) : (
        <EmptyState
          icon={<Cable size={20} aria-hidden />}
          title={person || server ? "Nothing fits" : "Nobody is connected"}
          action={
            <Link href={person || server ? "/settings/connections" : "/"} className={buttonClass()}>
              {person || server ? "Show everybody's connections" : "Choose a server to connect"}
            </Link>
          }
        >
          {person || server
            ? "Choose somebody or something else above."
            : "Each person appears here with each client that they connect to a server."}
        </EmptyState>
      )}
      <nav aria-label="Pages" className="mt-4 flex gap-2">
        {cursor ? (
          <Link href={`/settings/connections?${new URLSearchParams(filter)}`} className={buttonClass()}>
            Newest
          </Link>
        ) : null}
        {nextCursor ? (
          <Link
            href={`/settings/connections?${new URLSearchParams({ ...filter, cursor: nextCursor })}`}
            className={buttonClass()}
          >
            Older
          </Link>
        ) : null}
      </nav>
    </div>
  );
}

/** A name that stands twice in an address means nothing. */
function one(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
