"use client";

import type { LintReport } from "@portico/services";
import { useEffect, useState } from "react";

/** The findings of a server's draft, read again whenever the draft has another `lock`. The last ones stay until then; undefined before the first. */
export function useLint(serverId: string, lock: number): LintReport | undefined {
  const [report, setReport] = useState<LintReport>();
  useEffect(() => {
    const abort = new AbortController();
    fetch(`/api/v1/servers/${serverId}/lint`, { signal: abort.signal })
      .then(async (answer) => (answer.ok ? setReport((await answer.json()) as LintReport) : undefined))
      // Nothing here is needed for the work: without it there are no grades.
      .catch(() => undefined);
    return () => abort.abort();
  }, [serverId, lock]);
  return report;
}
