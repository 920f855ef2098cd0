import type { CallView } from "@portico/services";
import Link from "next/link";
import { duration } from "@/components/ui/figures.ts";
import { Time } from "@/components/ui/time.tsx";
import { OutcomeBadge } from "./outcome.tsx";
import { whoOf } from "./who.ts";

/** Calls, newest first: a table, and on a phone a list of two lines each. Each leads to its details. */
export function CallsList({
  label,
  calls,
  hrefOf,
  onOpen,
}: {
  label: string;
  calls: readonly CallView[];
  hrefOf: (call: CallView) => string;
  /** Opens a call where one is, without going to its address. */
  onOpen?: (call: CallView) => void;
}) {
  return (
    <div className="overflow-x-auto rounded-card border bg-surface">
      <table aria-label={label} className="w-full max-sm:block">
        <thead className="max-sm:sr-only">
          <tr className="border-b text-left text-sm text-muted [&>th]:px-3 [&>th]:py-2 [&>th]:font-normal">
            <th scope="col">Tool</th>
            <th scope="col">Outcome</th>
            <th scope="col" className="text-right">
              Took
            </th>
            <th scope="col">Who</th>
            <th scope="col">Client</th>
            <th scope="col" className="text-right">
              When
            </th>
          </tr>
        </thead>
        <tbody className="divide-y max-sm:block">
          {calls.map((call) => (
            <tr
              key={call.id}
              className="relative hover:bg-hover max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-3 max-sm:py-2 sm:[&>td]:px-3 sm:[&>td]:py-2"
            >
              <td className="font-mono text-sm [overflow-wrap:anywhere] max-sm:flex-1 max-sm:basis-1/2">
                {/* The whole row is the link's. */}
                <Link
                  href={hrefOf(call)}
                  prefetch={false}
                  scroll={false}
                  {...(onOpen
                    ? {
                        onNavigate: (event: { preventDefault: () => void }) => {
                          event.preventDefault();
                          onOpen(call);
                        },
                      }
                    : {})}
                  className="-outline-offset-2 after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
                >
                  {call.tool ?? "unknown tool"}
                </Link>
                {call.diagnostic ? <p className="mt-0.5 font-sans text-muted">{call.diagnostic}</p> : null}
              </td>
              <td>
                <OutcomeBadge outcome={call.outcome} status={call.status} />
              </td>
              <td className="text-right whitespace-nowrap text-muted max-sm:order-1 max-sm:text-sm">
                {duration(call.durationMs)}
              </td>
              <td className="max-w-48 truncate text-muted max-sm:hidden">{whoOf(call)}</td>
              <td className="max-w-40 truncate text-muted max-sm:max-w-none max-sm:flex-1 max-sm:basis-1/2 max-sm:text-sm">
                {call.clientName ?? "–"}
              </td>
              <td className="text-right text-muted max-sm:order-2 max-sm:text-sm">
                <Time at={call.occurredAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
