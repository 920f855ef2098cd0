"use client";

import type { Finding } from "@portico/openapi";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { type ReactNode, useId } from "react";
import { ItemFindings } from "@/components/lint/item-findings.tsx";
import { Button } from "@/components/ui/button.tsx";

export interface OfferRow {
  key: string;
  name: ReactNode;
  /** What it is called in the labels of its buttons. */
  label: string;
  description: string | undefined;
  facts: ReactNode;
  /** What would help with it. */
  findings: readonly Finding[];
}

/** The prompts or the resources of the draft, one a row. */
export function OfferList({
  title,
  noun,
  rows,
  empty,
  mayWrite,
  onAdd,
  onEdit,
  onDelete,
}: {
  title: string;
  noun: string;
  rows: OfferRow[];
  /** In place of a list without rows. */
  empty: ReactNode;
  mayWrite: boolean;
  onAdd: () => void;
  onEdit: (index: number) => void;
  onDelete: (index: number) => void;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <div className="flex min-h-8 items-center justify-between gap-3">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {mayWrite && rows.length > 0 ? (
          <Button id={`add-${noun}`} icon={<Plus size={16} aria-hidden />} onClick={onAdd}>
            Add a {noun}
          </Button>
        ) : null}
      </div>
      {rows.length === 0 ? (
        empty
      ) : (
        <ul className="divide-y rounded-card border bg-surface">
          {rows.map((row, index) => (
            <li key={row.key} className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 py-3">
              <div className="flex min-w-0 flex-1 basis-60 flex-col gap-0.5">
                <p className="[overflow-wrap:anywhere]">{row.name}</p>
                {row.description ? <p className="text-muted [overflow-wrap:anywhere]">{row.description}</p> : null}
                <p className="text-sm text-muted [overflow-wrap:anywhere]">{row.facts}</p>
                <ItemFindings findings={row.findings} isShort />
              </div>
              <div className="flex gap-1">
                <Button
                  id={`edit-${noun}-${row.key}`}
                  look="quiet"
                  size="small"
                  icon={<Pencil size={14} aria-hidden />}
                  aria-label={`${mayWrite ? "Edit" : "Show"} ${noun} ${row.label}`}
                  onClick={() => onEdit(index)}
                >
                  {mayWrite ? "Edit" : "Show"}
                </Button>
                {mayWrite ? (
                  <Button
                    look="quiet"
                    size="small"
                    icon={<Trash2 size={14} aria-hidden />}
                    aria-label={`Delete ${noun} ${row.label}`}
                    onClick={() => onDelete(index)}
                  >
                    Delete
                  </Button>
                ) : null}
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
