"use client";

import type { EvalCaseView, EvalResult } from "@portico/services";
import { Check, ChevronRight, CircleSlash, LoaderCircle, Pencil, Play, Trash2, X } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { KIND_WORDS } from "@/components/tool/kind.ts";
import { callRest } from "@/components/try/call-rest.ts";
import { tryHref } from "@/components/try/try-href.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { duration } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { type CallableTool, ChangeCase } from "./change-case.tsx";
import { argumentWords, expectationLines } from "./expectation.ts";
import type { RunAs, Runs } from "./use-runs.ts";

const FROM_WORDS = { api: "", sample: ", from the sample", example: ", from the document’s example" };

/** A case: what it calls, how it ended the last time, and what differed. */
export function CaseRow({
  href,
  one,
  tools,
  as,
  runs,
}: {
  href: string;
  one: EvalCaseView;
  tools: CallableTool[];
  as: RunAs;
  runs: Runs;
}) {
  const { id, name, tool, operation, kind, needsWord, problem, lastRun } = one;
  const address = `/api/v1${href}/evals/cases/${id}`;
  const ran = runs.results[id];
  // Once the page has heard of it, what is stored says more.
  const result = ran && (lastRun === null || lastRun.at < ran.at) ? ran : undefined;
  const isRunning = runs.runningId === id;
  const faults = result ? result.faults : (lastRun?.faults ?? []);
  const run = (mayChange: boolean) => runs.run([one], { ...as, mayChange });
  const isAsked = as.from === "api" && needsWord;
  const changing = {
    ...{ address, one, tools },
    onChanged: (hasOtherCall: boolean) => {
      if (hasOtherCall) runs.forget(id);
    },
  };
  const runButton = (
    <Button
      size="small"
      icon={<Play size={14} aria-hidden />}
      isPending={isRunning}
      disabled={runs.progress !== undefined}
      aria-label={`Run ${name}`}
      {...(isAsked ? {} : { onClick: () => void run(false) })}
    >
      Run
    </Button>
  );
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-60">
          <p className="flex flex-wrap items-center gap-2 font-medium [overflow-wrap:anywhere]">
            {name}
            {kind && kind !== "reading" ? <Badge tone={kind}>{KIND_WORDS[kind]}</Badge> : null}
          </p>
          <p className="line-clamp-2 text-sm text-muted [overflow-wrap:anywhere]">
            <code className="font-mono">{tool}</code> {argumentWords(one.arguments)}
          </p>
        </div>
        <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted max-sm:basis-full">
          {isRunning ? (
            <span className="flex items-center gap-1.5">
              <LoaderCircle size={14} aria-hidden className="animate-spin" />
              Running
            </span>
          ) : (
            <Outcome result={result} lastRun={lastRun} />
          )}
        </div>
        <div className="flex gap-1">
          {isAsked ? (
            <Confirm
              title={`Run ${name}`}
              verb="Run it"
              isDestroying={kind === "destroying"}
              done="The case was run"
              act={async () => {
                const message = await run(true);
                return message === undefined
                  ? { ok: true, value: undefined }
                  : { ok: false, message, fields: {}, details: "" };
              }}
              trigger={runButton}
            >
              {kind === "destroying"
                ? "This really deletes something at the API."
                : "This really calls the API, and may change something there."}
            </Confirm>
          ) : (
            runButton
          )}
          <ChangeCase
            {...changing}
            trigger={
              <Button look="quiet" size="small" aria-label={`Change ${name}`} title="Change" className="px-1.5">
                <Pencil size={16} aria-hidden />
              </Button>
            }
          />
          <RemoveButton href={href} address={address} one={one} />
        </div>
      </div>
      {problem ? (
        <Notice
          title="It has no tool to call"
          action={<ChangeCase {...changing} trigger={<Button size="small">Choose another tool</Button>} />}
        >
          {problem}
        </Notice>
      ) : faults.length > 0 && !isRunning ? (
        <ul className="list-disc pl-5 [overflow-wrap:anywhere]">
          {faults.slice(0, 5).map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
          {faults.length > 5 ? <li className="text-muted">and {faults.length - 5} more</li> : null}
        </ul>
      ) : null}
      <details className="group">
        <summary className="inline-flex cursor-pointer items-center gap-1 rounded-control text-sm text-muted hover:text-ink">
          <ChevronRight
            size={14}
            aria-hidden
            className="shrink-0 transition-transform duration-100 group-open:rotate-90"
          />
          What it asks and expects
        </summary>
        <div className="mt-2 grid gap-3 lg:grid-cols-2">
          <div className="flex min-w-0 flex-col gap-1">
            <p className="text-sm font-medium">Arguments</p>
            <CodeBlock
              label={`Arguments of ${name}`}
              text={JSON.stringify(one.arguments, null, 2)}
              className="max-h-56"
            />
            {problem === null && operation !== null ? (
              <p>
                <Link href={tryHref(href, operation, one.arguments)} className={buttonClass({ size: "small" })}>
                  Try it in the form
                </Link>
              </p>
            ) : null}
          </div>
          <div className="flex min-w-0 flex-col gap-1">
            <p className="text-sm font-medium">Expected</p>
            <ul className="list-disc pl-5 text-sm [overflow-wrap:anywhere]">
              {expectationLines(one.expect).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
            <p className="text-sm text-muted">
              Saved <Time at={one.createdAt} />
              {one.createdBy ? ` by ${one.createdBy}` : ""}
            </p>
          </div>
        </div>
      </details>
    </li>
  );
}

/** How it ended: just now, or the last time, and on what. */
function Outcome({ result, lastRun }: { result: EvalResult | undefined; lastRun: EvalCaseView["lastRun"] }) {
  if (result)
    return (
      <>
        <StateBadge state={result.state} />
        {result.state === "notRun" ? null : <span>now · {duration(result.durationMs)}</span>}
      </>
    );
  if (!lastRun) return <StateBadge state="notRun" />;
  const { on, version, isCurrent, from, at, durationMs } = lastRun;
  const where = on === "draft" ? (isCurrent ? "the draft" : "an earlier draft") : `version ${version}`;
  return (
    <>
      <StateBadge state={lastRun.isPassed ? "passed" : "failed"} />
      <span>
        <Time at={at} /> on {where}
        {FROM_WORDS[from]} · {duration(durationMs)}
      </span>
    </>
  );
}

function StateBadge({ state }: { state: EvalResult["state"] }) {
  if (state === "passed")
    return (
      <Badge tone="ok">
        <Check size={12} strokeWidth={3} aria-hidden />
        Passed
      </Badge>
    );
  if (state === "failed")
    return (
      <Badge tone="inverse">
        <X size={12} strokeWidth={3} aria-hidden />
        Failed
      </Badge>
    );
  return (
    <Badge>
      <CircleSlash size={12} aria-hidden />
      Not run
    </Badge>
  );
}

function RemoveButton({ href, address, one }: { href: string; address: string; one: EvalCaseView }) {
  const [isPending, start] = useTransition();
  const toast = useToast();
  const router = useRouter();
  const { name, tool, arguments: args, expect } = one;
  const putBack = async () => {
    const saved = await callRest("POST", `/api/v1${href}/evals/cases`, { name, tool, arguments: args, expect });
    router.refresh();
    return saved.ok ? undefined : saved.message;
  };
  const remove = () =>
    start(async () => {
      const removed = await callRest("DELETE", address);
      if (!removed.ok) return toast(removed.message);
      router.refresh();
      toast(`Removed “${name}”`, { label: "Undo", act: putBack });
    });
  return (
    <Button
      look="quiet"
      size="small"
      isPending={isPending}
      aria-label={`Remove ${name}`}
      title="Remove"
      className="px-1.5"
      onClick={remove}
    >
      {isPending ? null : <Trash2 size={16} aria-hidden />}
    </Button>
  );
}
