import type { CallView } from "@portico/services";
import { duration } from "@/components/ui/figures.ts";
import { Time } from "@/components/ui/time.tsx";
import { OutcomeBadge } from "./outcome.tsx";

/** Calls, newest first: a table, and on a phone a list of two lines each. */
export function CallsList({ calls }: { calls: CallView[] }) {
  return (
    <div className="overflow-x-auto rounded-card border bg-surface">
      <table aria-label="Last calls" className="w-full max-sm:block">
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
              className="max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-3 max-sm:py-2 sm:[&>td]:px-3 sm:[&>td]:py-2"
            >
              <td className="font-mono text-sm [overflow-wrap:anywhere] max-sm:flex-1 max-sm:basis-1/2">
                {call.tool ?? "unknown tool"}
                {call.diagnostic ? <p className="mt-0.5 font-sans text-muted">{call.diagnostic}</p> : null}
              </td>
              <td>
                <OutcomeBadge outcome={call.outcome} status={call.status} />
              </td>
              <td className="text-right whitespace-nowrap text-muted max-sm:text-sm">{duration(call.durationMs)}</td>
              <td className="max-w-48 truncate text-muted max-sm:hidden">{whoOf(call)}</td>
              <td className="max-w-40 truncate text-muted max-sm:text-sm">{call.clientName ?? "–"}</td>
              <td className="text-right text-muted max-sm:ml-auto max-sm:text-sm">
                <Time at={call.occurredAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function whoOf({ principal, who }: CallView): string {
  if (principal === "anonymous") return "Anybody";
  return who ?? (principal === "apiKey" ? "An API key that is gone" : "Somebody who left");
}
