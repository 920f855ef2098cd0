import type { ServerCard as Card } from "@portico/services";
import Link from "next/link";
import { CopyButton } from "@/components/ui/copy.tsx";
import { count } from "@/components/ui/figures.ts";
import { Time } from "@/components/ui/time.tsx";
import { Sparkline } from "@/components/usage/sparkline.tsx";
import { StatusDot, statusOf } from "./status-dot.tsx";

/** One server on the home page: its name, its URL, and whether it is used. */
export function ServerCard({ server }: { server: Card }) {
  const calls = server.callsByHour.reduce((sum, hour) => sum + hour, 0);
  return (
    <article className="relative flex flex-col gap-3 rounded-card border bg-surface p-4 transition-colors duration-100 hover:border-control">
      <div className="flex items-start justify-between gap-3">
        <h2 className="min-w-0 text-md font-semibold">
          <Link
            href={`/servers/${server.slug}`}
            className="[overflow-wrap:anywhere] after:absolute after:inset-0 after:rounded-card focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
          >
            {server.title}
          </Link>
        </h2>
        <StatusDot status={statusOf(server)} />
      </div>
      <div className="relative flex min-w-0 items-center gap-1">
        {/* Cut at the start: the end tells servers apart. */}
        <code dir="rtl" className="pointer-events-none min-w-0 truncate text-left font-mono text-sm text-muted">
          <bdi dir="ltr">{server.mcpUrl}</bdi>
        </code>
        <CopyButton
          text={server.mcpUrl}
          label={`Copy the URL of ${server.title}`}
          look="quiet"
          size="small"
          isIconOnly
        />
      </div>
      <div className="mt-auto flex items-end justify-between gap-4 border-t pt-3">
        <p className="text-sm text-muted">
          {server.toolCount === null ? "Not published" : count(server.toolCount, "tool")}
          <br />
          {server.lastCallAt ? (
            <>
              {count(calls, "call")} in 24 h, last <Time at={server.lastCallAt} />
            </>
          ) : (
            "No calls in 24 h"
          )}
        </p>
        <Sparkline callsByHour={server.callsByHour} />
      </div>
    </article>
  );
}
