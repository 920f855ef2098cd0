"use client";

import { OperationFacts, SentAs, ToolParameters } from "./tool-facts.tsx";
import type { Reason, ToolRow } from "./tool-row.ts";
import { useTool } from "./use-tool.ts";

/** The operation under the cursor, as a model will see it. */
export function ToolPeek({
  row,
  address,
  findings,
}: {
  row: ToolRow;
  address: string | undefined;
  findings: readonly Reason[];
}) {
  const loaded = useTool(address);
  return (
    <div className="flex flex-col gap-4">
      <h2 className="font-mono text-md font-medium [overflow-wrap:anywhere]">{row.name ?? row.key}</h2>
      <OperationFacts row={row} findings={findings} />
      {loaded === "loading" ? <p className="text-muted">Loading…</p> : null}
      {loaded === "failed" ? <p className="text-muted">The tool could not be loaded. Pick the row again.</p> : null}
      {loaded && typeof loaded === "object" ? (
        <>
          <section className="flex flex-col gap-1">
            <h3 className="font-medium">Description</h3>
            <p className="whitespace-pre-line text-muted [overflow-wrap:anywhere]">{loaded.tool.description}</p>
          </section>
          <ToolParameters tool={loaded.tool} />
          <SentAs tool={loaded.tool} />
        </>
      ) : null}
    </div>
  );
}
