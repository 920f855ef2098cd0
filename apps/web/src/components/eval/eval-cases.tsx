"use client";

import type { EvalCaseView, ImportedSuite } from "@portico/services";
import { Download, FileUp, ListChecks, Play, Square } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useRef, useState, useTransition } from "react";
import { callRest } from "@/components/try/call-rest.ts";
import { ProfileField, type ProfileName, statesOf, VersionField } from "@/components/try/try-as.tsx";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Field, Select } from "@/components/ui/field.tsx";
import { count } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { CaseRow } from "./case-row.tsx";
import type { CallableTool } from "./change-case.tsx";
import { type RunAs, useRuns } from "./use-runs.ts";

/** The eval cases of a server: how each ended the last time, and what to run them with. */
export function EvalCases({
  href,
  cases,
  tools,
  profiles,
  isPublished,
  casesMax,
}: {
  /** The pages of the server. */
  href: string;
  cases: EvalCaseView[];
  tools: CallableTool[];
  profiles: ProfileName[];
  isPublished: boolean;
  casesMax: number;
}) {
  const [as, setAs] = useState<RunAs>({ on: "draft", from: "api", profileId: "" });
  const [isSure, setSure] = useState(false);
  const runs = useRuns(href);
  const asking = as.from === "api" ? cases.filter(({ needsWord }) => needsWord).length : 0;
  const set = (change: Partial<RunAs>) => setAs((before) => ({ ...before, ...change }));
  if (cases.length === 0)
    return (
      <EmptyState
        icon={<ListChecks size={24} aria-hidden />}
        title="No eval case yet"
        action={
          <>
            <Link href={`${href}/try`} className={buttonClass({ look: "primary" })}>
              Try a tool
            </Link>
            <ImportButton href={href} />
          </>
        }
      >
        Try a tool and save the call as an eval case. What you choose of its answer is expected of it from then on, and
        you see before you publish whether the server still does what it is for.
      </EmptyState>
    );
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-col gap-4 rounded-card border bg-surface p-4">
        <div className="grid gap-3 sm:grid-cols-3">
          <Field label="Answers from">
            {(control) => (
              <Select
                {...control}
                value={as.from}
                onChange={({ target }) => set({ from: target.value as RunAs["from"] })}
              >
                <option value="api">The API itself</option>
                <option value="sample">The kept samples</option>
                <option value="example">The document’s examples</option>
              </Select>
            )}
          </Field>
          <VersionField label="Tools as" value={as.on} states={statesOf(isPublished)} onChange={(on) => set({ on })} />
          <ProfileField profiles={profiles} value={as.profileId} onChange={(profileId) => set({ profileId })} />
        </div>
        {asking > 0 ? (
          <label className="flex gap-2 rounded-card border bg-sunken p-3">
            <input
              type="checkbox"
              className="mt-0.5 size-4 shrink-0 accent-accent"
              checked={isSure}
              onChange={(event) => setSure(event.target.checked)}
            />
            <span>
              Run {asking === 1 ? "the one case" : `the ${asking} cases`} that{" "}
              {asking === 1 ? "changes something at the API or asks" : "change something at the API or ask"} first, too.
              This really happens there.
            </span>
          </label>
        ) : null}
        {runs.problem ? (
          <Notice kind="problem" title="The run stopped">
            {runs.problem}
          </Notice>
        ) : null}
        <div className="flex flex-wrap items-center gap-2">
          <Button
            look="primary"
            icon={<Play size={16} aria-hidden />}
            isPending={runs.progress !== undefined}
            onClick={() => void runs.run(cases, { ...as, mayChange: isSure })}
          >
            Run {count(cases.length, "case")}
          </Button>
          {runs.progress ? (
            <Button icon={<Square size={16} aria-hidden />} onClick={runs.stop}>
              Stop
            </Button>
          ) : null}
          <p role="status" className="flex-1 basis-40 text-muted">
            {runs.progress ? `${runs.progress.done} of ${runs.progress.all} are done` : summaryOf(cases, runs.results)}
          </p>
          <a
            href={`/api/v1${href}/evals/suite`}
            download={`${href.split("/").at(-1)}.evals.json`}
            className={buttonClass()}
          >
            <Download size={16} aria-hidden />
            Export
          </a>
          <ImportButton href={href} />
        </div>
      </div>
      <ul aria-label="Eval cases" className="divide-y rounded-card border bg-surface">
        {cases.map((one) => (
          <CaseRow key={one.id} href={href} one={one} tools={tools} as={as} runs={runs} />
        ))}
      </ul>
      <p className="text-sm text-muted">
        {cases.length >= casesMax
          ? `These are as many as a server can have: ${casesMax}.`
          : "An exported file is one that "}
        {cases.length >= casesMax ? null : (
          <>
            <code className="font-mono">portico eval run</code> takes, against what is published.
          </>
        )}
      </p>
    </div>
  );
}

function summaryOf(cases: readonly EvalCaseView[], results: ReturnType<typeof useRuns>["results"]): string {
  const states = cases.map(({ id, lastRun }) => {
    const result = results[id];
    if (result && (lastRun === null || lastRun.at < result.at)) return result.state;
    return lastRun === null ? "notRun" : lastRun.isPassed ? "passed" : "failed";
  });
  const parts = [
    ["passed", "passed"],
    ["failed", "failed"],
    ["notRun", "not run"],
  ].flatMap(([state, words]) => {
    const found = states.filter((one) => one === state).length;
    return found > 0 ? [`${found} ${words}`] : [];
  });
  return parts.join(" · ");
}

/** Takes the cases of a suite file in. */
function ImportButton({ href }: { href: string }) {
  const file = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const router = useRouter();
  const take = (given: File) =>
    start(async () => {
      setProblem(undefined);
      const suite = suiteOf(await given.text());
      if (!suite) return setProblem(`${given.name} is not a JSON object. An exported suite is one.`);
      const taken = await callRest<ImportedSuite>("POST", `/api/v1${href}/evals/suite`, suite);
      if (!taken.ok) return setProblem(taken.message);
      const { added, replaced, withoutTool } = taken.value;
      toast(
        [
          `${count(added, "case")} added`,
          ...(replaced > 0 ? [`${replaced} replaced`] : []),
          ...(withoutTool.length > 0 ? [`${withoutTool.length} without a tool of this server`] : []),
        ].join(", "),
      );
      router.refresh();
    });
  return (
    <>
      <Button icon={<FileUp size={16} aria-hidden />} isPending={isPending} onClick={() => file.current?.click()}>
        Import
      </Button>
      <input
        ref={file}
        type="file"
        accept="application/json,.json"
        aria-label="Suite file to import"
        hidden
        onChange={(event) => {
          const [given] = event.target.files ?? [];
          if (given) take(given);
          // The same file can be chosen again.
          event.target.value = "";
        }}
      />
      {problem ? (
        <div className="basis-full text-left">
          <Notice kind="problem" title="Nothing was imported">
            {problem}
          </Notice>
        </div>
      ) : null}
    </>
  );
}

function suiteOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
