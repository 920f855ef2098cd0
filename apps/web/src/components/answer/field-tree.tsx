"use client";

import type { AnswerField } from "@portico/upstream";
import { ChevronRight, Pencil } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { cx } from "@/components/ui/cx.ts";
import { Input } from "@/components/ui/field.tsx";
import { hasFields, leavesOf } from "./selection.ts";

/** Shown at once; what is nested deeper opens by a click. */
const FIELDS_OPEN = 60;

interface TreeProps {
  ticked: ReadonlySet<string>;
  names: Record<string, string>;
  isDisabled: boolean;
  onTick: (paths: string[], isTicked: boolean) => void;
  onRename: (path: string, name: string) => void;
}

/** The fields of an answer to tick, with one value of each and how much of the answer it is. */
export function FieldTree({ tree, ...props }: TreeProps & { tree: AnswerField }) {
  const isSmall = leavesOf(tree).length <= FIELDS_OPEN;
  return (
    <ul aria-label="Fields of the answer" className="flex flex-col">
      {rowsOf(tree).map((field) => (
        <FieldRow key={field.path} field={field} depth={0} total={tree.chars} isSmall={isSmall} {...props} />
      ))}
    </ul>
  );
}

/** The items of a list are taken together, and have no row of their own. */
function rowsOf(field: AnswerField): AnswerField[] {
  return field.fields.flatMap((child) => (child.name === "" ? rowsOf(child) : [child]));
}

function FieldRow({
  field,
  depth,
  total,
  isSmall,
  ...props
}: TreeProps & { field: AnswerField; depth: number; total: number; isSmall: boolean }) {
  const { ticked, names, isDisabled, onTick, onRename } = props;
  const canOpen = hasFields(field);
  const [isOpen, setOpen] = useState(isSmall || depth < 1);
  const [isRenaming, setRenaming] = useState(false);
  const leaves = leavesOf(field).map(({ path }) => path);
  const count = leaves.filter((path) => ticked.has(path)).length;
  const isSome = count > 0 && count < leaves.length;
  const share = total === 0 ? 0 : Math.min(1, field.chars / total);
  const renamed = names[field.path];
  return (
    <li>
      <div
        className="group flex min-h-8 items-center gap-2 rounded-control pr-1 hover:bg-hover"
        style={{ paddingLeft: `${depth * 20}px` }}
      >
        {canOpen ? (
          <button
            type="button"
            aria-expanded={isOpen}
            aria-label={`Fields of ${field.name}`}
            className="inline-flex size-6 shrink-0 items-center justify-center rounded-control text-muted hover:text-ink"
            onClick={() => setOpen(!isOpen)}
          >
            <ChevronRight size={14} aria-hidden className={cx("transition-transform", isOpen && "rotate-90")} />
          </button>
        ) : (
          <span className="w-6 shrink-0" />
        )}
        <label className="flex min-w-0 flex-1 items-center gap-2">
          <input
            type="checkbox"
            className="size-4 shrink-0 accent-accent"
            checked={count === leaves.length}
            disabled={isDisabled}
            ref={(box) => {
              if (box) box.indeterminate = isSome;
            }}
            onChange={() => onTick(leaves, count !== leaves.length)}
          />
          <code className={cx("shrink-0 font-mono text-sm", count === 0 && "text-faint line-through")}>
            {field.name}
          </code>
          {renamed ? (
            <span className="shrink-0 text-sm text-muted">
              as <code className="font-mono text-ink">{renamed}</code>
            </span>
          ) : null}
          <span className="min-w-0 truncate text-sm text-faint">
            {field.items === undefined ? (field.example ?? field.types.join(" or ")) : `list of ${field.items}`}
          </span>
        </label>
        <span
          className="hidden w-16 shrink-0 sm:block"
          title={`${(share * 100).toFixed(share < 0.1 ? 1 : 0)} % of the answer`}
        >
          <span className="block h-1.5 overflow-hidden rounded-full bg-hover">
            <span className="block h-full rounded-full bg-control" style={{ width: `${Math.max(2, share * 100)}%` }} />
          </span>
          <span className="sr-only">{Math.round(share * 100)} % of the answer</span>
        </span>
        {isDisabled || count === 0 ? (
          <span className="w-7 shrink-0" />
        ) : (
          <Button
            look="quiet"
            size="small"
            aria-label={`Rename ${field.name}`}
            className="px-1.5 opacity-60 group-hover:opacity-100 focus-visible:opacity-100"
            icon={<Pencil size={12} aria-hidden />}
            onClick={() => setRenaming(!isRenaming)}
          />
        )}
      </div>
      {isRenaming ? (
        <div className="py-1" style={{ paddingLeft: `${depth * 20 + 32}px` }}>
          <Input
            autoFocus
            height="small"
            aria-label={`New name of ${field.name}`}
            placeholder={`New name of ${field.name}`}
            defaultValue={renamed ?? ""}
            maxLength={100}
            className="max-w-60 font-mono text-sm"
            onBlur={(event) => {
              onRename(field.path, event.target.value.trim());
              setRenaming(false);
            }}
            onKeyDown={(event) => {
              if (event.key === "Enter") {
                event.preventDefault();
                event.currentTarget.blur();
              }
              if (event.key === "Escape") setRenaming(false);
            }}
          />
        </div>
      ) : null}
      {canOpen && isOpen ? (
        <ul>
          {rowsOf(field).map((child) => (
            <FieldRow key={child.path} field={child} depth={depth + 1} total={total} isSmall={isSmall} {...props} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}
