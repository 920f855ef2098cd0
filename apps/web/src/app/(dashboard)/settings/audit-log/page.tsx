import { isAllowed, listAuditEvents, listAuditFilters } from "@portico/services";
import { ScrollText } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { AuditFilter } from "@/components/audit/audit-filter.tsx";
import { AuditList } from "@/components/audit/audit-list.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Audit log" };

type Query = Partial<Record<"actor" | "kind" | "cursor", string>>;

export default async function AuditLogPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { ctx } = await requireSession();
  if (!isAllowed(ctx.actor, "audit.read")) return <NotAllowed what="read the audit log" />;
  const query = await searchParams;
  const [actor, kind] = [one(query.actor), one(query.kind)?.replace(/[^a-zA-Z]/g, "")];
  const cursor = one(query.cursor);
  const filter = { ...(actor ? { actor } : {}), ...(kind ? { kind } : {}) };
  const [{ items, nextCursor }, filters] = await Promise.all([
    listAuditEvents({ ctx, input: { ...filter, ...(cursor ? { cursor } : {}) } }),
    listAuditFilters({ ctx }),
  ]);
  const exportOf = (format: string) =>
    `/api/v1/audit-events/export?${new URLSearchParams({ format, ...filter }).toString()}`;
  return (
    <div className="mx-auto max-w-4xl">
      <PageHeader
        title="Audit log"
        action={
          items.length > 0 ? (
            <div className="flex gap-2">
              <a href={exportOf("csv")} download className={buttonClass()}>
                Export CSV
              </a>
              <a href={exportOf("json")} download className={buttonClass()}>
                Export JSON
              </a>
            </div>
          ) : undefined
        }
      >
        Who changed what, and from where. Nothing of it can be edited.
      </PageHeader>
      <AuditFilter {...filters} actor={actor ?? ""} kind={kind ?? ""} />
      {items.length > 0 ? (
        <AuditList events={items} />
      ) : (
        <EmptyState icon={<ScrollText size={20} aria-hidden />} title={actor || kind ? "Nothing fits" : "Nothing yet"}>
          {actor || kind
            ? "Choose somebody or something else above."
            : "Changes of servers, members, keys and accounts are listed here from now on."}
        </EmptyState>
      )}
      <nav aria-label="Pages" className="mt-4 flex gap-2">
        {cursor ? (
          <Link href={`/settings/audit-log?${new URLSearchParams(filter)}`} className={buttonClass()}>
            Newest
          </Link>
        ) : null}
        {nextCursor ? (
          <Link
            href={`/settings/audit-log?${new URLSearchParams({ ...filter, cursor: nextCursor })}`}
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
