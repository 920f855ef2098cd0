import type { CallsSummary } from "@portico/services";
import Link from "next/link";
import { cx } from "@/components/ui/cx.ts";
import { type CallQuery, callSearch, isReason, toggleReason } from "./call-query.ts";
import { reasonWords } from "./outcome-words.ts";

/** Why calls failed, most frequent first. Each shows those calls alone, and all again when it is chosen once more. */
export function CallReasons({
  href,
  query,
  reasons,
}: {
  href: string;
  query: CallQuery;
  reasons: CallsSummary["reasons"];
}) {
  if (reasons.length === 0) return null;
  return (
    <section aria-label="What went wrong" className="flex flex-col gap-2">
      <h2 className="font-semibold">What went wrong</h2>
      <ul className="flex flex-wrap gap-2">
        {reasons.map((reason) => {
          const isOn = isReason(query, reason);
          return (
            <li key={`${reason.outcome} ${reason.status}`}>
              <Link
                href={href + callSearch(toggleReason(query, reason))}
                scroll={false}
                prefetch={false}
                aria-current={isOn ? "true" : undefined}
                className={cx(
                  "inline-flex h-7 items-center gap-1.5 rounded-full border px-3 text-sm transition-colors duration-100",
                  isOn ? "border-ink bg-ink text-canvas" : "border-control bg-surface hover:bg-hover",
                )}
              >
                <span className="font-semibold">{reason.calls.toLocaleString("en")} ×</span>
                {reasonWords(reason)}
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
