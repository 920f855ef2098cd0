"use client";

import type { Suggestion } from "@portico/openapi";
import type { DraftChanges, LintReport } from "@portico/services";
import { Keyboard } from "lucide-react";
import { useDeferredValue, useEffect, useMemo, useRef, useState, useTransition } from "react";
import { Attention, findingsOf } from "@/components/document/attention.tsx";
import type { DiagnosticView } from "@/components/document/diagnostic-list.tsx";
import { LintPanel, LintPanelPlace } from "@/components/lint/lint-panel.tsx";
import { useFixes } from "@/components/lint/use-fixes.ts";
import { useLint } from "@/components/lint/use-lint.ts";
import { savePicks } from "@/components/server/actions.ts";
import { type ListLimits, SearchSuggestion } from "@/components/server/search-suggestion.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { count } from "@/components/ui/figures.ts";
import { useUnsaved } from "@/components/ui/leaving.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useAddressValue } from "@/components/ui/use-address-value.ts";
import { PublishDialog } from "@/components/version/publish-dialog.tsx";
import { BulkMenu } from "./bulk-menu.tsx";
import type { CallingLimits } from "./calling-section.tsx";
import type { TextLimits } from "./client-limits.ts";
import { FilterBar } from "./filter-bar.tsx";
import { KeysDialog } from "./keys-dialog.tsx";
import { PickerToolbar } from "./picker-toolbar.tsx";
import { ToolEditor } from "./tool-editor.tsx";
import { type FilterFacts, filterQuery, filterRows, methodsOf, type ToolFilter } from "./tool-filter.ts";
import { toolHref } from "./tool-href.ts";
import { type PackedRows, type ToolRow, unpackRows } from "./tool-row.ts";
import { ToolTree } from "./tool-tree.tsx";
import { useBulkEdit } from "./use-bulk-edit.ts";
import { useKeptPicks } from "./use-kept-picks.ts";
import { picksOf, useSelection } from "./use-selection.ts";
import { useSingleKeys } from "./use-single-keys.ts";
import { useStuck, useToolDrafts } from "./use-tool-drafts.ts";
import { useToolFilter } from "./use-tool-filter.ts";

