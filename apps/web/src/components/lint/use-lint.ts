"use client";

import type { LintReport } from "@portico/services";
import { useEffect, useState } from "react";

export interface Lint {
  /** The last findings; undefined before the first. */
  report: LintReport | undefined;
  /** The first ones are still to come: what shows them keeps their place. */
  isLooking: boolean;
}

/** The findings of a server's draft, read again whenever the draft has another `lock`. The last ones stay until then. */
export function useLint(serverId: string, lock: number): Lint {
  const [report, setReport] = useState<LintReport>();
  const [isLooking, setLooking] = useState(true);
  useEffect(() => {
    const abort = new AbortController();
    fetch(`/api/v1/servers/${serverId}/lint`, { signal: abort.signal })
      .then(async (answer) => (answer.ok ? setReport((await answer.json()) as LintReport) : undefined))
      // Nothing here is needed for the work: without it there are no grades.
      .catch(() => undefined)
      .finally(() => abort.signal.aborted || setLooking(false));
    return () => abort.abort();
  }, [serverId, lock]);
  return { report, isLooking };
}
