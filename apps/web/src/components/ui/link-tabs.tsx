"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { cx } from "./cx.ts";

/** Tabs that are pages of their own, so that each has an address. */
export function LinkTabs({
  label,
  tabs,
}: {
  label: string;
  tabs: { href: string; label: string; note?: string | undefined }[];
}) {
  const path = usePathname();
  const current = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (path) current.current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [path]);
  return (
    <nav aria-label={label} className="flex [scrollbar-width:none] gap-1 overflow-x-auto border-b">
      {tabs.map(({ href, label: text, note }) => {
        // A page below a tab's page belongs to that tab, except below the first of all: every page is.
        const isBelow = path.startsWith(`${href}/`) && !tabs.some((tab) => tab.href.startsWith(`${href}/`));
        const isCurrent = path === href || isBelow;
        return (
          <Link
            key={href}
            href={href}
            ref={isCurrent ? current : null}
            aria-current={path === href ? "page" : isBelow ? "true" : undefined}
            className={cx(
              "-mb-px inline-flex h-10 items-center gap-1.5 border-b-2 px-2.5 font-medium whitespace-nowrap -outline-offset-2",
              isCurrent ? "border-accent text-ink" : "border-transparent text-muted hover:text-ink",
            )}
          >
            {text}
            {note ? <span className="font-normal text-faint">{note}</span> : null}
          </Link>
        );
      })}
    </nav>
  );
}
