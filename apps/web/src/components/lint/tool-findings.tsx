"use client";

import type { Finding, Graded, LintCode } from "@portico/openapi";
import { Sparkles, Wand } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { GradeBadge } from "./grade-badge.tsx";
import type { Fixes } from "./use-fixes.ts";
import type { Rewrite } from "./use-rewrite.ts";

/** What better words put right. */
const REWRITABLE = new Set<LintCode>([
  ...(["description-missing", "description-short", "description-long", "no-when-to-use"] as const),
  ...(["same-description", "undescribed-parameter", "unexplained-values", "suspicious-text"] as const),
]);

/** What stands in a model's way at one tool, with what can be done about it. */
export function ToolFindings({
  graded,
  findings,
  fixes,
  rewrite,
}: {
  graded: Graded;
  findings: readonly Finding[];
  /** Without them, there is nothing that this person may change. */
  fixes: (Fixes & { isHeld: boolean }) | undefined;
  rewrite?: Rewrite | undefined;
}) {
  return (
    <section aria-label="How well models can use it" className="flex flex-col gap-2 rounded-card border p-3">
      <h3 className="flex items-center gap-2 font-medium">
        <GradeBadge {...graded} of="Grade" />
        {findings.length === 0 ? "A model can work well with it" : "What would help a model"}
      </h3>
      {fixes?.isHeld && findings.some(({ fix }) => fix) ? (
        <p className="text-sm text-muted">Correct or discard what is not saved to use the fixes.</p>
      ) : null}
      {findings.length > 0 ? (
        <ul className="flex flex-col gap-2">
          {worstFirst(findings).map((finding) => (
            <FindingLine key={finding.id} {...{ finding, fixes, rewrite }} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

const RANKS: Record<Finding["severity"], number> = { error: 0, warning: 1, info: 2 };

function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((one, other) => RANKS[one.severity] - RANKS[other.severity]);
}

const SEVERITIES: Record<Finding["severity"], string> = {
  error: "Important",
  warning: "Helps",
  info: "Could be better",
};

function FindingLine({
  finding,
  fixes,
  rewrite,
}: {
  finding: Finding;
  fixes: (Fixes & { isHeld: boolean }) | undefined;
  rewrite: Rewrite | undefined;
}) {
  const { id, code, severity, message, why, fix } = finding;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1">
      <div className="min-w-0 flex-1 basis-60 text-sm [overflow-wrap:anywhere]">
        <p>
          <span className="sr-only">{SEVERITIES[severity]}: </span>
          <span className={severity === "error" ? "font-medium" : undefined}>{message}</span>
        </p>
        <p className="text-muted">{why}</p>
      </div>
      {fix && fixes ? (
        <Button
          size="small"
          icon={<Wand size={12} aria-hidden />}
          isPending={fixes.isPending}
          disabled={fixes.isHeld}
          title={fix.words}
          onClick={() => fixes.apply([id])}
          className="max-w-full"
        >
          <span className="truncate">{fix.words}</span>
        </Button>
      ) : null}
      {fixes && rewrite?.ask && REWRITABLE.has(code) ? (
        <Button
          size="small"
          icon={<Sparkles size={12} aria-hidden />}
          isPending={rewrite.isPending}
          disabled={fixes.isHeld}
          onClick={rewrite.ask}
        >
          Suggest a rewrite
        </Button>
      ) : null}
    </li>
  );
}
