import { isAllowed, listServers } from "@portico/services";
import { Plus } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { ImportField } from "@/components/document/import-field.tsx";
import { WhatHappens } from "@/components/document/what-happens.tsx";
import { ServerCard } from "@/components/server/server-card.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { runtime } from "@/server/runtime.ts";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Servers" };

export default async function ServersPage({ searchParams }: { searchParams: Promise<{ after?: string | string[] }> }) {
  const { ctx } = await requireSession();
  const { after: given } = await searchParams;
  const after = typeof given === "string" && /^\w+$/.test(given) ? given : undefined;
  const { items, nextCursor } = await listServers({ ctx, input: { cursor: after } });
  const mayWrite = isAllowed(ctx.actor, "server.write");
  if (items.length === 0 && !after) return <NoServers mayWrite={mayWrite} />;
  return (
    <div className="mx-auto max-w-[1200px]">
      <PageHeader
        title="Servers"
        action={
          mayWrite ? (
            <Link href="/new" className={buttonClass({ look: "primary" })}>
              <Plus size={16} aria-hidden />
              New server
            </Link>
          ) : undefined
        }
      />
      <ul className="grid gap-4 sm:grid-cols-[repeat(auto-fill,minmax(320px,1fr))]">
        {items.map((server) => (
          <li key={server.id} className="grid min-w-0 grid-cols-[minmax(0,1fr)]">
            <ServerCard server={server} />
          </li>
        ))}
      </ul>
      {nextCursor ? (
        <p className="mt-6">
          <Link href={`/?after=${nextCursor}`} className={buttonClass()}>
            Show older servers
          </Link>
        </p>
      ) : null}
    </div>
  );
}

async function NoServers({ mayWrite }: { mayWrite: boolean }) {
  if (!mayWrite)
    return (
      <EmptyState isPage title="No servers yet">
        Servers of your organization appear here once somebody who may build makes one.
      </EmptyState>
    );
  const { sampleUrl } = await runtime();
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-6 pt-4 *:mb-0 sm:pt-12">
      <PageHeader title="Make your first server">
        From the description of an API to a URL that AI clients use.
      </PageHeader>
      <ImportField hasSample={sampleUrl !== undefined} autoFocus />
      <WhatHappens />
    </div>
  );
}
