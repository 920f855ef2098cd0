import type { ReactNode } from "react";

export function PageHeader({
  title,
  children,
  action,
}: {
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <header className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="flex min-w-0 flex-col gap-1">
        <h1 className="text-xl font-semibold [overflow-wrap:anywhere]">{title}</h1>
        {children ? <div className="max-w-2xl text-muted">{children}</div> : null}
      </div>
      {action}
    </header>
  );
}
