import type { CallStep } from "@portico/services";
import { cx } from "@/components/ui/cx.ts";
import { count, duration } from "@/components/ui/figures.ts";
import { OutcomeBadge } from "./outcome.tsx";

/** The steps of a tool of several calls, one after the other, each as long as it took. */
export function CallSteps({ steps, durationMs }: { steps: readonly CallStep[]; durationMs: number }) {
  const all = Math.max(
    durationMs,
    steps.reduce((sum, step) => sum + step.durationMs, 0),
  );
  const share = (ms: number) => (all > 0 ? (ms / all) * 100 : 0);
  return (
    <section aria-label="Steps" className="flex flex-col gap-2">
      <h4 className="font-medium">{count(steps.length, "step")}, one after the other</h4>
      <ol className="flex flex-col divide-y rounded-card border">
        {steps.map((step, at) => {
          const before = steps.slice(0, at).reduce((sum, { durationMs: ms }) => sum + ms, 0);
          return (
            <li key={step.id} className="flex flex-col gap-1.5 px-3 py-2">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <code className="font-mono text-sm font-medium">{step.id}</code>
                <OutcomeBadge outcome={step.outcome} status={step.status ?? null} />
                <span className="ml-auto whitespace-nowrap tabular-nums">{duration(step.durationMs)}</span>
              </div>
              <p className="flex flex-wrap gap-x-3 text-sm text-muted">
                <code className="font-mono [overflow-wrap:anywhere]">{step.operation}</code>
                <span>{factsOf(step)}</span>
              </p>
              <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-sunken">
                <span
                  className={cx("block h-full min-w-1 rounded-full", step.outcome === "ok" ? "bg-accent" : "bg-ink")}
                  style={{
                    marginLeft: `min(${share(before)}%, calc(100% - 4px))`,
                    width: `${share(step.durationMs)}%`,
                  }}
                />
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function factsOf({ calls, failed, retries, isEach }: CallStep): string {
  return [
    ...(isEach ? [`for each: ${count(calls, "call")}`] : calls === 0 ? ["the API was not called"] : []),
    ...(failed > 0 && calls > 1 ? [`${failed} failed`] : []),
    ...(retries > 0 ? [`asked again ${count(retries, "time")}`] : []),
  ].join(", ");
}
