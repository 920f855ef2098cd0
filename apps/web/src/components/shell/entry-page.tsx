import type { ReactNode } from "react";
import { Wordmark } from "./mark.tsx";

/** One column for whoever is not inside yet: sign-in, first run, consent, refusals. */
export function EntryPage({ title, children, lead }: { title: ReactNode; lead?: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col items-center px-5 pt-10 pb-16 text-md sm:pt-20">
      <main className="flex w-full max-w-[420px] flex-col gap-6">
        <Wordmark size={24} />
        <div className="flex flex-col gap-2">
          <h1 className="text-xl font-semibold [overflow-wrap:anywhere]">{title}</h1>
          {lead ? <div className="text-muted">{lead}</div> : null}
        </div>
        {children}
      </main>
    </div>
  );
}
