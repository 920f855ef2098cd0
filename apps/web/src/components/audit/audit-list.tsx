import type { AuditEventView } from "@portico/services";
import { Time } from "@/components/ui/time.tsx";
import { actorOf, sentenceOf } from "./words.ts";

/** Who did what from where, newest first. */
export function AuditList({ events }: { events: AuditEventView[] }) {
  return (
    <ul aria-label="Audit log" className="divide-y rounded-card border bg-surface">
      {events.map((event) => (
        <li key={event.id} className="flex flex-wrap items-baseline gap-x-6 gap-y-0.5 px-4 py-2.5">
          <p className="min-w-56 flex-1 [overflow-wrap:anywhere]">
            <span className="font-medium" title={event.actor.email ?? undefined}>
              {actorOf(event)}
            </span>{" "}
            {sentenceOf(event)}
          </p>
          <p className="flex flex-wrap gap-x-4 text-sm text-muted">
            {event.ip ? <span className="font-mono text-xs leading-5 [overflow-wrap:anywhere]">{event.ip}</span> : null}
            <Time at={event.at} />
          </p>
        </li>
      ))}
    </ul>
  );
}
