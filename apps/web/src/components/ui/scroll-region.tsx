import type { ReactNode } from "react";
import { cx } from "./cx.ts";

/** What is larger than its place: a part of the page with a name, which scrolls by key, too. */
export function ScrollRegion({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: nothing inside takes the focus, so who has no mouse could not scroll it (WCAG 2.1.1).
    <section aria-label={label} tabIndex={0} className={cx("relative overflow-auto rounded-card border", className)}>
      {children}
    </section>
  );
}
