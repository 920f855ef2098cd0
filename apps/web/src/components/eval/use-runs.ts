import type { EvalCaseView, EvalResult, EvalRunView } from "@portico/services";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { callRest } from "@/components/try/call-rest.ts";

/** What cases are run with. */
export interface RunAs {
  on: "draft" | "published";
  from: "api" | "sample" | "example";
  profileId: string;
}

export interface Runs {
  /** How the cases ended that were run on this page, by their ids. */
  results: Readonly<Record<string, EvalResult>>;
  /** The case that is being run. */
  runningId: string | undefined;
  /** How many of how many are done, while several are run. */
  progress: { done: number; all: number } | undefined;
  problem: string | undefined;
  /** Runs these one after the other, until it is stopped; answers with why it stopped by itself. */
  run: (cases: readonly EvalCaseView[], as: RunAs & { mayChange: boolean }) => Promise<string | undefined>;
  stop: () => void;
  forget: (id: string) => void;
}

/** Runs cases one by one, so that each is seen as it ends. */
export function useRuns(href: string): Runs {
  const [results, setResults] = useState<Record<string, EvalResult>>({});
  const [runningId, setRunningId] = useState<string>();
  const [progress, setProgress] = useState<Runs["progress"]>();
  const [problem, setProblem] = useState<string>();
  const abort = useRef<AbortController>(undefined);
  const router = useRouter();

  const run: Runs["run"] = async (cases, { profileId, ...as }) => {
    abort.current = new AbortController();
    const { signal } = abort.current;
    let stopped: string | undefined;
    for (const [done, { id }] of cases.entries()) {
      setRunningId(id);
      setProgress({ done, all: cases.length });
      const body = { cases: [id], ...as, ...(profileId ? { profileId } : {}) };
      const answer = await callRest<EvalRunView>("POST", `/api/v1${href}/evals/runs`, body, signal);
      if (signal.aborted) break;
      if (!answer.ok) {
        stopped = answer.message;
        break;
      }
      const [result] = answer.value.results;
      if (result) setResults((all) => ({ ...all, [id]: result }));
    }
    setProblem(stopped);
    setRunningId(undefined);
    setProgress(undefined);
    router.refresh();
    return stopped;
  };
  return {
    ...{ results, runningId, progress, problem, run },
    stop: () => abort.current?.abort(),
    forget: (id) => setResults(({ [id]: _gone, ...others }) => others),
  };
}
