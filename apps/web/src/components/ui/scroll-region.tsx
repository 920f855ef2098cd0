import type { ReactNode } from "react";
import { cx } from "./cx.ts";

/** What is larger than its place: a part of the page with a name, which scrolls by key, too. */
export function ScrollRegion({
  label,
  isRepeated = false,
  className,
  children,
}: {
  label: string;
  /** There can be several of this name, so that it is none of the parts of the page that people go to by name. */
  isRepeated?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    // Nothing inside takes the focus, so who has no mouse could not scroll it without a place of its own (WCAG 2.1.1).
    <section
      role={isRepeated ? "group" : undefined}
      aria-label={label}
      tabIndex={0}
      className={cx("relative overflow-auto rounded-card border", className)}
    >
      {children}
    </section>
  );
}
