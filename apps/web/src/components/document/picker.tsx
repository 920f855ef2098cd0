"use client";

import type { Suggestion } from "@portico/openapi";
import { ChevronDown, Settings2 } from "lucide-react";
import Link from "next/link";
import { useDeferredValue, useMemo, useState, useTransition } from "react";
import { VISIBILITY_WORDS, type Visibility, VisibilityChoice } from "@/components/server/visibility-choice.tsx";
import type { TextLimits } from "@/components/tool/client-limits.ts";
import { FilterChips } from "@/components/tool/filter-chips.tsx";
import { PickerToolbar } from "@/components/tool/picker-toolbar.tsx";
import { filterQuery, filterRows } from "@/components/tool/tool-filter.ts";
import { ToolPeek } from "@/components/tool/tool-peek.tsx";
import { type PackedRows, type ToolRow, unpackRows } from "@/components/tool/tool-row.ts";
import { ToolTree } from "@/components/tool/tool-tree.tsx";
import { useKeptPicks } from "@/components/tool/use-kept-picks.ts";
import { preselect, useSelection } from "@/components/tool/use-selection.ts";
import { useToolFilter } from "@/components/tool/use-tool-filter.ts";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { cx } from "@/components/ui/cx.ts";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { count } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { Popover } from "@/components/ui/popover.tsx";
import { useAddressValue } from "@/components/ui/use-address-value.ts";
import { addToServer, allowReferences, publishDocument, reviewAdding } from "./actions.ts";
import { type AddingTo, RenamedTools, ShortName, withNames } from "./adding.tsx";
import { Attention, findingsOf } from "./attention.tsx";
import { importAddress } from "./choices.ts";
import type { DiagnosticView } from "./diagnostic-list.tsx";
import { startPage } from "./next-page.ts";
import { useFindings } from "./use-findings.ts";

