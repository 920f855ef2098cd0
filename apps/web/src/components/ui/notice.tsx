import { CircleAlert, Info } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";

/** Something to read before going on. A problem is announced; it says what happened, to what, and what to do. */
export function Notice({
  kind = "info",
  title,
  children,
  action,
}: {
  kind?: "info" | "problem";
  title?: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}) {
  const Icon = kind === "problem" ? CircleAlert : Info;
  return (
    <div
      role={kind === "problem" ? "alert" : undefined}
      className={cx(
        "flex gap-3 rounded-card border p-3",
        kind === "problem" ? "border-ink bg-surface" : "border-line bg-sunken",
      )}
    >
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        {title ? <p className="font-medium">{title}</p> : null}
        {children ? <div className="text-muted [overflow-wrap:anywhere]">{children}</div> : null}
        {action ? <div className="mt-1 flex flex-wrap gap-2">{action}</div> : null}
      </div>
    </div>
  );
}
