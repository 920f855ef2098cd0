"use client";

import type { Finding, LintCode } from "@portico/openapi";
import type { LintReport } from "@portico/services";
import { ChevronRight, CircleAlert, LoaderCircle, Wand } from "lucide-react";
import Link from "next/link";
import type { ToolRow } from "@/components/tool/tool-row.ts";
import { Button } from "@/components/ui/button.tsx";
import { count } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { GradeBadge } from "./grade-badge.tsx";
import type { Fixes } from "./use-fixes.ts";

const TITLES: Record<LintCode, string> = {
  "suspicious-text": "Text that speaks to the model",
  "too-many-tools": "More tools than clients take",
  "too-many-tokens": "A list that is too large",
  "description-missing": "No description",
  "destroys-unasked": "Deletes without asking",
  "similar-names": "Names that look alike",
  "same-description": "Descriptions that say the same",
  "name-without-verb": "Names without a verb",
  "unbounded-list": "Lists without an end",
  "description-short": "Descriptions that are too short",
  "undescribed-parameter": "Parameters without a description",
  "unexplained-values": "Values that nobody explains",
  "large-tool": "Large tools",
  "description-long": "Descriptions that are too long",
  "no-when-to-use": "Nothing says when to use it",
  "offer-undescribed": "Prompts and resources without a description",
  "offer-argument-undescribed": "Arguments of prompts without a description",
};

const SHOWN_MAX = 30;

/** Where the panel will be, as high as it is closed: what is below does not move when it comes. */
export function LintPanelPlace({ isLooking }: { isLooking: boolean }) {
  return (
    <p className="flex items-center gap-2 rounded-card border bg-surface px-3 py-2 text-muted">
      {isLooking ? (
        <>
          <LoaderCircle size={16} aria-hidden className="shrink-0 animate-spin" />
          Looking at names, descriptions and arguments
        </>
      ) : (
        <>
          <CircleAlert size={16} aria-hidden className="shrink-0" />
          The tools could not be looked at. Reload the page to try again.
        </>
      )}
    </p>
  );
}

/** What would help models with all tools of a server, by kind. */
export function LintPanel({
  report: { grade, score, findings },
  rows,
  href,
  fixes,
  onOpen,
}: {
  report: LintReport;
  /** The pages of the server. */
  href: string;
  rows: readonly ToolRow[];
  fixes: (Fixes & { isHeld: boolean }) | undefined;
  onOpen: (row: ToolRow) => void;
}) {
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const kinds = (Object.keys(TITLES) as LintCode[]).flatMap((code) => {
    const found = findings.filter((finding) => finding.code === code);
    return found.length > 0 ? [{ code, found }] : [];
  });
  return (
    <details className="group rounded-card border bg-surface">
      <summary className="flex items-center gap-2 px-3 py-2 font-medium">
        <GradeBadge {...{ grade, score }} of="Grade of the tools" />
        {findings.length === 0
          ? "Models can work well with these tools"
          : `${count(findings.length, "thing")} would help models`}
        <ChevronRight
          size={16}
          aria-hidden
          className="shrink-0 text-muted transition-transform duration-100 group-open:rotate-90"
        />
      </summary>
      <div className="flex max-h-[32rem] flex-col gap-4 overflow-y-auto border-t p-3">
        {fixes?.problem ? <Notice kind="problem" title={fixes.problem} /> : null}
        {fixes?.isHeld ? <p className="text-muted">Correct or discard what is not saved to use the fixes.</p> : null}
        {findings.length === 0 ? (
          <p className="text-muted">
            Names, descriptions, parameters and limits were looked at. What is found after an edit or a new version of
            the document appears here.
          </p>
        ) : null}
        {kinds.map(({ code, found }) => (
          <Kind key={code} title={TITLES[code]} {...{ found, byKey, href, fixes, onOpen }} />
        ))}
      </div>
    </details>
  );
}

function Kind({
  title,
  found,
  byKey,
  href,
  fixes,
  onOpen,
}: {
  title: string;
  href: string;
  found: readonly Finding[];
  byKey: ReadonlyMap<string, ToolRow>;
  fixes: (Fixes & { isHeld: boolean }) | undefined;
  onOpen: (row: ToolRow) => void;
}) {
  const fixable = found.filter(({ fix }) => fix).map(({ id }) => id);
  const more = found.length - SHOWN_MAX;
  return (
    <section className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-medium">
          {title} <span className="font-normal text-muted">{found.length.toLocaleString("en")}</span>
        </h2>
        {fixes && fixable.length > 0 ? (
          <Button
            size="small"
            icon={<Wand size={12} aria-hidden />}
            disabled={fixes.isHeld}
            isPending={fixes.isPending}
            onClick={() => fixes.apply(fixable)}
          >
            {fixable.length === found.length ? "Fix all" : `Fix ${fixable.length.toLocaleString("en")}`}
            <span className="sr-only">: {title}</span>
          </Button>
        ) : null}
      </div>
      <p className="text-sm text-muted">{found[0]?.why}</p>
      <ul className="flex flex-col text-sm">
        {found.slice(0, SHOWN_MAX).map((finding) => {
          const row = finding.operation === undefined ? undefined : byKey.get(finding.operation);
          return (
            <li
              key={finding.id}
              className="flex flex-wrap items-center gap-x-2 border-t py-1 first:border-t-0 [overflow-wrap:anywhere]"
            >
              {row ? (
                <button
                  type="button"
                  className="min-h-6 font-mono font-medium hover:underline"
                  onClick={() => onOpen(row)}
                >
                  {row.name ?? row.key}
                </button>
              ) : null}
              {finding.item ? (
                <Link
                  href={`${href}/${finding.item.list === "composedTools" ? "own-tools" : "prompts"}`}
                  className="min-h-6 font-mono font-medium hover:underline"
                >
                  {finding.item.key}
                </Link>
              ) : null}
              <span className="min-w-0 flex-1 basis-48">{finding.message}</span>
              {finding.fix && fixes ? (
                <Button
                  look="quiet"
                  size="small"
                  disabled={fixes.isHeld}
                  isPending={fixes.isPending}
                  onClick={() => fixes.apply([finding.id])}
                  className="max-w-full"
                >
                  <span className="truncate">{finding.fix.words}</span>
                </Button>
              ) : null}
            </li>
          );
        })}
      </ul>
      {more > 0 ? <p className="text-sm text-muted">and {more.toLocaleString("en")} more</p> : null}
    </section>
  );
}
