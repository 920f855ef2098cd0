"use client";

import type { CallView } from "@portico/services";
import Link from "next/link";
import type { ReactNode } from "react";
import { isOwnTool } from "@/components/tool/own-tool-key.ts";
import { toolHref } from "@/components/tool/tool-href.ts";
import { buttonClass } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy.tsx";
import { bytes, duration } from "@/components/ui/figures.ts";
import { Time } from "@/components/ui/time.tsx";
import { CallSteps } from "./call-steps.tsx";
import { OutcomeBadge } from "./outcome.tsx";
import { type Explanation, explain } from "./outcome-words.ts";
import { whoOf } from "./who.ts";

const EXACT = new Intl.DateTimeFormat("en-GB", {
  ...{ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" },
  ...{ fractionalSecondDigits: 3, timeZoneName: "short" },
});

const PAGE_WORDS: Record<NonNullable<Explanation["page"]>, string> = {
  credentials: "Credentials",
  profiles: "Profiles",
  settings: "Settings",
  tool: "Edit this tool",
};

/** What is known of one call: how it ended and what to do about it first, then all the rest. */
export function CallDetails({
  call,
  href,
  searchOf,
  mayWrite,
}: {
  call: CallView;
  /** The server's page. */
  href: string;
  /** The address of the calls that are like this one. */
  searchOf: (change: { who?: string; client?: string; tool?: string }) => string;
  mayWrite: boolean;
}) {
  const { title, text, page } = explain(call);
  const { operation } = call;
  // A tool of several calls has no page of its own, and Portico's own tools have none at all.
  const isOwn = operation !== null && isOwnTool(operation);
  const toolPage = operation === null ? undefined : isOwn ? `${href}/own-tools` : toolHref(href, operation);
  const placeHref = page === "tool" ? toolPage : page ? `${href}/${page}` : undefined;
  const caller = call.principal === "anonymous" ? "anonymous" : call.subject;
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-col items-start gap-2">
        <OutcomeBadge outcome={call.outcome} status={call.status} />
        <div>
          <h3 className="font-semibold">{title}</h3>
          <p className="text-muted">{text}</p>
        </div>
        {call.diagnostic ? (
          <p className="w-full rounded-control bg-sunken px-3 py-2 [overflow-wrap:anywhere]">{call.diagnostic}</p>
        ) : null}
        {mayWrite && (operation || placeHref) ? (
          <div className="flex flex-wrap gap-2">
            {operation ? (
              <Link href={`${href}/try?tool=${encodeURIComponent(operation)}`} className={buttonClass()}>
                Try this tool
              </Link>
            ) : null}
            {page && placeHref ? (
              <Link href={placeHref} className={buttonClass()}>
                {PAGE_WORDS[page]}
              </Link>
            ) : null}
          </div>
        ) : null}
      </div>
      <TimeBar call={call} />
      {call.steps && call.steps.length > 0 ? <CallSteps steps={call.steps} durationMs={call.durationMs} /> : null}
      <dl className="grid grid-cols-[7.5rem_minmax(0,1fr)] gap-x-4 gap-y-2 sm:grid-cols-[9rem_minmax(0,1fr)] [&>dt]:text-muted">
        <Fact label="When">
          {EXACT.format(call.occurredAt)}{" "}
          <span className="text-muted">
            (<Time at={call.occurredAt} />)
          </span>
        </Fact>
        <Fact label="Operation">
          {isOwn ? (
            <Link href={`${href}/own-tools`} className="underline underline-offset-2">
              A tool of several calls
            </Link>
          ) : operation ? (
            <code className="font-mono text-sm">{operation}</code>
          ) : (
            "None: Portico answers this tool itself"
          )}
        </Fact>
        <Fact label="HTTP status">
          {call.status ??
            (call.steps && call.steps.length > 0
              ? "Of each step, above"
              : call.upstreamMs === 0
                ? "None: the API was not called"
                : "None: the API gave no answer")}
        </Fact>
        <Fact label="Request body">{sizeOf(call.requestBytes)}</Fact>
        <Fact label="Answer">{sizeOf(call.responseBytes)}</Fact>
        <Fact label="Client">
          {call.clientName
            ? [call.clientName, call.clientVersion].filter(Boolean).join(" ")
            : "It did not say its name"}
          {call.clientName ? <More href={searchOf({ client: call.clientName })}>All calls of this client</More> : null}
        </Fact>
        <Fact label="Protocol">{call.protocolVersion ? `MCP ${call.protocolVersion}` : "Not known"}</Fact>
        <Fact label="Who">
          {whoOf(call)}
          {caller ? (
            <More href={searchOf({ who: caller })}>{CALLER_WORDS[call.principal] ?? CALLER_WORDS.user}</More>
          ) : null}
        </Fact>
        <Fact label="Request id">
          {call.requestId ? (
            <span className="flex items-center gap-1">
              <code className="min-w-0 font-mono text-sm [overflow-wrap:anywhere]">{call.requestId}</code>
              <CopyButton text={call.requestId} label="Copy the request id" look="quiet" size="small" isIconOnly />
            </span>
          ) : (
            "None"
          )}
        </Fact>
      </dl>
    </div>
  );
}

const CALLER_WORDS: Record<string, string> = {
  anonymous: "All calls without a sign-in",
  apiKey: "All calls of this key",
  client: "All calls as this OAuth client",
  user: "All calls of this person",
};

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd className="[overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}

function More({ href, children }: { href: string; children: ReactNode }) {
  return (
    <>
      {" "}
      <Link href={href} scroll={false} className="whitespace-nowrap text-accent underline underline-offset-2">
        {children}
      </Link>
    </>
  );
}

/** Where the time of a call went. */
function TimeBar({ call: { durationMs, upstreamMs } }: { call: CallView }) {
  if (upstreamMs === null) return <p>Took {duration(durationMs)}.</p>;
  const atApi = Math.min(upstreamMs, durationMs);
  const share = durationMs > 0 ? (atApi / durationMs) * 100 : 0;
  return (
    <section aria-label="Time" className="flex flex-col gap-1.5">
      <p className="flex justify-between gap-4">
        <span className="font-medium">Took {fine(durationMs)}</span>
      </p>
      <div aria-hidden className="flex h-2 gap-px overflow-hidden rounded-full bg-sunken">
        <span className="min-w-1 bg-ink" style={{ width: `${100 - share}%` }} />
        {atApi > 0 ? <span className="min-w-1 bg-accent" style={{ width: `${share}%` }} /> : null}
      </div>
      <ul className="flex flex-wrap gap-x-4 text-sm text-muted">
        <li className="flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-[2px] bg-ink" /> {fine(durationMs - atApi)} in Portico
        </li>
        <li className="flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-[2px] bg-accent" />
          {atApi > 0 ? `${fine(atApi)} at the API` : "The API was not called"}
        </li>
      </ul>
    </section>
  );
}

function sizeOf(size: number | null): string {
  if (size === null) return "Not known";
  return size === 0 ? "Empty" : bytes(size);
}

/** 0.4 ms, where whole milliseconds would say nothing. */
function fine(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : duration(ms);
}
