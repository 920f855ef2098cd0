import type { UsageSummary } from "@portico/services";
import { duration } from "@/components/ui/figures.ts";

/** Four figures of the last day, each with its change against the day before. */
export function FiguresRow({ usage: { now, before } }: { usage: UsageSummary }) {
  const share = now.calls > 0 ? `${((now.errors / now.calls) * 100).toFixed(now.errors > 0 ? 1 : 0)} %` : undefined;
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-card border bg-line lg:grid-cols-4">
      <Figure
        label="Calls"
        value={now.calls.toLocaleString("en")}
        note={now.declined > 0 ? `${now.declined.toLocaleString("en")} declined by a person` : undefined}
        change={difference(now.calls, before.calls)}
      />
      <Figure
        label="Errors"
        value={now.errors.toLocaleString("en")}
        note={share}
        change={difference(now.errors, before.errors)}
      />
      <Figure
        label="95 % answered within"
        value={now.p95Ms === null ? "–" : duration(now.p95Ms)}
        change={
          now.p95Ms === null || before.p95Ms === null
            ? undefined
            : signed(now.p95Ms - before.p95Ms, (ms) => duration(ms))
        }
      />
      <Figure
        label="People and keys"
        value={now.people.toLocaleString("en")}
        change={difference(now.people, before.people)}
      />
    </dl>
  );
}

function Figure({
  label,
  value,
  change,
  note,
}: {
  label: string;
  value: string;
  change?: string | undefined;
  note?: string | undefined;
}) {
  return (
    <div className="flex flex-col gap-1 bg-surface p-4">
      <dt className="text-muted">{label}</dt>
      <dd className="text-2xl font-semibold tracking-tight">{value}</dd>
      <dd className="text-sm text-muted">{[note, change].filter(Boolean).join(" · ")}</dd>
    </div>
  );
}

function difference(now: number, before: number): string | undefined {
  if (now === 0 && before === 0) return undefined;
  return signed(now - before, (value) => value.toLocaleString("en"));
}

function signed(value: number, format: (value: number) => string): string {
  if (Math.round(value) === 0) return "as the day before";
  return `${value > 0 ? "+" : "\u2212"}${format(Math.abs(value))} against the day before`;
}
