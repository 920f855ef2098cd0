"use client";

import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";

/** A page of ours broke: what to do, and what the log knows it by. */
export function Failure({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <div className="mx-auto max-w-2xl">
      <Notice kind="problem" title="This page could not be shown" action={<Button onClick={retry}>Try again</Button>}>
        <p>Something went wrong on our side. Nothing that you did was lost.</p>
        {error.digest ? (
          <details className="mt-2 text-sm">
            <summary className="w-fit font-medium">Details</summary>
            <code className="font-mono text-xs">{error.digest}</code>
          </details>
        ) : null}
      </Notice>
    </div>
  );
}
