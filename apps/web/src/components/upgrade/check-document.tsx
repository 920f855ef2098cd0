"use client";

import { RefreshCw } from "lucide-react";
import { useState, useTransition } from "react";
import { checkDocument } from "@/components/document/actions.ts";
import type { ImportFor } from "@/components/document/next-page.ts";
import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";

/** Reads the document again from where it came from; the next page follows how it goes. */
export function CheckDocument({ next }: { next: ImportFor & { revisionOf: string } }) {
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const check = () =>
    start(async () => {
      setProblem(undefined);
      const outcome = await checkDocument(next);
      if (outcome && !outcome.ok) setProblem(outcome.message);
    });
  return (
    <div className="flex flex-col gap-2">
      {problem ? (
        <Notice kind="problem" title="The document was not read">
          {problem}
        </Notice>
      ) : null}
      <div>
        <Button isPending={isPending} onClick={check} icon={<RefreshCw size={16} aria-hidden />}>
          Check for a new version
        </Button>
      </div>
    </div>
  );
}
