"use client";

import type { JobView } from "@portico/services";
import { Check, LoaderCircle } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { importAddress } from "./choices.ts";
import { DiagnosticList, type DiagnosticView } from "./diagnostic-list.tsx";
import { Excerpt, placeWords } from "./excerpt.tsx";
import { type ImportFor, nextPage, startPage } from "./next-page.ts";
import { typedImport } from "./typed-import.ts";

const POLL_MS = 1_500;

/** Follows a job until it ends: by its event stream, or by asking where a proxy does not let streams through. */
export function JobProgress({
  job: first,
  goal,
}: {
  job: JobView;
  /** The server that it is read for: its pages are where one goes on. */
  goal: ImportFor | undefined;
}) {
  const router = useRouter();
  const [job, setJob] = useState(first);
  const [seen, setSeen] = useState<string[]>(first.progress ? [first.progress.message] : []);
  const isOver = job.state === "done" || job.state === "failed" || job.state === "cancelled";
  const message = job.progress?.message;

  useEffect(() => follow(first, setJob), [first]);
  useEffect(() => {
    if (message) setSeen((all) => (all.includes(message) ? all : [...all, message]));
  }, [message]);
  useEffect(() => {
    const next = nextPage(job, goal);
    if (!next) return;
    typedImport.forget();
    router.replace(next);
  }, [job, router, goal]);

  const isUpgrade = goal !== undefined && !goal.isAdded;
  const start = goal ? startPage(goal) : "/new";
  const startWord = isUpgrade ? "Back to the server" : "Try another document";
  if (job.state === "failed") return <Failure job={job} start={start} startWord={startWord} />;
  if (job.state === "cancelled")
    return (
      <Notice
        title="The import was stopped"
        action={
          <Link href={start} className={buttonClass()}>
            {startWord}
          </Link>
        }
      >
        Nothing was changed.
      </Notice>
    );
  return (
    <div className="flex flex-col gap-4">
      <ol aria-label="Steps" className="flex flex-col gap-2" aria-live="polite">
        {seen.map((step, index) => {
          const isRunning = index === seen.length - 1 && !isOver;
          return (
            <li key={step} className="flex items-center gap-2">
              {isRunning ? (
                <LoaderCircle size={16} aria-hidden className="animate-spin text-accent" />
              ) : (
                <Check size={16} aria-hidden className="text-ok" />
              )}
              <span className={isRunning ? "" : "text-muted"}>{step}</span>
            </li>
          );
        })}
        {job.state === "done" ? (
          <li className="flex items-center gap-2">
            <LoaderCircle size={16} aria-hidden className="animate-spin text-accent" />
            {isUpgrade ? "Comparing" : "Opening the picker"}
          </li>
        ) : null}
      </ol>
      {isOver ? null : (
        <div>
          <Button onClick={() => fetch(`/api/v1/jobs/${job.id}`, { method: "DELETE" })}>Stop</Button>
        </div>
      )}
    </div>
  );
}

function Failure({ job, start, startWord }: { job: JobView; start: string; startWord: string }) {
  const details = job.error?.details as { diagnostics?: DiagnosticView[] } | undefined;
  const reported = details?.diagnostics ?? [];
  const cause = reported.find(({ severity }) => severity === "error") ?? reported[0];
  // What the message says already is not said again.
  const isSaid = cause !== undefined && job.error?.message.endsWith(cause.message) === true;
  const diagnostics = isSaid ? reported.filter((diagnostic) => diagnostic !== cause) : reported;
  const place = isSaid ? cause.position : undefined;
  const candidates = reported.flatMap((diagnostic) => diagnostic.candidates ?? []);
  const isUnfetched = reported.some(({ code }) => code === "fetch_failed");
  return (
    <div className="flex flex-col gap-4">
      <Notice
        kind="problem"
        title="The document could not be imported"
        action={
          <Link href={start} className={buttonClass({ look: "primary" })}>
            {typedImport.get() ? "Change it and try again" : startWord}
          </Link>
        }
      >
        {job.error?.message ?? "The import ended without saying why."}
        {isUnfetched ? " If your browser opens it, save it there and drop the file instead." : ""}
      </Notice>
      {place?.excerpt ? (
        <section className="flex flex-col gap-1">
          <h2 className="font-semibold">{placeWords(place)}</h2>
          <Excerpt line={place.line} excerpt={place.excerpt} />
        </section>
      ) : null}
      {candidates.length > 0 ? (
        <section className="flex flex-col gap-2">
          <h2 className="font-semibold">Which file is the document?</h2>
          <ul className="flex flex-col rounded-card border bg-surface">
            {candidates.map((entry) => (
              <li key={entry}>
                <Link
                  href={importAddress({ entry }, start)}
                  className="block px-3 py-2 font-mono text-sm hover:bg-hover"
                >
                  {entry}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {diagnostics.length > 0 ? (
        <section className="flex flex-col gap-2">
          <h2 className="font-semibold">What the document says</h2>
          <DiagnosticList diagnostics={diagnostics} />
        </section>
      ) : null}
      <details className="text-sm text-muted">
        <summary className="w-fit font-medium">Details</summary>
        <code className="font-mono text-xs">
          {job.error?.code} {job.id}
        </code>
      </details>
    </div>
  );
}

function follow(first: JobView, onChange: (job: JobView) => void): () => void {
  if (first.state !== "queued" && first.state !== "running") return () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  const isOver = (job: JobView) => job.state !== "queued" && job.state !== "running";
  const poll = async () => {
    const answer = await fetch(`/api/v1/jobs/${first.id}`).catch(() => null);
    const job = answer?.ok ? ((await answer.json()) as JobView) : null;
    if (isStopped) return;
    if (job) onChange(job);
    if (!job || !isOver(job)) timer = setTimeout(poll, POLL_MS);
  };
  const stream = new EventSource(`/api/v1/jobs/${first.id}`);
  stream.onmessage = ({ data }) => {
    const job = JSON.parse(data) as JobView;
    onChange(job);
    if (isOver(job)) stream.close();
  };
  stream.onerror = () => {
    stream.close();
    void poll();
  };
  return () => {
    isStopped = true;
    stream.close();
    clearTimeout(timer);
  };
}
