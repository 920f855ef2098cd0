"use client";

import type { TriedCall, TriedComposed, TriedStep } from "@portico/services";
import { Check, X } from "lucide-react";
import Link from "next/link";
import { ResultText, TriedView } from "@/components/try/tried-view.tsx";
import { Badge } from "@/components/ui/badge.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { count, duration } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { TokenChange } from "@/components/ui/token-change.tsx";

/** What a tool of several calls did: each step with its calls and what it found, then the one result. */
export function TriedSteps({ tried, credentialsHref }: { tried: TriedComposed; credentialsHref: string }) {
  const { steps, result, tokens, ms } = tried;
  const isOk = result.isError !== true;
  const Icon = isOk ? Check : X;
  const missing = [
    ...new Set(steps.flatMap(({ made }) => made.flatMap(({ missingCredentials }) => missingCredentials))),
  ];
  return (
    <section aria-label="What happened" className="flex min-w-0 flex-col gap-3">
      {missing.length > 0 ? (
        <Notice
          title="Called without a credential"
          action={
            <Link href={credentialsHref} className="font-medium underline underline-offset-2">
              Set it under Credentials
            </Link>
          }
        >
          The document says that these calls want {missing.join(", ")}, and nobody has stored it.
        </Notice>
      ) : null}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2" role="status">
        <Badge tone={isOk ? "ok" : "inverse"}>
          <Icon size={12} strokeWidth={3} aria-hidden />
          {isOk ? "It worked" : "It failed"}
        </Badge>
        {steps.length > 0 ? <span className="text-sm text-muted">{duration(ms)}</span> : null}
        {tokens.raw > 0 ? <TokenChange {...tokens} what="all answers, and the one result" /> : null}
      </div>
      {steps.length > 0 ? (
        <ol aria-label="Steps of the call" className="flex flex-col gap-2">
          {steps.map((step, at) => (
            <li key={step.id} className="rounded-card border bg-surface">
              <Step step={step} isOpen={step.value === undefined || at === steps.length - 1} />
            </li>
          ))}
        </ol>
      ) : null}
      <h4 className="font-medium">For the model</h4>
      <ResultText result={result} of="the result" />
    </section>
  );
}

function Step({ step, isOpen }: { step: TriedStep; isOpen: boolean }) {
  const { id, operation, made, calls, failed, ms, value } = step;
  const isOk = value !== undefined;
  const Icon = isOk ? Check : X;
  const [first] = made;
  return (
    <details open={isOpen} className="min-w-0">
      <summary className="flex cursor-pointer flex-wrap items-center gap-x-2 rounded-card px-3 py-2 hover:bg-hover">
        <Icon size={14} aria-label={isOk ? "worked" : "failed"} className={isOk ? "text-ok" : ""} />
        <code className="font-mono text-sm font-medium">{id}</code>
        <code className="font-mono text-xs text-muted [overflow-wrap:anywhere]">{operation}</code>
        <span className="ml-auto text-sm whitespace-nowrap text-muted">
          {count(calls, "call")}
          {failed > 0 ? `, ${failed} failed` : ""} · {duration(ms)}
        </span>
      </summary>
      <div className="flex min-w-0 flex-col gap-3 border-t p-3">
        {made.length === 1 && first ? <TriedView call={first} step={id} /> : null}
        {made.length > 1 ? (
          <ol className="flex flex-col divide-y rounded-control border">
            {made.map((call, at) => (
              // Calls of a step have no names and never move.
              <li key={`${id}${at}`}>
                <CallOfStep call={call} step={id} />
              </li>
            ))}
          </ol>
        ) : null}
        {calls > made.length && made.length > 0 ? (
          <p className="text-sm text-muted">and {calls - made.length} more, which are not shown</p>
        ) : null}
        {value === undefined ? null : (
          <div className="flex flex-col gap-1">
            <p className="text-sm text-muted">
              What later steps find under <code className="font-mono">{id}</code>
            </p>
            <CodeBlock label={`What ${id} found`} text={value} className="max-h-56" />
          </div>
        )}
      </div>
    </details>
  );
}

/** One of several calls of a step. */
function CallOfStep({ call, step }: { call: TriedCall; step: string }) {
  const { request, answer, outcome, upstreamMs } = call;
  const isOk = outcome === "ok";
  const Icon = isOk ? Check : X;
  return (
    <details className="min-w-0">
      <summary className="flex cursor-pointer items-center gap-2 px-3 py-1.5 hover:bg-hover">
        <Icon size={14} aria-label={isOk ? "worked" : "failed"} className={isOk ? "shrink-0 text-ok" : "shrink-0"} />
        <span className="min-w-0 flex-1 truncate font-mono text-xs" title={request?.url}>
          {request ? `${request.method} ${request.url.replace(/^https?:\/\/[^/]+/, "")}` : "Nothing was sent"}
        </span>
        <span className="text-sm whitespace-nowrap text-muted">
          {[answer?.status, answer?.from || upstreamMs === 0 ? undefined : duration(upstreamMs)]
            .filter((part) => part !== undefined)
            .join(" · ")}
        </span>
      </summary>
      <div className="border-t p-3">
        <TriedView call={call} step={step} />
      </div>
    </details>
  );
}
