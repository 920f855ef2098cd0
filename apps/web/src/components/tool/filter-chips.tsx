"use client";

import { X } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { cx } from "@/components/ui/cx.ts";
import { KIND_WORDS, type Kind } from "./kind.ts";
import { filterQuery, filterRows, KINDS, methodsOf, NO_FILTER, readMethods, type ToolFilter } from "./tool-filter.ts";
import type { ToolRow } from "./tool-row.ts";

const TONES: Record<Kind, string> = {
  reading: "border-reading! bg-reading-soft! text-reading!",
  changing: "border-changing! bg-changing-soft! text-changing!",
  destroying: "border-destroying! bg-destroying-soft! text-destroying!",
};

/** By which methods, and by what a call does, the operations of a document are shown, each with how many that would be. */
export function FilterChips({
  rows,
  shown,
  filter,
  onFilter,
}: {
  rows: readonly ToolRow[];
  /** How many the filter leaves. */
  shown: number;
  filter: ToolFilter;
  onFilter: (filter: ToolFilter) => void;
}) {
  const chosen = readMethods(filter.method);
  const ofText = filterRows(rows, { ...NO_FILTER, text: filter.text });
  const ofKind = filterRows(ofText, { ...NO_FILTER, kind: filter.kind });
  const ofMethod = filterRows(ofText, { ...NO_FILTER, method: filter.method });
  const toggled = (method: string) =>
    methodsOf(rows)
      .filter((one) => chosen.includes(one) !== (one === method))
      .join();
  const isFiltered = filterQuery(filter) !== "";
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <fieldset aria-label="Methods" className="flex flex-wrap gap-1">
        {methodsOf(rows).map((method) => (
          <Chip
            key={method}
            count={ofKind.filter((row) => row.method === method).length}
            isPressed={chosen.includes(method)}
            onPress={() => onFilter({ ...filter, method: toggled(method) })}
          >
            <span className="font-mono">{method}</span>
          </Chip>
        ))}
      </fieldset>
      <fieldset aria-label="What they do" className="flex flex-wrap gap-1">
        {KINDS.map((kind) => (
          <Chip
            key={kind}
            count={ofMethod.filter((row) => row.kind === kind).length}
            isPressed={filter.kind === kind}
            tone={TONES[kind]}
            onPress={() => onFilter({ ...filter, kind: filter.kind === kind ? "" : kind })}
          >
            {KIND_WORDS[kind]}
          </Chip>
        ))}
      </fieldset>
      <div className={cx("flex items-center gap-2", isFiltered ? "min-h-8" : "sm:min-h-8")}>
        <p role="status" className="text-muted">
          {isFiltered ? `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} shown` : ""}
        </p>
        {isFiltered ? (
          <Button look="quiet" icon={<X size={16} aria-hidden />} onClick={() => onFilter(NO_FILTER)}>
            Show all
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function Chip({
  count,
  isPressed,
  tone = "border-accent! bg-accent-soft! text-accent!",
  onPress,
  children,
}: {
  count: number;
  isPressed: boolean;
  tone?: string;
  onPress: () => void;
  children: React.ReactNode;
}) {
  return (
    <Button look="quiet" aria-pressed={isPressed} className={cx("border-line!", isPressed && tone)} onClick={onPress}>
      {children}
      <span className={cx("text-sm tabular-nums", !isPressed && "text-muted")}>{count.toLocaleString("en")}</span>
    </Button>
  );
}
