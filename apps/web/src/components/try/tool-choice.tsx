"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import type { Kind } from "@/components/tool/kind.ts";
import { MethodBadge } from "@/components/tool/method-badge.tsx";
import { cx } from "@/components/ui/cx.ts";
import { Input } from "@/components/ui/field.tsx";

export interface TriableTool {
  operation: string;
  name: string;
  method: string;
  kind: Kind;
}

/** Shown at once; more are found by typing. */
const SHOWN_MAX = 100;

/** The tools of a server to choose one to try; the address says which. */
export function ToolChoice({
  href,
  tools,
  chosen,
}: {
  href: string;
  tools: TriableTool[];
  chosen: string | undefined;
}) {
  const [filter, setFilter] = useState("");
  const params = useSearchParams();
  // How the one tool is tried, the next one is.
  const hrefOf = (operation: string) => {
    const query = new URLSearchParams(params);
    query.set("tool", operation);
    return `${href}?${query}`;
  };
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = tools.filter(({ name, operation }) =>
    words.every((word) => `${name} ${operation}`.toLowerCase().includes(word)),
  );
  return (
    <nav aria-label="Tools" className="flex min-w-0 flex-col gap-2">
      <Input
        type="search"
        height="small"
        aria-label="Filter tools"
        placeholder="Filter"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
      <ul className="max-h-60 overflow-y-auto rounded-card border bg-surface p-1 lg:max-h-[70dvh]">
        {found.slice(0, SHOWN_MAX).map(({ operation, name, method, kind }) => (
          <li key={operation}>
            <Link
              href={hrefOf(operation)}
              scroll={false}
              aria-current={operation === chosen ? "true" : undefined}
              className={cx(
                "flex items-center gap-2 rounded-control px-2 py-1.5 -outline-offset-2 hover:bg-hover",
                operation === chosen && "bg-accent-soft",
              )}
            >
              <MethodBadge method={method} kind={kind} />
              <span className="min-w-0 truncate font-mono text-sm">{name}</span>
            </Link>
          </li>
        ))}
        {found.length === 0 ? <li className="px-2 py-1.5 text-muted">No tool has this in its name or path.</li> : null}
        {found.length > SHOWN_MAX ? (
          <li className="px-2 py-1.5 text-sm text-muted">and {found.length - SHOWN_MAX} more: type to find them</li>
        ) : null}
      </ul>
    </nav>
  );
}
