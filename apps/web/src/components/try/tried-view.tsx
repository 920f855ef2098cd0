"use client";

import type { TriedCall } from "@portico/services";
import { Check, X } from "lucide-react";
import { Badge } from "@/components/ui/badge.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { CopyButton } from "@/components/ui/copy.tsx";
import { bytes, duration } from "@/components/ui/figures.ts";
import { Tabs } from "@/components/ui/tabs.tsx";
import { TokenChange } from "@/components/ui/token-change.tsx";

const FROM_WORDS = {
  sample: "the kept sample",
  document: "an example in the document",
  schema: "made up from the document",
} as const;

const OUTCOME_WORDS: Record<TriedCall["outcome"], string> = {
  ok: "It worked",
  invalid_arguments: "The arguments do not fit",
  upstream_error: "The API refused",
  network_error: "The API could not be reached",
  blocked: "Nothing was sent",
  timeout: "The API took too long",
  cancelled: "Cancelled",
};

/** A call step by step: what a model gets of it, what the API said, and what it was asked. `step`: it is one of a tool of several calls. */
export function TriedView({ call, step }: { call: TriedCall; step?: string }) {
  const { outcome, request, answer, result, view, upstreamMs, retries } = call;
  const isOk = outcome === "ok";
  const Icon = isOk ? Check : X;
  return (
    <section aria-label={step ? `A call of ${step}` : "What happened"} className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2" role={step ? undefined : "status"}>
        <Badge tone={isOk ? "ok" : "inverse"}>
          <Icon size={12} strokeWidth={3} aria-hidden />
          {OUTCOME_WORDS[outcome]}
          {answer ? ` · ${answer.status}` : ""}
        </Badge>
        {answer?.from ? <span className="text-sm text-muted">The answer is {FROM_WORDS[answer.from]}.</span> : null}
        {answer && !answer.from ? (
          <span className="text-sm text-muted">
            {duration(upstreamMs)} · {bytes(answer.bytes)}
            {retries > 0 ? ` · asked ${retries + 1} times` : ""}
          </span>
        ) : null}
        {view ? <TokenChange {...view.tokens} /> : null}
      </div>
      <Tabs
        label="Parts of the call"
        tabs={[
          ...(result.content.length > 0
            ? [
                {
                  value: "model",
                  label: step ? "For the step" : "For the model",
                  content: (
                    <ResultText result={result} {...(step === undefined ? {} : { of: `the answer of ${step}` })} />
                  ),
                },
              ]
            : []),
          ...(answer
            ? [
                {
                  value: "api",
                  label: "From the API",
                  content: (
                    <div className="flex flex-col gap-3">
                      <CodeBlock
                        label="The answer of the API"
                        text={pretty(answer.body) || "(no text)"}
                        className="max-h-96"
                      />
                      {answer.isCut ? <p className="text-sm text-muted">Only the beginning is shown.</p> : null}
                      <Headers headers={Object.entries(answer.headers)} />
                    </div>
                  ),
                },
              ]
            : []),
          ...(request
            ? [
                {
                  value: "request",
                  label: answer?.from ? "What would be sent" : "What was sent",
                  content: (
                    <div className="flex flex-col gap-3">
                      <p className="font-mono text-sm [overflow-wrap:anywhere]">
                        <strong className="font-medium">{request.method}</strong> {request.url}
                      </p>
                      <Headers headers={request.headers} />
                      {request.body === undefined ? null : (
                        <CodeBlock label="The body of the request" text={pretty(request.body)} className="max-h-72" />
                      )}
                      <div>
                        <CopyButton text={request.curl} label="Copy as curl" />
                      </div>
                      <p className="text-sm text-muted">
                        Credentials are hidden here and in the copied line; put your own in their place.
                      </p>
                    </div>
                  ),
                },
              ]
            : []),
        ]}
      />
    </section>
  );
}

/** The blocks of a result as a model reads them. */
export function ResultText({
  result,
  of = "the answer",
}: {
  result: TriedCall["result"];
  /** What it is of, where a page shows several. */
  of?: string;
}) {
  return (
    <div className="flex flex-col gap-2">
      {result.content.map((block, at) => {
        // Blocks have no names and never move.
        const key = `${block.type}${at}`;
        if (block.type === "text")
          return <CodeBlock key={key} label={`Text ${at + 1} of ${of}`} text={block.text} className="max-h-96" />;
        if (block.type === "image")
          return (
            <img
              key={key}
              alt="What the API answered"
              src={`data:${block.mimeType};base64,${block.data}`}
              className="max-h-96 max-w-full rounded-card border"
            />
          );
        return (
          <p key={key} className="rounded-card border bg-sunken p-3 text-sm text-muted">
            {block.type === "resource_link" ? `A file: ${block.name}` : `A block of the kind ${block.type}`}
          </p>
        );
      })}
    </div>
  );
}

function Headers({ headers }: { headers: [string, string][] }) {
  if (headers.length === 0) return null;
  return (
    <dl className="grid gap-x-4 gap-y-0.5 text-sm sm:grid-cols-[max-content_minmax(0,1fr)]">
      {headers.map(([name, value], at) => (
        // A header may come twice.
        <div key={`${name}${at}`} className="contents">
          <dt className="font-mono text-muted">{name}</dt>
          <dd className="font-mono [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** JSON with a line for each field; other text as it is. */
export function pretty(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