/** The tools of a server's draft: pick, edit, and publish what differs from what is served. */
export function ServerTools({
  serverId,
  lock,
  rows: packed,
  suggestion,
  textLimits,
  documents,
  selected,
  diagnostics,
  changes,
  listLimits,
  calling,
  href,
  mayWrite,
  mayPublish,
}: {
  serverId: string;
  /** Another one whenever the draft was changed. */
  lock: number;
  rows: PackedRows;
  suggestion: Suggestion;
  textLimits: TextLimits;
  /** What the tools come from. */
  documents: readonly { id: string; title: string }[];
  selected: string[];
  diagnostics: DiagnosticView[];
  changes: DraftChanges | null;
  /** Above which tools are better searched; null when they are already. */
  listLimits: ListLimits | null;
  /** How far calls can be given time, and be made again. */
  calling: CallingLimits;
  /** The pages of the server. */
  href: string;
  mayWrite: boolean;
  mayPublish: boolean;
}) {
  const rows = useMemo(() => unpackRows(packed), [packed]);
  const [filter, setFilter] = useToolFilter();
  const [activeKey, setActiveKey] = useAddressValue("tool");
  const [isSheet, setSheet] = useState(false);
  const [isReviewing, setReviewing] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const selection = useSelection(rows, selected);
  // What fixes changed of the tool that is open.
  const [fixed, setFixed] = useState(0);
  const words = useToolDrafts(serverId);
  const stuck = useStuck(words.drafts);
  const isHeld = stuck.length > 0;
  const { report, isLooking } = useLint(serverId, lock);
  const applied = useFixes(serverId, () => setFixed((n) => n + 1));
  // What was written a moment ago comes first.
  const apply: typeof applied.apply = (ids) => void words.drafts.flushAll().then(() => applied.apply(ids));
  const fixes = mayWrite ? { ...applied, apply, isHeld } : undefined;
  const bulk = useBulkEdit(serverId, selection, () => setFixed((n) => n + 1));
  const [isKeys, setKeys] = useState(false);
  const editor = useRef<HTMLElement>(null);
  const tree = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  // Letters appear as they are typed; the tree follows.
  const sought = useDeferredValue(filter);
  const isFiltered = filterQuery(sought) !== "";
  // What is picked, dropped or edited stays where it is until the filter is another: nothing goes from under the hand.
  const stay = useRef<{ filter: ToolFilter; keys: ReadonlySet<string> }>(undefined);
  const shown = useMemo(() => {
    const now = new Set(filterRows(rows, sought, factsOf(selection.keys, report)).map(({ key }) => key));
    if (stay.current?.filter !== sought) stay.current = { filter: sought, keys: now };
    const { keys } = stay.current;
    return rows.filter(({ key }) => now.has(key) || keys.has(key));
  }, [rows, sought, report]);
  const methods = useMemo(() => methodsOf(rows), [rows]);
  const able = useMemo(() => shown.filter(({ name }) => name), [shown]);
  const picked = useMemo(() => rows.filter(({ key }) => selection.keys.has(key)), [rows, selection.keys]);
  useSingleKeys({
    "/": () => field.current?.focus(),
    "?": () => setKeys(true),
    j: () => tree.current?.focus(),
    k: () => tree.current?.focus(),
  });
  const active = rows.find(({ key }) => key === activeKey);
  // An address can name a tool: what stands beside the list on a wide page is opened over it on a narrow one.
  useEffect(() => {
    if (activeKey && !isWide()) setSheet(true);
  }, []);
  const picks = picksOf(selection.keys, selected);
  useKeptPicks(`server:${serverId}`, { rows, initial: selected, selection });
  const isPicked = picks.pick.length + picks.drop.length > 0;
  const pending = changes ? pendingText(changes, selection.keys, selected) : "Nothing was published yet";
  useUnsaved({ what: "which tools you picked or dropped", isUnsaved: () => isPicked });
  const save = (next: () => void) =>
    start(async () => {
      setProblem(undefined);
      await words.drafts.flushAll();
      const outcome = isPicked ? await savePicks({ serverId, ...picks }) : ({ ok: true } as const);
      if (!outcome.ok) return setProblem(outcome.message);
      next();
    });
  const editing = { serverId, mayWrite, report, isLooking, fixes, fixed, words };
  const open = (row: ToolRow, by: "pointer" | "key" = "pointer") => {
    const isBeside = isWide();
    setActiveKey(row.key);
    setSheet(!isBeside);
    // What opens a tool may be a screen above it.
    editor.current?.scrollIntoView({ block: "nearest" });
    if (isBeside && by === "key") editor.current?.focus({ preventScroll: true });
  };

  return (
    <div className="flex flex-col gap-4">
      {problem ? (
        <Notice kind="problem" title="The change was not saved">
          {problem}
        </Notice>
      ) : null}
      <NotSaved operations={stuck.filter((key) => key !== active?.key)} rows={rows} onOpen={open} />
      <Attention rows={rows} diagnostics={diagnostics} onOpen={open} />
      {report ? (
        <LintPanel report={report} rows={rows} href={href} fixes={fixes} onOpen={open} />
      ) : (
        <LintPanelPlace isLooking={isLooking} />
      )}
      <div className="flex flex-col gap-2">
        <PickerToolbar
          {...{ shown, isFiltered, selection, suggestion, field }}
          limits={textLimits}
          filter={filter.text}
          onFilter={(text) => setFilter({ ...filter, text })}
          isReadOnly={!mayWrite}
          onLeave={() => tree.current?.focus()}
        />
        <div className="flex flex-wrap items-center justify-between gap-2">
          <FilterBar
            filter={filter}
            onFilter={setFilter}
            shown={shown.length}
            total={rows.length}
            hasGrades={report !== undefined}
            documents={documents}
            methods={methods}
          />
          <div className="flex gap-2 sm:ml-auto">
            <Button
              look="quiet"
              icon={<Keyboard size={16} aria-hidden />}
              className="max-sm:hidden"
              onClick={() => setKeys(true)}
            >
              Keys
            </Button>
            {mayWrite ? <BulkMenu {...{ picked, isFiltered, bulk, calling }} shown={able} isHeld={isHeld} /> : null}
          </div>
        </div>
      </div>
      <KeysDialog isOpen={isKeys} onOpenChange={setKeys} mayWrite={mayWrite} />
      {listLimits && mayWrite ? (
        <SearchSuggestion
          tools={selection.keys.size}
          tokens={selection.tokens}
          limits={listLimits}
          settingsHref={`${href}/settings`}
        />
      ) : null}
      {mayWrite ? (
        <div className="flex min-h-8 flex-wrap items-center gap-3">
          <p className="flex-1 text-muted" role="status">
            {pending ?? "What is served is what you see here"}
          </p>
          {isPicked ? (
            <Button look="quiet" isPending={isPending} onClick={() => save(() => toast("Saved in the draft"))}>
              Save without publishing
            </Button>
          ) : null}
          {mayPublish ? (
            <Button
              look="primary"
              disabled={!pending}
              isPending={isPending}
              onClick={() => save(() => setReviewing(true))}
            >
              Publish changes
            </Button>
          ) : null}
        </div>
      ) : null}
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_380px] xl:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        <ToolTree
          tree={tree}
          rows={shown}
          isFiltered={isFiltered}
          selection={mayWrite ? selection : { ...selection, set: keep }}
          active={active?.key}
          onActivate={(row) => setActiveKey(row?.key ?? "")}
          onOpen={open}
          className="h-[max(400px,calc(100dvh-200px))]"
        />
        <aside
          ref={editor}
          aria-label="Selected tool"
          tabIndex={-1}
          onKeyDown={(event) => {
            if (event.key === "Escape" && !event.defaultPrevented) tree.current?.focus();
          }}
          className="hidden h-[max(400px,calc(100dvh-200px))] overflow-y-auto rounded-card border bg-surface p-4 lg:block"
        >
          {active ? (
            <ToolEditor
              key={active.key}
              {...editing}
              href={toolHref(href, active.key)}
              row={active}
              findings={findingsOf(diagnostics, active)}
            />
          ) : (
            <p className="text-muted">
              Select an operation to see what a model gets, and to change its name, title or description.
            </p>
          )}
        </aside>
      </div>
      <PublishDialog {...{ serverId, href }} isOpen={isReviewing} onOpenChange={setReviewing} />
      <Dialog title="Tool" isTall open={isSheet && active !== undefined} onOpenChange={setSheet}>
        {active ? (
          <ToolEditor
            key={active.key}
            {...editing}
            href={toolHref(href, active.key)}
            row={active}
            findings={findingsOf(diagnostics, active)}
          />
        ) : null}
      </Dialog>
    </div>
  );
}

