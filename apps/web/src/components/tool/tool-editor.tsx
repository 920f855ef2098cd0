"use client";

import type { LintReport } from "@portico/services";
import { RotateCcw, Sparkles } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useCallback, useEffect, useState, useTransition } from "react";
import { RewritePanel } from "@/components/lint/rewrite-panel.tsx";
import { ToolFindings } from "@/components/lint/tool-findings.tsx";
import type { Fixes } from "@/components/lint/use-fixes.ts";
import { useRewrite } from "@/components/lint/use-rewrite.ts";
import { changeTool } from "@/components/server/actions.ts";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Field, Input, Select, Textarea } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { type Calling, CallingSection } from "./calling-section.tsx";
import { type Hints, isSameHints, shownHints } from "./hints.ts";
import { HintsSection } from "./hints-section.tsx";
import { textOfEdits } from "./parameter-edit.ts";
import { ParametersSection, type ParametersState } from "./parameters-section.tsx";
import { OperationFacts, SentAs } from "./tool-facts.tsx";
import type { Reason, ToolRow } from "./tool-row.ts";
import { type LoadedTool, useTool } from "./use-tool.ts";

const FIELDS = ["name", "title", "description", "contentType"] as const;
type FieldName = (typeof FIELDS)[number];
const DESCRIPTION_CHARS_MAX = 1_024;

function ignore(): void {}

/** What the model sees of one tool, to be changed by a person who knows the API better than its document does. */
export function ToolEditor({
  serverId,
  href,
  row,
  findings,
  report,
  fixes,
  fixed = 0,
  mayWrite,
  onDirty = ignore,
}: {
  serverId: string;
  /** The pages of the tool, where this is not one of them. */
  href?: string;
  row: ToolRow;
  findings: readonly Reason[];
  /** What would help models, once it is known. */
  report?: LintReport | undefined;
  fixes?: (Fixes & { isHeld: boolean }) | undefined;
  /** Another number: a fix may have changed this tool. */
  fixed?: number;
  mayWrite: boolean;
  /** Whether something is not saved. */
  onDirty?: (isDirty: boolean) => void;
}) {
  const [edition, setEdition] = useState(0);
  const path = `/api/v1/servers/${serverId}/tools/${encodeURIComponent(row.key)}`;
  const loaded = useTool(row.name ? `${path}?edition=${edition}.${fixed}` : undefined);
  const isLoaded = loaded !== undefined && typeof loaded === "object";
  const [isDirty, setDirty] = useState(false);
  const tellDirty = useCallback(
    (next: boolean) => {
      setDirty(next);
      onDirty(next);
    },
    [onDirty],
  );
  const rewrite = useRewrite(
    { serverId, operation: row.key, mayWrite: mayWrite && row.name !== undefined },
    (isLoaded && loaded.patch?.parameters) || {},
    () => setEdition((n) => n + 1),
  );
  const graded = report && Object.hasOwn(report.tools, row.key) ? report.tools[row.key] : undefined;
  return (
    <div className="flex flex-col gap-4">
      {href ? <h2 className="font-mono text-md font-medium [overflow-wrap:anywhere]">{row.name ?? row.key}</h2> : null}
      <OperationFacts row={row} findings={findings} hasAddress={href !== undefined} />
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
      {report && graded ? (
        <ToolFindings
          graded={graded}
          findings={report.findings.filter(({ operation }) => operation === row.key)}
          fixes={fixes}
          rewrite={isLoaded ? rewrite : undefined}
        />
      ) : null}
      {rewrite.ask && isLoaded ? (
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
          {isDirty ? <p className="text-sm text-muted">Save or discard your changes first.</p> : null}
        </div>
      ) : null}
      <RewritePanel key={rewrite.suggestion ? "suggested" : "none"} rewrite={rewrite} isHeld={isDirty} />
      {loaded === "loading" ? <p className="text-muted">Loading…</p> : null}
      {loaded === "failed" ? <p className="text-muted">The tool could not be loaded. Pick the row again.</p> : null}
      {isLoaded ? (
        <Words
          key={`${row.key}${edition}.${fixed}`}
          serverId={serverId}
          operation={row.key}
          loaded={loaded}
          mayWrite={mayWrite}
          onDirty={tellDirty}
          onSaved={() => setEdition((n) => n + 1)}
        />
      ) : null}
    </div>
  );
}

