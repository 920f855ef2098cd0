"use client";

import type { LintReport, ToolEdit } from "@portico/services";
import { RotateCcw, Sparkles, Undo2 } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useEffect, useState } from "react";
import { RewritePanel } from "@/components/lint/rewrite-panel.tsx";
import { ToolFindings } from "@/components/lint/tool-findings.tsx";
import type { Fixes } from "@/components/lint/use-fixes.ts";
import { useRewrite } from "@/components/lint/use-rewrite.ts";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { cx } from "@/components/ui/cx.ts";
import { Field, Input, Select, Textarea } from "@/components/ui/field.tsx";
import { CallingSection } from "./calling-section.tsx";
import { EditConflictNotice } from "./edit-conflict-notice.tsx";
import { ForEachClient } from "./for-each-client.tsx";
import { HeldNotice } from "./held-notice.tsx";
import { type Hints, shownHints } from "./hints.ts";
import { HintsSection } from "./hints-section.tsx";
import { ParametersSection } from "./parameters-section.tsx";
import { SaveState } from "./save-state.tsx";
import { valuesOf } from "./tool-changes.ts";
import { isUnsaved, type ToolDraft } from "./tool-drafts.ts";
import { OperationFacts, SentAs } from "./tool-facts.tsx";
import type { Reason, ToolRow } from "./tool-row.ts";
import { type LoadedTool, useTool } from "./use-tool.ts";
import { type ToolEditing, useToolDraft } from "./use-tool-drafts.ts";

const FIELDS = ["name", "title", "description", "contentType"] as const;
type FieldName = (typeof FIELDS)[number];
type Words = Record<FieldName, string>;
const DESCRIPTION_CHARS_MAX = 1_024;
const NOT_REPEATED = { retries: undefined } as Partial<ToolEdit>;

/** What the model sees of one tool, to be changed by a person who knows the API better than its document does. */
export function ToolEditor({
  serverId,
  href,
  row,
  findings,
  report,
  isLooking = false,
  fixes,
  fixed = 0,
  mayWrite,
  words,
}: {
  serverId: string;
  /** The pages of the tool, where this is not one of them. */
  href?: string;
  row: ToolRow;
  findings: readonly Reason[];
  /** What would help models, once it is known. */
  report?: LintReport | undefined;
  /** That is still to come, and stands above the words. */
  isLooking?: boolean;
  fixes?: (Fixes & { isHeld: boolean }) | undefined;
  /** Another number: a fix may have changed this tool. */
  fixed?: number;
  mayWrite: boolean;
  /** What is written of the tools on this page. */
  words: ToolEditing;
}) {
  const { drafts } = words;
  const [edition, setEdition] = useState(0);
  const path = `/api/v1/servers/${serverId}/tools/${encodeURIComponent(row.key)}`;
  const draft = useToolDraft(drafts, row.key);
  const loaded = useTool(row.name ? path : undefined, `${edition}.${fixed}.${draft?.saves ?? 0}`);
  const isLoaded = loaded !== undefined && typeof loaded === "object";
  const isDirty = draft !== undefined && isUnsaved(draft);
  useEffect(() => {
    if (typeof loaded !== "object") return;
    const { patch: base = {}, generated: document = {}, lock = 0 } = loaded;
    drafts.read(row.key, { base, document, lock });
  }, [loaded, drafts, row.key]);
  // Another row, or another page: nothing waits any longer.
  useEffect(() => () => void drafts.flush(row.key), [drafts, row.key]);
  const rewrite = useRewrite(
    { serverId, operation: row.key, mayWrite: mayWrite && row.name !== undefined },
    (isLoaded && loaded.patch?.parameters) || {},
    () => setEdition((n) => n + 1),
  );
  // All at once: what comes later would move what somebody has begun to write in.
  const isShown = isLoaded && !isLooking && rewrite.isKnown;
  const graded = report && Object.hasOwn(report.tools, row.key) ? report.tools[row.key] : undefined;
  return (
    <div className="flex flex-col gap-4">
      {href ? <h2 className="font-mono text-md font-medium [overflow-wrap:anywhere]">{row.name ?? row.key}</h2> : null}
      <OperationFacts row={row} findings={findings} hasAddress={href !== undefined} />
      <HeldNotice {...{ serverId, row, mayWrite }} onTaken={() => setEdition((n) => n + 1)} />
      {href && row.name && mayWrite ? (
        <div className="flex flex-wrap gap-2">
          <Link href={`${href}/answer`} className={buttonClass({ size: "small" })}>
            Shape the answer
          </Link>
          <Link href={`${href}/try`} className={buttonClass({ size: "small" })}>
            Try it
          </Link>
        </div>
      ) : null}
      {isShown && report && graded ? (
        <ToolFindings
          graded={graded}
          findings={report.findings.filter(({ operation }) => operation === row.key)}
          fixes={fixes}
          rewrite={rewrite}
        />
      ) : null}
      {isShown && rewrite.ask ? (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Button
            size="small"
            icon={<Sparkles size={12} aria-hidden />}
            isPending={rewrite.isPending && !rewrite.suggestion}
            disabled={isDirty}
            onClick={rewrite.ask}
          >
            Suggest better words
          </Button>
          {isDirty ? <p className="text-sm text-muted">Once your changes are saved.</p> : null}
        </div>
      ) : null}
      <RewritePanel key={rewrite.suggestion ? "suggested" : "none"} rewrite={rewrite} isHeld={isDirty} />
      {loaded === "loading" || (isLoaded && !isShown) ? <p className="text-muted">Loading…</p> : null}
      {loaded === "failed" ? <p className="text-muted">The tool could not be loaded. Pick the row again.</p> : null}
      {isShown && draft ? (
        <WordsForm {...{ loaded, draft, mayWrite }} editing={words} operation={row.key} isPage={href === undefined}>
          <ForEachClient address={path} edition={`${edition}.${fixed}.${draft.saves}`} />
        </WordsForm>
      ) : null}
    </div>
  );
}

