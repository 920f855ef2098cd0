"use client";

import type { DocumentWatchView, WatchEvery } from "@portico/services";
import { useState, useTransition } from "react";
import { watchLink } from "@/components/document/actions.ts";
import { Field, Select } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import { useToast } from "@/components/ui/toast.tsx";

const WORDS: Record<WatchEvery, string> = { off: "Only when I check", day: "Every day", week: "Every week" };
const DONE: Record<WatchEvery, string> = {
  off: "The link is no longer looked at by itself",
  day: "The link is looked at every day, beginning now",
  week: "The link is looked at every week, beginning now",
};

/** How often a document's link is looked at again, and what came of it the last time. */
export function WatchDocument({
  documentId,
  watch,
  mayWrite,
}: {
  documentId: string;
  watch: DocumentWatchView;
  mayWrite: boolean;
}) {
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const change = (every: WatchEvery) =>
    start(async () => {
      setProblem(undefined);
      const outcome = await watchLink(documentId, every);
      if (outcome.ok) toast(DONE[every]);
      else setProblem(outcome.message);
    });
  return (
    <div className="flex flex-col gap-2">
      {watch.outcome === "failed" ? (
        <Notice kind="problem" title="The link needs attention">
          {watch.problem}{" "}
          {watch.nextAt ? (
            <>
              It is tried again <Time at={watch.nextAt} />.
            </>
          ) : null}
        </Notice>
      ) : null}
      {problem ? (
        <Notice kind="problem" title="Nothing was changed">
          {problem}
        </Notice>
      ) : null}
      {mayWrite ? (
        <Field label="Look at the link again" hint={<LastLook watch={watch} />}>
          {(control) => (
            <Select
              {...control}
              value={watch.every}
              disabled={isPending}
              onChange={(event) => change(event.target.value as WatchEvery)}
            >
              {(Object.keys(WORDS) as WatchEvery[]).map((every) => (
                <option key={every} value={every}>
                  {WORDS[every]}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ) : (
        <p className="text-sm text-muted">
          <LastLook watch={watch} />
        </p>
      )}
    </div>
  );
}

const OUTCOMES = { same: "nothing had changed", changed: "it had changed", failed: "it could not be read" } as const;

function LastLook({ watch: { every, checkedAt, outcome, nextAt } }: { watch: DocumentWatchView }) {
  if (every === "off") return <>When the document changes there, you are shown what, and drafts stay as they are.</>;
  if (!checkedAt || !outcome) return <>It is looked at in a moment.</>;
  return (
    <>
      Looked at <Time at={checkedAt} />: {OUTCOMES[outcome]}.
      {nextAt && outcome !== "failed" ? (
        <>
          {" "}
          The next time is <Time at={nextAt} />.
        </>
      ) : null}
    </>
  );
}
