import type { ReactNode } from "react";

/** What will appear here, and how to make it appear. */
export function EmptyState({
  icon,
  title,
  isPage = false,
  children,
  action,
}: {
  icon?: ReactNode;
  title: string;
  /** It is all that the page has: its title is the page's. */
  isPage?: boolean;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-card border border-dashed border-control px-6 py-10 text-center">
      {icon ? <div className="text-faint">{icon}</div> : null}
      {isPage ? <h1 className="text-lg font-semibold">{title}</h1> : <p className="font-medium">{title}</p>}
      {children ? <div className="max-w-md text-muted">{children}</div> : null}
      {action ? <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}
