"use client";

import { Ban, Check, ChevronRight, CircleSlash, LoaderCircle, Play, X } from "lucide-react";
import Link from "next/link";
import { SaveCase } from "@/components/eval/save-case.tsx";
import { KIND_WORDS } from "@/components/tool/kind.ts";
import { pretty } from "@/components/try/tried-view.tsx";
import { tryHref } from "@/components/try/try-href.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { compact, duration } from "@/components/ui/figures.ts";
import type { ShownCall } from "./transcript.ts";

const OUTCOME_WORDS: Record<string, string> = {
  ok: "Worked",
  invalid_arguments: "Arguments do not fit",
  upstream_error: "The API refused",
  network_error: "The API could not be reached",
  blocked: "Nothing was sent",
  timeout: "The API took too long",
  cancelled: "Cancelled",
  declined: "You said no",
  error: "Did not work",
};

/** A call that the model wants: what it is asked, whether a person has to agree, and what the model gets of it. */
export function CallCard({
  shown: { call, state, answer },
  href,
  isBusy,
  onAnswer,
}: {
  shown: ShownCall;
  /** The pages of the server. */
  href: string;
  isBusy: boolean;
  onAnswer: (verdict: "run" | "decline") => void;
}) {
  const { tool, operation, kind, arguments: given } = call;
  const args = JSON.stringify(given, null, 2);
  if (state === "waiting")
    return (
      <section
        aria-label={`The model wants to call ${tool}`}
        className="flex flex-col gap-3 rounded-card border border-control bg-surface p-3"
      >
        <div className="flex flex-wrap items-center gap-2">
          {kind ? <Badge tone={kind}>{KIND_WORDS[kind]}</Badge> : null}
          <p className="min-w-0 font-medium [overflow-wrap:anywhere]">
            Run <code className="font-mono text-sm">{tool}</code> with this?
          </p>
        </div>
        <CodeBlock label={`Arguments of ${tool}`} text={args} className="max-h-72" />
        <p className="text-sm text-muted">
          {kind === "destroying"
            ? "This really deletes something at the API."
            : kind === "changing"
              ? "This really changes something at the API."
              : operation === null || /^(GET|HEAD|OPTIONS|QUERY) /.test(operation)
                ? "The server asks before each call of this tool."
                : `The document says that it only reads. A ${operation.split(" ")[0]} can do more.`}
        </p>
        <div className="flex flex-wrap gap-2">
          <Button
            look={kind === "destroying" ? "destroying" : "primary"}
            icon={<Play size={16} aria-hidden />}
            disabled={isBusy}
            onClick={() => onAnswer("run")}
          >
            Run {tool}
          </Button>
          <Button icon={<Ban size={16} aria-hidden />} disabled={isBusy} onClick={() => onAnswer("decline")}>
            Do not run it
          </Button>
        </div>
      </section>
    );
  return (
    <details className="group rounded-card border bg-surface">
      <summary className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-card px-3 py-2 hover:bg-hover">
        <ChevronRight
          size={16}
          aria-hidden
          className="shrink-0 text-muted transition-transform duration-100 group-open:rotate-90"
        />
        {kind ? <Badge tone={kind}>{KIND_WORDS[kind]}</Badge> : null}
        <code className="min-w-0 font-mono text-sm font-medium [overflow-wrap:anywhere]">{tool}</code>
        <span className="flex items-center gap-1.5 text-sm text-muted">
          <StateIcon state={state} answer={answer} />
          {state === "running"
            ? "Running …"
            : state === "left"
              ? "Not run"
              : answer
                ? `${OUTCOME_WORDS[answer.outcome] ?? answer.outcome} · ${duration(answer.ms)} · ${compact(answer.tokens)} tokens`
                : ""}
        </span>
      </summary>
      <div className="flex flex-col gap-3 border-t p-3">
        <div className="flex flex-col gap-1">
          <p className="text-sm font-medium">Arguments</p>
          <CodeBlock label={`Arguments of ${tool}`} text={args} className="max-h-72" />
        </div>
        {answer ? (
          <div className="flex flex-col gap-1">
            <p className="text-sm font-medium">What the model got</p>
            <CodeBlock label={`What the model got of ${tool}`} text={pretty(answer.text)} className="max-h-96" />
          </div>
        ) : null}
        <div className="flex flex-wrap gap-2">
          {operation ? (
            <Link href={tryHref(href, operation, given)} target="_blank" className={buttonClass({ size: "small" })}>
              Try it in the form
              <span className="sr-only">, in a new tab</span>
            </Link>
          ) : null}
          {answer ? (
            <SaveCase
              size="small"
              href={href}
              call={{ tool: operation ?? tool, name: tool, args: given, isError: answer.isError }}
            />
          ) : null}
        </div>
      </div>
    </details>
  );
}

function StateIcon({ state, answer }: Pick<ShownCall, "state" | "answer">) {
  if (state === "running") return <LoaderCircle size={14} aria-hidden className="animate-spin" />;
  if (state === "left" || answer?.outcome === "declined") return <CircleSlash size={14} aria-hidden />;
  return answer?.isError ? (
    <X size={14} aria-hidden strokeWidth={3} />
  ) : (
    <Check size={14} aria-hidden strokeWidth={3} className="text-ok" />
  );
}