function factsOf(picked: ReadonlySet<string>, report: LintReport | undefined): FilterFacts {
  const found = new Set(report?.findings.flatMap(({ operation }) => operation ?? []));
  return { picked, grades: report?.tools ?? {}, found };
}

/** From this width on the editor stands beside the list. */
function isWide(): boolean {
  return window.matchMedia("(min-width: 1024px)").matches;
}

/** For who may look only: picking does nothing. */
function keep(): void {}

/** "2 tools added, 1 edited": what publishing would do, with what is picked but not saved yet. */
function pendingText(changes: DraftChanges, picked: ReadonlySet<string>, saved: string[]): string | undefined {
  const before = new Set(saved);
  const served = new Set([...saved.filter((key) => !changes.added.includes(key)), ...changes.removed]);
  const added = [...picked].filter((key) => !served.has(key)).length;
  const removed = [...served].filter((key) => !picked.has(key)).length;
  const edited = changes.changed.filter((key) => picked.has(key) && before.has(key)).length;
  const parts = [
    added > 0 ? `${count(added, "tool")} added` : "",
    removed > 0 ? `${count(removed, "tool")} removed` : "",
    edited > 0 ? `${count(edited, "tool")} edited` : "",
    changes.settings.length > 0 ? "settings changed" : "",
  ].filter(Boolean);
  return parts.length > 0 ? `Not published yet: ${parts.join(", ")}` : undefined;
}

/** What is written of other tools than the one that is open, and waits for somebody. */
function NotSaved({
  operations,
  rows,
  onOpen,
}: {
  operations: readonly string[];
  rows: readonly ToolRow[];
  onOpen: (row: ToolRow) => void;
}) {
  const found = rows.filter(({ key }) => operations.includes(key));
  if (found.length === 0) return null;
  return (
    <Notice
      kind="problem"
      title={`What you wrote of ${found.length === 1 ? "another tool" : `${found.length} other tools`} is not saved`}
      action={found.map((row) => (
        <Button key={row.key} size="small" onClick={() => onOpen(row)}>
          Open {row.name ?? row.key}
        </Button>
      ))}
    >
      It stays here until you correct or discard it, or leave this page.
    </Notice>
  );
}
