import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "@/components/ui/cx.ts";
import { compact, count } from "@/components/ui/figures.ts";
import { type TextLimits, tooLong } from "./client-limits.ts";

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
 * What a selection costs: tools and their texts against what clients take, tokens against what a model reads. `there`: what the server has already, which is
 * counted with it.
 */
export function Budget({
  there = { tools: 0, tokens: 0 },
  names,
  limits,
  ...picked
}: {
  tools: number;
  tokens: number;
  /** What the picked tools are called. */
  names: readonly string[];
  limits: TextLimits;
  there?: { tools: number; tokens: number } | undefined;
}) {
  const [tools, tokens] = [picked.tools + there.tools, picked.tokens + there.tokens];
  const long = tooLong(names, limits.names);
  const { tooLongFor } = limits.descriptions;
  const share = (tokens / CONTEXT_TOKENS) * 100;
  return (
    <dl className="flex flex-wrap items-center gap-x-6 gap-y-2">
      <div className="flex items-center gap-2">
        <dt className="text-muted">Tokens</dt>
        <dd className="flex items-center gap-2">
          <span className="h-1.5 w-24 overflow-hidden rounded-full bg-hover" aria-hidden>
            <span
              className={cx("block h-full rounded-full", tokens > BAR_TOKENS ? "bg-ink" : "bg-accent")}
              style={{ width: `${Math.min(100, (tokens / BAR_TOKENS) * 100)}%` }}
            />
          </span>
          <span className="min-w-9 font-medium">{compact(tokens)}</span>
          <span className="text-sm text-muted">
            {share.toFixed(1)} % of a {compact(CONTEXT_TOKENS)} context
          </span>
        </dd>
      </div>
      <div className="flex items-baseline gap-x-2">
        <dt className="text-muted">Tools</dt>
        <dd className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-6 font-medium">{tools.toLocaleString("en")}</span>
          {there.tools > 0 ? (
            <span className="text-sm text-muted">with the {there.tools.toLocaleString("en")} of the server</span>
          ) : null}
          {CLIENT_LIMITS.map(({ max, client }) => (
            <Limit key={max} isOver={tools > max}>
              {max} {client}
            </Limit>
          ))}
        </dd>
      </div>
      <div className="flex items-baseline gap-x-2">
        <dt className="text-muted">Names</dt>
        <dd className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {long.map(({ max, clients, names: over }) => (
            <Limit key={max} isOver>
              {over.toLocaleString("en")} over the {max} characters of {someOf(clients)}
            </Limit>
          ))}
          {long.length === 0 ? <Limit isOver={false}>fit every client</Limit> : null}
        </dd>
      </div>
      <div className="flex items-baseline gap-x-2">
        <dt className="text-muted">Descriptions</dt>
        <dd className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {tooLongFor.map(({ max, clients }) => (
            <Limit key={max} isOver>
              may be over the {max.toLocaleString("en")} characters of {someOf(clients)}
            </Limit>
          ))}
          {tooLongFor.length === 0 ? (
            <Limit isOver={false}>{count(limits.descriptions.max, "character")} at most</Limit>
          ) : null}
        </dd>
      </div>
    </dl>
  );
}

function Limit({ isOver, children }: { isOver: boolean; children: ReactNode }) {
  const Icon = isOver ? X : Check;
  return (
    <span
      className={cx(
        "inline-flex items-center gap-1 rounded-sm px-1 text-sm",
        isOver ? "bg-ink font-medium text-canvas" : "text-muted",
      )}
    >
      <Icon size={12} strokeWidth={3} aria-label={isOver ? "over" : "within"} className="shrink-0" />
      {children}
    </span>
  );
}

/** "Cursor", "Codex and 8 more". */
function someOf([first, ...others]: readonly string[]): string {
  return others.length > 0 ? `${first} and ${others.length} more` : `${first}`;
}
