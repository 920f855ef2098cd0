import { useEffect, useState } from "react";
import type { DiagnosticView } from "./diagnostic-list.tsx";

const ASK_MS = 2_000;
const ASKED_MAX = 45;

/** How far the check against the specification is: over before the page was there, under way, over since, or not heard of any more. */
export type Check = "before" | "running" | "done" | "silent";

/** What the check against the specification finds; it may end after the picker has opened, and is asked for until then. */
export function useFindings(documentId: string, isValidated: boolean): { findings: DiagnosticView[]; check: Check } {
  const [findings, setFindings] = useState<DiagnosticView[]>([]);
  const [check, setCheck] = useState<Check>(isValidated ? "before" : "running");
  useEffect(() => {
    if (isValidated) return;
    let asked = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isStopped = false;
    const ask = async () => {
      const answer = await fetch(`/api/v1/documents/${documentId}/findings`).catch(() => null);
      const found = answer?.ok ? ((await answer.json()) as { isValidated: boolean; items: DiagnosticView[] }) : null;
      asked += 1;
      if (isStopped) return;
      if (found?.isValidated) {
        setFindings(found.items);
        return setCheck("done");
      }
      if (asked < ASKED_MAX) timer = setTimeout(ask, ASK_MS);
      else setCheck("silent");
    };
    timer = setTimeout(ask, ASK_MS / 2);
    return () => {
      isStopped = true;
      clearTimeout(timer);
    };
  }, [documentId, isValidated]);
  return { findings, check };
}
