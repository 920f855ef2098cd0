import type { ReactNode } from "react";

/** One subject of a page of settings: what it is beside what to do about it. */
export function Section({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title} className="grid gap-x-8 gap-y-3 border-t py-6 first-of-type:border-t-0 md:grid-cols-3">
      <div>
        <h2 className="font-semibold">{title}</h2>
        {lead ? <div className="mt-0.5 text-muted">{lead}</div> : null}
      </div>
      <div className="min-w-0 md:col-span-2">{children}</div>
    </section>
  );
}