function Words({
  serverId,
  operation,
  loaded: { tool, generated, parameters = [], pagedBy, calling: limits, patch = {} },
  mayWrite,
  onDirty,
  onSaved,
}: {
  serverId: string;
  operation: string;
  loaded: LoadedTool;
  mayWrite: boolean;
  onDirty: (isDirty: boolean) => void;
  onSaved: () => void;
}) {
  const document = {
    name: generated?.name ?? "",
    title: generated?.title ?? "",
    description: generated?.description ?? "",
    contentType: generated?.contentType ?? "",
  };
  const saved = {
    name: tool.name,
    title: tool.title ?? "",
    description: tool.description,
    contentType: tool.contentType ?? "",
  };
  const [words, setWords] = useState(saved);
  const [askFirst, setAskFirst] = useState(tool.askFirst === true);
  const savedInputs: ParametersState = { edits: patch.parameters ?? {}, asked: patch.askFor ?? [] };
  const [inputs, setInputs] = useState(savedInputs);
  const [discards, setDiscards] = useState(0);
  const [widget, setWidget] = useState(tool.widget === true);
  const [summarize, setSummarize] = useState(tool.summarize === true);
  const [paging, setPaging] = useState(patch.paging === true);
  const savedHints: Hints = patch.annotations ?? {};
  const [hints, setHints] = useState(savedHints);
  const documented = { kind: generated?.kind ?? tool.kind, annotations: generated?.annotations ?? tool.annotations };
  const { kind, isRepeatable } = shownHints(hints, documented);
  const isReading = kind === "reading";
  const savedCalling: Calling = { timeoutSeconds: patch.timeoutSeconds, retries: patch.retries };
  const [calling, setCalling] = useState(savedCalling);
  const [problem, setProblem] = useState<{ message: string; fields: Record<string, string> }>();
  const [isPending, start] = useTransition();
  const router = useRouter();
  const toast = useToast();
  const isDirty =
    FIELDS.some((field) => words[field] !== saved[field]) ||
    askFirst !== (tool.askFirst === true) ||
    !isSameSet(inputs.asked, savedInputs.asked) ||
    textOfEdits(inputs.edits) !== textOfEdits(savedInputs.edits) ||
    widget !== (tool.widget === true) ||
    summarize !== (tool.summarize === true) ||
    paging !== (patch.paging === true) ||
    !isSameHints(hints, savedHints) ||
    calling.timeoutSeconds !== savedCalling.timeoutSeconds ||
    calling.retries !== savedCalling.retries;
  useEffect(() => {
    onDirty(isDirty);
    return () => onDirty(false);
  }, [isDirty, onDirty]);
  const save = () =>
    start(async () => {
      const isOwn = (field: FieldName) => words[field].trim() !== "" && words[field] !== document[field];
      const changes = {
        ...Object.fromEntries(FIELDS.map((field) => [field, isOwn(field) ? words[field].trim() : null])),
        askFirst: askFirst || null,
        askFor: inputs.asked.length > 0 ? [...inputs.asked] : null,
        parameters: Object.keys(inputs.edits).length > 0 ? { ...inputs.edits } : null,
        widget: widget || null,
        // What reads no more is not asked again.
        summarize: (isReading && summarize) || null,
        paging: (isReading && paging) || null,
        annotations: Object.keys(hints).length > 0 ? hints : null,
        timeoutSeconds: calling.timeoutSeconds ?? null,
        retries: (isRepeatable || !calling.retries ? calling.retries : undefined) ?? null,
      };
      const outcome = await changeTool({ serverId, operation, changes });
      if (!outcome.ok) return setProblem(outcome);
      toast("Saved in the draft");
      onSaved();
      router.refresh();
    });
  const reset = (field: FieldName) =>
    words[field] === document[field] || !mayWrite ? undefined : (
      <Button
        look="quiet"
        size="small"
        icon={<RotateCcw size={12} aria-hidden />}
        onClick={() => setWords({ ...words, [field]: document[field] })}
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
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {problem ? <Notice kind="problem" title={problem.message} /> : null}
      <Field label={label("name", "Name")} aside={reset("name")} error={problem?.fields.name}>
        {(control) => (
          <Input
            {...control}
            value={words.name}
            disabled={!mayWrite}
            maxLength={64}
            pattern="[A-Za-z0-9_\-]+"
            title="Letters, digits, - and _"
            required
            spellCheck={false}
            className="font-mono text-sm"
            onChange={(event) => setWords({ ...words, name: event.target.value })}
          />
        )}
      </Field>
      <Field label={label("title", "Title")} aside={reset("title")} error={problem?.fields.title}>
        {(control) => (
          <Input
            {...control}
            value={words.title}
            disabled={!mayWrite}
            maxLength={200}
            onChange={(event) => setWords({ ...words, title: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={label("description", "Description")}
        aside={reset("description")}
        error={problem?.fields.description}
        hint={`When to use it and what it gives. ${words.description.length} of ${DESCRIPTION_CHARS_MAX.toLocaleString("en")} characters.`}
      >
        {(control) => (
          <Textarea
            {...control}
            value={words.description}
            disabled={!mayWrite}
            required
            maxLength={Math.max(DESCRIPTION_CHARS_MAX, saved.description.length)}
            rows={7}
            onChange={(event) => setWords({ ...words, description: event.target.value })}
          />
        )}
      </Field>
      {tool.contentTypes ? (
        <Field
          label={label("contentType", "Sent as")}
          aside={reset("contentType")}
          error={problem?.fields.contentType}
          hint="How the API gets what the model fills in. The document offers more than one way."
        >
          {(control) => (
            <Select
              {...control}
              value={words.contentType}
              disabled={!mayWrite}
              className="font-mono text-sm"
              onChange={(event) => setWords({ ...words, contentType: event.target.value })}
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
        error={problem?.fields.annotations}
        onChange={setHints}
      />
      <Field
        label="Before each call"
        hint="Whoever uses the tool sees the call and says yes or no. Clients that cannot ask are told why nothing was sent."
      >
        {(control) => (
          <Select
            {...control}
            value={askFirst ? "ask" : "send"}
            disabled={!mayWrite}
            onChange={(event) => setAskFirst(event.target.value === "ask")}
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
            value={widget ? "widget" : "text"}
            disabled={!mayWrite}
            onChange={(event) => setWidget(event.target.value === "widget")}
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
              value={paging ? "cursor" : "own"}
              disabled={!mayWrite}
              onChange={(event) => setPaging(event.target.value === "cursor")}
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
              value={summarize ? "summarize" : "shorten"}
              disabled={!mayWrite}
              onChange={(event) => setSummarize(event.target.value === "summarize")}
            >
              <option value="shorten">Shorten</option>
              <option value="summarize">Shorten, with a summary by the client’s model</option>
            </Select>
          )}
        </Field>
      ) : null}
      {limits ? (
        <CallingSection
          calling={calling}
          limits={limits}
          isRepeatable={isRepeatable}
          isDisabled={!mayWrite}
          errors={problem?.fields ?? {}}
          onChange={setCalling}
        />
      ) : null}
      <ParametersSection
        key={discards}
        parameters={parameters}
        state={inputs}
        errors={problem?.fields ?? {}}
        isDisabled={!mayWrite}
        onChange={setInputs}
      />
      {mayWrite ? (
        <div className="sticky -bottom-5 -mb-5 flex gap-2 border-t bg-surface pt-3 pb-8">
          <Button type="submit" disabled={!isDirty} isPending={isPending}>
            Save in the draft
          </Button>
          {isDirty ? (
            <Button
              look="quiet"
              onClick={() => {
                setWords(saved);
                setAskFirst(tool.askFirst === true);
                setInputs(savedInputs);
                setDiscards(discards + 1);
                setWidget(tool.widget === true);
                setSummarize(tool.summarize === true);
                setPaging(patch.paging === true);
                setHints(savedHints);
                setCalling(savedCalling);
              }}
            >
              Discard
            </Button>
          ) : null}
        </div>
      ) : null}
    </form>
  );
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}
