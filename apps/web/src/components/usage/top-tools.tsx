import type { UsageSummary } from "@portico/services";

/** The most called tools of the last day, with their share as a line below each name. */
export function TopTools({ tools }: { tools: UsageSummary["topTools"] }) {
  const most = Math.max(1, ...tools.map(({ calls }) => calls));
  if (tools.length === 0)
    return <p className="rounded-card border bg-surface p-4 text-muted">Nothing was called in the last 24 hours.</p>;
  return (
    <ol className="flex flex-col gap-3 rounded-card border bg-surface p-4">
      {tools.map(({ tool, calls, errors, declined }) => (
        <li key={tool} className="flex flex-col gap-1">
          <div className="flex items-baseline justify-between gap-3">
            <code className="min-w-0 truncate font-mono text-sm">{tool}</code>
            <span className="shrink-0 text-muted">
              {calls.toLocaleString("en")}
              {errors > 0 ? `, ${errors} failed` : ""}
              {declined > 0 ? `, ${declined} declined` : ""}
            </span>
          </div>
          <div className="h-1 rounded-full bg-hover" aria-hidden>
            <div className="h-full rounded-full bg-accent" style={{ width: `${(calls / most) * 100}%` }} />
          </div>
        </li>
      ))}
    </ol>
  );
}
