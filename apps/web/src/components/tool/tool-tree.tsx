"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { Check, ChevronRight, Minus, TriangleAlert } from "lucide-react";
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { Badge } from "@/components/ui/badge.tsx";
import { cx } from "@/components/ui/cx.ts";
import { compact, count } from "@/components/ui/figures.ts";
import { MethodBadge } from "./method-badge.tsx";
import { STATUS_WORDS } from "./status.ts";
import { layOutTree, type ToolRow, type TreeItem } from "./tool-row.ts";
import type { Selection } from "./use-selection.ts";

const GROUP_PX = 36;
const ROW_PX = 36;
const NARROW_ROW_PX = 56;
const PAGE_ROWS = 10;

/**
 * Operations by group, as a tree that only draws what is in sight. One tab stop: arrows, j and k move, space and x pick, left and right
 * close and open, enter looks closer.
 */
export function ToolTree({
  rows,
  isFiltered,
  selection,
  active,
  onActivate,
  onOpen,
  tree,
  className,
}: {
  rows: readonly ToolRow[];
  /** The rows are what a filter left. */
  isFiltered: boolean;
  selection: Selection;
  active: string | undefined;
  onActivate: (row: ToolRow | undefined) => void;
  /** A row was clicked or entered, as opposed to passed by. */
  onOpen: (row: ToolRow, by: "pointer" | "key") => void;
  /** For who sends the keyboard here. */
  tree?: RefObject<HTMLDivElement | null>;
  className?: string;
}) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const items = useMemo(() => layOutTree(rows, isFiltered, closed), [rows, isFiltered, closed]);
  const [current, setCurrent] = useState<string | undefined>(active);
  const own = useRef<HTMLDivElement>(null);
  const scroller = tree ?? own;
  const isNarrow = useIsNarrow();
  const treeId = useId();
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (items[index]?.kind === "group" ? GROUP_PX : isNarrow ? NARROW_ROW_PX : ROW_PX),
    getItemKey: (index) => items[index]?.id ?? index,
    overscan: 12,
  });
  useEffect(() => virtualizer.measure(), [isNarrow, virtualizer]);

  // Chosen elsewhere, as from the list of what needs attention: bring it into sight.
  useEffect(() => {
    if (!active || active === current) return;
    setCurrent(active);
    const index = items.findIndex(({ id }) => id === active);
    if (index >= 0) virtualizer.scrollToIndex(index, { align: "center" });
  }, [active]);

  // The one that the page was opened with.
  useEffect(() => {
    const index = items.findIndex(({ id }) => id === active);
    if (index >= 0) virtualizer.scrollToIndex(index, { align: "center" });
  }, []);

  const at = items.findIndex(({ id }) => id === current);
  const go = (index: number) => {
    const target = Math.max(0, Math.min(items.length - 1, index));
    const item = items[target];
    if (!item) return;
    setCurrent(item.id);
    if (item.kind === "row") onActivate(item.row);
    virtualizer.scrollToIndex(target);
  };
  const toggleGroup = (name: string, isOpen: boolean) =>
    setClosed((before) => {
      const after = new Set(before);
      if (isOpen) after.delete(name);
      else after.add(name);
      return after;
    });
  const pick = (item: TreeItem) => {
    if (item.kind === "row") selection.set([item.row], !selection.keys.has(item.row.key));
    else selection.set(item.rows, checkedOf(item, selection) !== true);
  };
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const item = items[at];
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      j: at + 1,
      k: at - 1,
      Home: 0,
      End: items.length - 1,
      PageDown: at + PAGE_ROWS,
      PageUp: at - PAGE_ROWS,
    };
    const target = moves[event.key];
    if (target !== undefined) go(target);
    else if ((event.key === " " || event.key === "x") && item) pick(item);
    else if (event.key === "ArrowRight" && item?.kind === "group") toggleGroup(item.name, true);
    else if (event.key === "ArrowLeft" && item?.kind === "group") toggleGroup(item.name, false);
    else if (event.key === "ArrowLeft" && item?.kind === "row")
      go(items.findIndex((other) => other.id === `group:${item.row.group}`));
    else if (event.key === "Enter" && item?.kind === "row") onOpen(item.row, "key");
    else return;
    event.preventDefault();
  };

  const pane = "group/tree @container overflow-y-auto rounded-card border bg-surface";
  // A tree has items (WAI-ARIA 1.2, "required owned elements"): what a filter emptied is none.
  if (items.length === 0)
    return (
      <div ref={scroller} className={cx(pane, className)}>
        <p role="status" className="p-6 text-center text-muted">
          No operation matches the filter.
        </p>
      </div>
    );
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label="Operations"
      aria-multiselectable
      tabIndex={0}
      aria-activedescendant={at >= 0 ? `${treeId}${at}` : undefined}
      onKeyDown={press}
      onFocus={() => at < 0 && items.length > 0 && setCurrent(items[0]?.id)}
      className={cx(pane, className)}
    >
      <div className="relative" style={{ height: virtualizer.getTotalSize() }} role="presentation">
        {virtualizer.getVirtualItems().map(({ index, start, size, key }) => {
          const item = items[index];
          if (!item) return null;
          const checked = checkedOf(item, selection);
          const isCurrent = item.id === current;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the tree itself takes the keys.
            <div
              key={key}
              id={`${treeId}${index}`}
              role="treeitem"
              tabIndex={-1}
              aria-level={item.kind === "group" ? 1 : 2}
              aria-posinset={item.position}
              aria-setsize={item.siblings}
              aria-checked={checked}
              aria-selected={item.kind === "row" && item.row.key === active}
              aria-expanded={item.kind === "group" ? item.isOpen : undefined}
              aria-disabled={item.kind === "row" && !item.row.name ? true : undefined}
              onClick={(event) => {
                setCurrent(item.id);
                if ((event.target as HTMLElement).closest("[data-pick]")) pick(item);
                else if (item.kind === "group") toggleGroup(item.name, !item.isOpen);
                else {
                  onActivate(item.row);
                  onOpen(item.row, "pointer");
                }
              }}
              style={{ height: size, transform: `translateY(${start}px)` }}
              className={cx(
                "absolute inset-x-0 top-0 flex cursor-pointer items-center gap-2 border-b pr-3",
                item.kind === "group" ? "bg-sunken pl-1" : "pl-5 hover:bg-hover",
                item.kind === "row" && item.row.key === active && "bg-accent-soft hover:bg-accent-soft",
                isCurrent &&
                  "group-focus-visible/tree:outline-2 group-focus-visible/tree:-outline-offset-2 group-focus-visible/tree:outline-accent",
              )}
            >
              {item.kind === "group" ? (
                <GroupContent item={item} checked={checked} selection={selection} />
              ) : (
                <RowContent row={item.row} checked={checked} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function GroupContent({
  item,
  checked,
  selection,
}: {
  item: TreeItem & { kind: "group" };
  checked: boolean | "mixed";
  selection: Selection;
}) {
  const picked = item.rows.filter(({ key }) => selection.keys.has(key)).length;
  return (
    <>
      <ChevronRight
        size={16}
        aria-hidden
        className={cx("shrink-0 text-muted transition-transform duration-100", item.isOpen && "rotate-90")}
      />
      <Box checked={checked} />
      <span className="truncate font-medium">{item.name}</span>
      <span className="text-muted">
        {picked > 0 ? `${picked} of ` : ""}
        {item.rows.length}
      </span>
    </>
  );
}

function RowContent({ row, checked }: { row: ToolRow; checked: boolean | "mixed" }) {
  const { name, method, path, summary, tokens } = row;
  return (
    <>
      <Box checked={checked} isDisabled={!name} />
      <div
        title={[name ?? STATUS_WORDS.skipped, `${method} ${path}`, ...row.reasons.map((reason) => reason.message)].join(
          "\n",
        )}
        className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 sm:flex-nowrap"
      >
        <span
          className={cx(
            "min-w-0 basis-full truncate font-mono text-sm sm:flex-1 sm:basis-0 @3xl:w-64 @3xl:flex-none",
            name ? "text-ink" : "text-faint",
          )}
        >
          {name ?? "left out"}
          {row.isEdited ? (
            <span title="Edited" className="ml-1 inline-block size-1.5 rounded-full bg-accent align-middle" />
          ) : null}
        </span>
        {row.heldAt ? <Badge>Held</Badge> : null}
        <MethodBadge method={method} kind={row.kind} />
        <span className="min-w-0 flex-1 truncate font-mono text-xs text-muted sm:hidden @3xl:block @3xl:max-w-64">
          {path}
        </span>
        <span className="hidden min-w-0 flex-1 truncate text-sm text-muted @3xl:block">{summary}</span>
      </div>
      {row.status !== "ok" ? (
        <TriangleAlert size={14} aria-label={STATUS_WORDS[row.status]} className="shrink-0 text-muted" />
      ) : row.isDeprecated ? (
        <span className="shrink-0 text-xs text-faint">old</span>
      ) : null}
      <span title={name ? count(tokens, "token") : undefined} className="w-10 shrink-0 text-right text-sm text-muted">
        {name ? compact(tokens) : ""}
      </span>
    </>
  );
}

/** A checkbox to look at: the row around it is what assistive technology reads. */
function Box({ checked, isDisabled }: { checked: boolean | "mixed"; isDisabled?: boolean }) {
  return (
    <span data-pick className="-m-1.5 shrink-0 p-1.5" aria-hidden>
      <span
        className={cx(
          "flex size-4 items-center justify-center rounded-sm border",
          checked ? "border-accent bg-accent text-on-accent" : "border-control bg-surface",
          isDisabled && "border-line bg-sunken",
        )}
      >
        {checked === "mixed" ? (
          <Minus size={12} strokeWidth={3} />
        ) : checked ? (
          <Check size={12} strokeWidth={3} />
        ) : null}
      </span>
    </span>
  );
}

function checkedOf(item: TreeItem, selection: Selection): boolean | "mixed" {
  if (item.kind === "row") return selection.keys.has(item.row.key);
  const able = item.rows.filter(({ name }) => name);
  const picked = able.filter(({ key }) => selection.keys.has(key)).length;
  return picked === 0 ? false : picked === able.length ? true : "mixed";
}

const NARROW = "(max-width: 639px)";

function useIsNarrow(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      const query = window.matchMedia(NARROW);
      query.addEventListener("change", onChange);
      return () => query.removeEventListener("change", onChange);
    },
    () => window.matchMedia(NARROW).matches,
    () => false,
  );
}