/** The one screen between a document and a URL: what it has, what it costs, and which of it becomes tools. */
export function Picker({
  documentId,
  revisionId,
  title: documentTitle,
  version,
  rows: packed,
  suggestion,
  textLimits,
  madeFrom,
  diagnostics,
  isValidated,
  hasSourceUrl,
  allowOrigins,
  mayPublish,
  into,
}: {
  documentId: string;
  /** What was picked is kept for it. */
  revisionId: string;
  title: string;
  version: string;
  rows: PackedRows;
  suggestion: Suggestion;
  textLimits: TextLimits;
  /** "a Postman collection", where it was no OpenAPI document. */
  madeFrom: string | undefined;
  diagnostics: DiagnosticView[];
  /** False while the validator's findings are still to come. */
  isValidated: boolean;
  /** It can be read again from where it came from. */
  hasSourceUrl: boolean;
  /** Other addresses that its references are read from. */
  allowOrigins: string[];
  mayPublish: boolean;
  /** The server that it is added to; without one, another server is made of it. */
  into?: AddingTo;
}) {
  const documentRows = useMemo(() => unpackRows(packed), [packed]);
  const [title, setTitle] = useState(documentTitle);
  const [visibility, setVisibility] = useState<Visibility>("organization");
  const [filter, setFilter] = useToolFilter();
  const [activeKey, setActiveKey] = useAddressValue("tool");
  const [sheet, setSheet] = useState<ToolRow>();
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const [added, setAdded] = useState(into?.review);
  const rows = useMemo(() => withNames(documentRows, added), [documentRows, added]);
  const initial = useMemo(() => preselect(documentRows, "suggested"), [documentRows]);
  const { findings, check } = useFindings(documentId, isValidated);
  const told = useMemo(() => [...diagnostics, ...findings], [diagnostics, findings]);
  const selection = useSelection(rows, initial);
  const tools = selection.keys.size;
  const active = rows.find(({ key }) => key === activeKey);
  // Letters appear as they are typed; the tree follows.
  const sought = useDeferredValue(filter);
  const shown = useMemo(() => filterRows(rows, sought), [rows, sought]);
  const isFiltered = filterQuery(sought) !== "";
  useKeptPicks(`document:${revisionId}${into ? `:${into.serverId}` : ""}`, { rows, initial, selection });
  const addressOf = (row: ToolRow | undefined) =>
    row?.name ? `/api/v1/documents/${documentId}/tools/${encodeURIComponent(row.key)}` : undefined;
  const open = (row: ToolRow) => {
    setActiveKey(row.key);
    if (isBesideHidden()) setSheet(row);
  };
  const publish = () =>
    start(async () => {
      setProblem(undefined);
      const operations = rows.filter(({ key }) => selection.keys.has(key)).map(({ key }) => key);
      const outcome =
        into && added
          ? await addToServer({
              ...{ serverId: into.serverId, slug: into.slug, documentId, key: added.key, lock: added.lock },
              select: { operations },
            })
          : await publishDocument({ documentId, title: title.trim() || documentTitle, operations, visibility });
      if (outcome && !outcome.ok) setProblem(outcome.message);
    });

  const fixOf = ({ origin }: DiagnosticView) => {
    if (!origin || !mayPublish) return null;
    const origins = [...allowOrigins, origin];
    const label = `Read from ${new URL(origin).host} too`;
    return hasSourceUrl ? (
      <Button
        size="small"
        className="mt-2"
        isPending={isPending}
        onClick={() =>
          start(async () => {
            setProblem(undefined);
            const goal = into ? { serverSlug: into.slug, isAdded: true } : undefined;
            const outcome = await allowReferences({ documentId, origins, ...(goal ? { goal } : {}) });
            if (outcome && !outcome.ok) setProblem(outcome.message);
          })
        }
      >
        {label}
      </Button>
    ) : (
      <Link
        href={importAddress(
          { allowOrigins: origins },
          into ? startPage({ serverSlug: into.slug, isAdded: true }) : "/new",
        )}
        className={cx(buttonClass({ size: "small" }), "mt-2")}
      >
        {label}
      </Link>
    );
  };

  return (
    <div className="flex flex-col gap-4">
      <header className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className={cx("text-xl font-semibold", into ? "[overflow-wrap:anywhere]" : "truncate")}>
            {into ? `Add ${documentTitle} to ${into.title}` : title || documentTitle}
          </h1>
          <p className="text-muted">
            {documentTitle} {version} · {count(rows.length, "operation")}
            {madeFrom ? ` · from ${madeFrom}` : ""}
          </p>
        </div>
        {into && added ? (
          <div className="flex flex-wrap gap-2">
            <ShortName
              key={added.key}
              initial={added.key}
              review={(key) => reviewAdding({ serverId: into.serverId, documentId, key })}
              onReview={setAdded}
            />
            <Button look="primary" disabled={tools === 0} isPending={isPending} onClick={publish} data-testid="add">
              {tools === 0 ? "Pick a tool to add" : `Add ${count(tools, "tool")}`}
            </Button>
          </div>
        ) : mayPublish ? (
          <div className="flex flex-wrap gap-2">
            <Popover
              label="Server settings"
              trigger={
                <Button icon={<Settings2 size={16} aria-hidden />}>
                  {capitalized(VISIBILITY_WORDS[visibility])}
                  <ChevronDown size={16} aria-hidden />
                </Button>
              }
            >
              <div className="flex flex-col gap-4">
                <Field label="Server title" hint="Clients show it, and the URL is made of it.">
                  {(control) => (
                    <Input
                      {...control}
                      value={title}
                      maxLength={200}
                      onChange={(event) => setTitle(event.target.value)}
                    />
                  )}
                </Field>
                <VisibilityChoice value={visibility} onChange={setVisibility} />
              </div>
            </Popover>
            <Button look="primary" disabled={tools === 0} isPending={isPending} onClick={publish} data-testid="publish">
              {tools === 0 ? "Pick a tool to publish" : `Publish ${count(tools, "tool")}`}
            </Button>
          </div>
        ) : null}
      </header>
      {problem ? (
        <Notice kind="problem" title={into ? "Nothing was added" : "The server was not published"}>
          {problem}
        </Notice>
      ) : null}
      {added ? <RenamedTools review={added} /> : null}
      <Attention rows={rows} diagnostics={told} onOpen={open} fixOf={fixOf} check={check} />
      <PickerToolbar
        limits={textLimits}
        {...{ shown, isFiltered, selection, suggestion }}
        filter={filter.text}
        there={into?.there}
        onFilter={(text) => setFilter({ ...filter, text })}
      />
      <FilterChips rows={rows} shown={shown.length} filter={filter} onFilter={setFilter} />
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_340px]">
        <ToolTree
          rows={shown}
          isFiltered={isFiltered}
          selection={selection}
          active={active?.key}
          onActivate={(row) => setActiveKey(row?.key ?? "")}
          onOpen={open}
          className="h-[max(360px,calc(100dvh-280px))]"
        />
        <aside
          aria-label="Selected operation"
          className="hidden h-[max(360px,calc(100dvh-280px))] overflow-y-auto rounded-card border bg-surface p-4 lg:block"
        >
          {active ? (
            <ToolPeek row={active} address={addressOf(active)} findings={findingsOf(told, active)} />
          ) : (
            <p className="text-muted">
              Select an operation to see the tool that a model gets: its description, its parameters and what they cost.
            </p>
          )}
        </aside>
      </div>
      <Dialog
        title="Operation"
        isTall
        open={sheet !== undefined}
        onOpenChange={(isOpen) => isOpen || setSheet(undefined)}
      >
        {sheet ? <ToolPeek row={sheet} address={addressOf(sheet)} findings={findingsOf(told, sheet)} /> : null}
      </Dialog>
    </div>
  );
}

/** Below this width the peek beside the tree is not shown, and opens over it. */
function isBesideHidden(): boolean {
  return !window.matchMedia("(min-width: 1024px)").matches;
}

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
