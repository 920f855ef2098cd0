import type { RequestLimits, QuotaUse as Use } from "@portico/services";
import Link from "next/link";
import { count } from "@/components/ui/figures.ts";

/** Servers that are listed: those with the most calls. */
const SHOWN_MAX = 20;
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: "UTC" });

/** What has been called this month, beside what may be. */
export function QuotaUse({ use, limits }: { use: Use; limits: RequestLimits }) {
  const called = use.servers.filter(({ calls }) => calls > 0);
  const shown = called.slice(0, SHOWN_MAX);
  return (
    <section aria-labelledby="used" className="mt-8 flex flex-col gap-3">
      <header>
        <h2 id="used" className="text-lg font-semibold">
          Used this month
        </h2>
        <p className="text-muted">
          Calls that reached your APIs. What Portico refused itself does not count. They begin anew on{" "}
          {DAY.format(use.endsAt)} (UTC).
        </p>
      </header>
      <ul className="divide-y rounded-card border bg-surface">
        <Row name="The organization" calls={use.calls} limit={limits.monthInAll} />
        {shown.map(({ id, slug, title, calls }) => (
          <Row key={id} name={title} href={`/servers/${slug}`} calls={calls} limit={limits.monthPerServer} />
        ))}
      </ul>
      {called.length > shown.length ? (
        <p className="text-sm text-muted">And {count(called.length - shown.length, "more server")} with fewer calls.</p>
      ) : null}
    </section>
  );
}

function Row({ name, href, calls, limit }: { name: string; href?: string; calls: number; limit: number | undefined }) {
  const share = limit === undefined ? 0 : calls / limit;
  return (
    <li className="flex flex-col gap-1.5 px-3 py-2.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="min-w-0 truncate font-medium">{href ? <Link href={href}>{name}</Link> : name}</span>
        <span className="tabular-nums text-muted">
          {limit === undefined ? count(calls, "call") : `${calls.toLocaleString("en")} of ${count(limit, "call")}`}
          {share >= 1 ? " – used up" : ""}
        </span>
      </div>
      {limit === undefined ? null : (
        <>
          <meter
            className="sr-only"
            aria-label={`Calls of ${name}`}
            min={0}
            max={limit}
            value={Math.min(calls, limit)}
          />
          <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-sunken">
            <div
              className={`h-full rounded-full ${share >= 0.8 ? "bg-destroying" : "bg-accent"}`}
              style={{ width: `${Math.min(100, share * 100)}%` }}
            />
          </div>
        </>
      )}
    </li>
  );
}