function WordsForm({
  operation,
  loaded: { tool, generated, parameters = [], pagedBy, calling: limits },
  draft,
  editing: { drafts, undo, undoProblem },
  isPage,
  mayWrite,
  children,
}: {
  operation: string;
  loaded: LoadedTool;
  draft: ToolDraft;
  editing: ToolEditing;
  /** On a page of its own. */
  isPage: boolean;
  mayWrite: boolean;
  /** Its last section. */
  children: ReactNode;
}) {
  const { edit, base, refused, conflicts, problem, edition } = draft;
  const document = { name: "", title: "", description: "", contentType: "", ...draft.document };
  const words = Object.fromEntries(FIELDS.map((field) => [field, edit[field] ?? document[field]])) as Words;
  const errors = Object.assign({}, ...Object.values(refused).map(({ fields }) => fields)) as Record<string, string>;
  const change = (part: Partial<ToolEdit>) => drafts.change(operation, part);
  const isRenamed = base.name !== undefined && edit.name === base.name && tool.name !== base.name;
  const hints: Hints = edit.annotations ?? {};
  const documented = { kind: generated?.kind ?? tool.kind, annotations: generated?.annotations ?? tool.annotations };
  const { kind, isRepeatable } = shownHints(hints, documented);
  const isReading = kind === "reading";
  /** What reads no more is not asked again for its pages or a summary, and what is not safe to repeat not at all. */
  const sayHints = (next: Hints) => {
    const shown = shownHints(next, documented);
    change({
      annotations: next,
      ...(shown.kind === "reading" ? {} : { summarize: false, paging: false }),
      ...(shown.isRepeatable ? {} : NOT_REPEATED),
    });
  };
  const reset = (field: FieldName) =>
    words[field] === document[field] || !mayWrite ? undefined : (
      <Button
        look="quiet"
        size="small"
        icon={<RotateCcw size={12} aria-hidden />}
        onClick={() => {
          change({ [field]: undefined });
          void drafts.flush(operation);
        }}
      >
        Reset to document
      </Button>
    );
  const label = (field: FieldName, word: string) => (
    <>
      {word}
      {words[field] === document[field] ? null : (
        <span
          title="Differs from the document"
          className="ml-1.5 inline-block size-1.5 rounded-full bg-accent align-middle"
        >
          <span className="sr-only">, differs from the document</span>
        </span>
      )}
    </>
  );
  return (
    <form
      aria-label="What the model sees"
      className="flex flex-col gap-3"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void drafts.flush(operation);
      }}
      onBlur={({ target, relatedTarget }) => {
        // Within one parameter, what is chosen and what is written belong together.
        if (!target.closest("fieldset")?.contains(relatedTarget)) void drafts.flush(operation);
      }}
    >
      {Object.entries(conflicts).map(([path, { theirs }]) => (
        <EditConflictNotice
          key={path}
          {...{ path, theirs, document }}
          mine={valuesOf(edit, draft.document).get(path)}
          onKeep={() => drafts.keepMine(operation, path)}
          onTake={() => drafts.takeTheirs(operation, path)}
        />
      ))}
      <Field
        label={label("name", "Name")}
        aside={reset("name")}
        error={errors.name}
        hint={isRenamed ? `Another tool has this name too, so models know this one as ${tool.name}.` : undefined}
      >
        {(control) => (
          <Input
            {...control}
            value={words.name}
            disabled={!mayWrite}
            maxLength={64}
            required
            spellCheck={false}
            className="font-mono text-sm"
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label={label("title", "Title")} aside={reset("title")} error={errors.title}>
        {(control) => (
          <Input
            {...control}
            value={words.title}
            disabled={!mayWrite}
            maxLength={200}
            onChange={(event) => change({ title: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={label("description", "Description")}
        aside={reset("description")}
        error={errors.description}
        hint={`When to use it and what it gives. ${words.description.length} of ${DESCRIPTION_CHARS_MAX.toLocaleString("en")} characters.`}
      >
        {(control) => (
          <Textarea
            {...control}
            value={words.description}
            disabled={!mayWrite}
            required
            maxLength={Math.max(DESCRIPTION_CHARS_MAX, document.description.length, edit.description?.length ?? 0)}
            rows={7}
            onChange={(event) => change({ description: event.target.value })}
          />
        )}
      </Field>
      {tool.contentTypes ? (
        <Field
          label={label("contentType", "Sent as")}
          aside={reset("contentType")}
          error={errors.contentType}
          hint="How the API gets what the model fills in. The document offers more than one way."
        >
          {(control) => (
            <Select
              {...control}
              value={words.contentType}
              disabled={!mayWrite}
              className="font-mono text-sm"
              onChange={(event) => change({ contentType: event.target.value })}
            >
              {tool.contentTypes?.map((contentType) => (
                <option key={contentType}>{contentType}</option>
              ))}
            </Select>
          )}
        </Field>
      ) : (
        <SentAs tool={tool} />
      )}
      <HintsSection
        hints={hints}
        documented={documented}
        isDisabled={!mayWrite}
        error={errors.annotations}
        onChange={sayHints}
      />
      <Field
        label="Before each call"
        hint="Whoever uses the tool sees the call and says yes or no. Clients that cannot ask are told why nothing was sent."
      >
        {(control) => (
          <Select
            {...control}
            value={edit.askFirst ? "ask" : "send"}
            disabled={!mayWrite}
            onChange={(event) => change({ askFirst: event.target.value === "ask" })}
          >
            <option value="send">Send at once</option>
            <option value="ask">Ask the person first</option>
          </Select>
        )}
      </Field>
      <Field
        label="Shown as"
        hint="The widget is a table, a record or a chart of the answer, in clients that show MCP Apps: Claude (web and desktop), ChatGPT, VS Code, Cursor and Goose. Others get the text. Not for a server whose tools are found by searching."
      >
        {(control) => (
          <Select
            {...control}
            value={edit.widget ? "widget" : "text"}
            disabled={!mayWrite}
            onChange={(event) => change({ widget: event.target.value === "widget" })}
          >
            <option value="text">Text</option>
            <option value="widget">Text and a widget</option>
          </Select>
        )}
      </Field>
      {pagedBy && isReading ? (
        <Field
          label="Pages"
          hint="With one cursor the answer says how to go on, in the same way for every tool, and the model never has to work out where the next page begins."
        >
          {(control) => (
            <Select
              {...control}
              value={edit.paging ? "cursor" : "own"}
              disabled={!mayWrite}
              onChange={(event) => change({ paging: event.target.value === "cursor" })}
            >
              <option value="own">As the API has them, by {pagedBy}</option>
              <option value="cursor">One cursor</option>
            </Select>
          )}
        </Field>
      ) : null}
      {isReading && !operation.startsWith("HEAD ") ? (
        <Field
          label="Large answers"
          hint="An answer that is too large for a model is shortened. In clients that lend their model, such as VS Code and Goose, it sums up the answer first: the person may be asked, and pays for it. Elsewhere the answer is only shortened."
        >
          {(control) => (
            <Select
              {...control}
              value={edit.summarize ? "summarize" : "shorten"}
              disabled={!mayWrite}
              onChange={(event) => change({ summarize: event.target.value === "summarize" })}
            >
              <option value="shorten">Shorten</option>
              <option value="summarize">Shorten, with a summary by the client’s model</option>
            </Select>
          )}
        </Field>
      ) : null}
      {limits ? (
        <CallingSection
          calling={{ timeoutSeconds: edit.timeoutSeconds, retries: edit.retries }}
          limits={limits}
          isRepeatable={isRepeatable}
          isDisabled={!mayWrite}
          errors={errors}
          onChange={(calling) => change(calling as Partial<ToolEdit>)}
        />
      ) : null}
      <ParametersSection
        key={edition}
        parameters={parameters}
        state={{ edits: edit.parameters ?? {}, asked: edit.askFor ?? [] }}
        errors={errors}
        isDisabled={!mayWrite}
        onChange={({ edits, asked }) => change({ parameters: edits, askFor: [...asked] })}
      />
      {children}
      {mayWrite ? (
        <div
          className={cx(
            "sticky z-10 flex flex-wrap items-center gap-x-2 gap-y-1 border-t pt-3",
            // Beside the list and in a window it stands on the edge; on a page above what is at the bottom of a phone.
            isPage ? "bottom-14 bg-canvas pb-3 md:bottom-0" : "-bottom-5 -mb-5 bg-surface pb-8",
          )}
        >
          <SaveState
            draft={draft}
            undoProblem={undoProblem?.operation === operation ? undoProblem.message : undefined}
          />
          {problem ? (
            <Button size="small" onClick={() => void drafts.flush(operation)}>
              Try again
            </Button>
          ) : null}
          {drafts.stuck().includes(operation) ? (
            <Button size="small" look="quiet" onClick={() => drafts.discard(operation)}>
              Discard
            </Button>
          ) : null}
          {draft.steps.length > 0 ? (
            <Button
              size="small"
              look="quiet"
              icon={<Undo2 size={14} aria-hidden />}
              disabled={draft.isSaving}
              onClick={() => undo(operation)}
            >
              Undo
            </Button>
          ) : null}
        </div>
      ) : null}
    </form>
  );
}
