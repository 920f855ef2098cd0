"use client";

import { Check } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { cx } from "@/components/ui/cx.ts";

export interface ChecklistStep {
  label: string;
  isDone: boolean;
  /** Where to do it. */
  href?: string;
  /** What does it here, in place of a link. */
  control?: ReactNode;
  hint: string;
  /** Where more is told of what the hint says. */
  hintHref?: string;
}

/** What is between a new server and its first call. It goes away when everything is done. */
export function Checklist({ steps }: { steps: ChecklistStep[] }) {
  const [isOpen, setOpen] = useState(false);
  if (steps.every(({ isDone }) => isDone)) return null;
  const next = steps.find(({ isDone }) => !isDone);
  return (
    <section aria-label="Checklist" className="rounded-card border bg-surface">
      {/* On a phone it would fill the screen above whatever the page is about. */}
      <button
        type="button"
        aria-expanded={isOpen}
        className="flex w-full items-center justify-between gap-2 rounded-card p-3 font-medium sm:hidden"
        onClick={() => setOpen(!isOpen)}
      >
        {next?.label}
        <span className="font-normal text-muted">
          {steps.filter(({ isDone }) => isDone).length} of {steps.length} done
        </span>
      </button>
      <div className={cx("p-4 max-sm:pt-1", isOpen ? "" : "max-sm:hidden")}>
        <Steps steps={steps} next={next} />
      </div>
    </section>
  );
}

function Steps({ steps, next }: { steps: ChecklistStep[]; next: ChecklistStep | undefined }) {
  return (
    <ol className="grid gap-3 sm:grid-cols-2 lg:grid-flow-col lg:auto-cols-fr lg:grid-cols-none">
      {steps.map((step) => (
        <li key={step.label} className="flex gap-2.5">
          <span
            className={cx(
              "mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border",
              step.isDone ? "border-ok bg-ok text-surface" : step === next ? "border-accent" : "border-control",
            )}
          >
            {step.isDone ? <Check size={10} strokeWidth={4} aria-label="Done" /> : null}
          </span>
          <div className="min-w-0">
            <p className={step.isDone ? "text-muted" : "font-medium"}>
              {step.href && !step.isDone ? (
                <Link href={step.href} className="text-accent underline underline-offset-2">
                  {step.label}
                </Link>
              ) : (
                (!step.isDone && step.control) || step.label
              )}
            </p>
            <p className="text-sm text-muted">
              {step.hintHref ? (
                <Link href={step.hintHref} className="underline underline-offset-2 hover:text-ink">
                  {step.hint}
                </Link>
              ) : (
                step.hint
              )}
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}
