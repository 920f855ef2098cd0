import type { ReactNode } from "react";
import { cx } from "./cx.ts";

/** The place of something that is on its way. It stays still for who wants no motion. */
export function Bone({ className }: { className: string }) {
  return <span aria-hidden className={cx("block rounded-control bg-hover motion-safe:animate-pulse", className)} />;
}

/** The shape of a page that is on its way, so that nothing moves when it arrives. `what`: "the tools". */
export function Skeleton({ what, children }: { what: string; children: ReactNode }) {
  return (
    <div aria-busy className="flex flex-col gap-4">
      <p className="sr-only">Loading {what}…</p>
      {children}
    </div>
  );
}
