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
  // A page below a tab belongs to it; the longest address says to which.
  const [open] = tabs
    .filter(({ href }) => path === href || path.startsWith(`${href}/`))
    .sort((one, other) => other.href.length - one.href.length);
  const current = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (path) current.current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [path]);
  return (
    <nav aria-label={label} className="flex [scrollbar-width:none] gap-0.5 overflow-x-auto border-b">
      {tabs.map(({ href, label: text, note }) => {
        const isCurrent = href === open?.href;
        return (
          <Link
            key={href}
            href={href}
            ref={isCurrent ? current : null}
            aria-current={isCurrent ? (path === href ? "page" : "true") : undefined}
            className={cx(
              "-mb-px inline-flex h-10 items-center gap-1.5 border-b-2 px-2 font-medium whitespace-nowrap -outline-offset-2",
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
