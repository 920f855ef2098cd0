import { Check, X } from "lucide-react";
import { cx } from "@/components/ui/cx.ts";
import { compact } from "@/components/ui/figures.ts";

/** How many tools clients take from all servers together before they leave some out. */
const CLIENT_LIMITS = [
  { max: 40, client: "Cursor" },
  { max: 80, client: "newer Cursor" },
  { max: 128, client: "VS Code" },
];
const CONTEXT_TOKENS = 200_000;
/** Where the bar is full: a tenth of a common context. */
const BAR_TOKENS = 20_000;

/**
 * What a selection costs: tools against what clients take, tokens against what a model reads. `there`: what the server has already, which is
 * counted with it.
 */
export function Budget({
  there = { tools: 0, tokens: 0 },
  ...picked
}: {
  tools: number;
  tokens: number;
  there?: { tools: number; tokens: number } | undefined;
}) {
  const [tools, tokens] = [picked.tools + there.tools, picked.tokens + there.tokens];
  const share = (tokens / CONTEXT_TOKENS) * 100;
  return (
    <dl className="flex flex-wrap items-center gap-x-6 gap-y-2">
      <div className="flex items-center gap-2">
        <dt className="text-muted">Tokens</dt>
        <dd className="flex items-center gap-2" title={`${share.toFixed(1)} % of a context of 200k tokens`}>
          <span className="h-1.5 w-24 overflow-hidden rounded-full bg-hover" aria-hidden>
            <span
              className={cx("block h-full rounded-full", tokens > BAR_TOKENS ? "bg-ink" : "bg-accent")}
              style={{ width: `${Math.min(100, (tokens / BAR_TOKENS) * 100)}%` }}
            />
          </span>
          <span className="w-12 font-medium">{compact(tokens)}</span>
        </dd>
      </div>
      <div className="flex items-baseline gap-x-2">
        <dt className="text-muted">Tools</dt>
        <dd className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-6 font-medium">{tools.toLocaleString("en")}</span>
          {there.tools > 0 ? (
            <span className="text-sm text-muted">with the {there.tools.toLocaleString("en")} of the server</span>
          ) : null}
          {CLIENT_LIMITS.map(({ max, client }) => {
            const isOver = tools > max;
            const Icon = isOver ? X : Check;
            return (
              <span
                key={max}
                title={isOver ? `${client} leaves out what is over ${max}` : `Within the ${max} that ${client} takes`}
                className={cx(
                  "inline-flex items-center gap-1 rounded-sm px-1 text-sm whitespace-nowrap",
                  isOver ? "bg-ink font-medium text-canvas" : "text-muted",
                )}
              >
                <Icon size={12} strokeWidth={3} aria-label={isOver ? "over" : "within"} />
                {max} {client}
              </span>
            );
          })}
        </dd>
      </div>
    </dl>
  );
}
