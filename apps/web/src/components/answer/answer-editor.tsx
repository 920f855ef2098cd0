"use client";

import type { AnswerFormat, AnswerShape } from "@portico/openapi";
import type { ShapePreview, TriedCall } from "@portico/services";
import { Download, RotateCcw, WandSparkles } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useState, useTransition } from "react";
import { changeTool } from "@/components/server/actions.ts";
import { callRest } from "@/components/try/call-rest.ts";
import { pretty, ResultText } from "@/components/try/tried-view.tsx";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Field, Input, Select, Textarea } from "@/components/ui/field.tsx";
import { useUnsaved } from "@/components/ui/leaving.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Tabs } from "@/components/ui/tabs.tsx";
import { Time } from "@/components/ui/time.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { TokenChange } from "@/components/ui/token-change.tsx";
import { FieldTree } from "./field-tree.tsx";
import { type SelectionMode, selectionOf, tickedOf } from "./selection.ts";

const FORMATS: [AnswerFormat, string][] = [
  ["json", "JSON, on one line"],
  ["table", "Table (Markdown)"],
  ["csv", "CSV"],
  ["text", "Lines of text"],
];

const REST_MS = 200;

/** What of a tool's answers reaches the model: chosen on a real answer, with what it saves beside it. */
export function AnswerEditor({
  serverId,
  operation,
  href,
  saved,
  sample,
  needsArguments,
  isReading,
  mayWrite,
}: {
  serverId: string;
  operation: string;
  /** The pages of the tool. */
  href: string;
  saved: AnswerShape;
  /** When the sample was kept; null without one. */
  sample: string | null;
  needsArguments: boolean;
  isReading: boolean;
  mayWrite: boolean;
}) {
  const [shape, setShape] = useState<AnswerShape>(saved);
  const [mode, setMode] = useState<SelectionMode>(modeOf(saved));
  const [from, setFrom] = useState<"sample" | "example">(sample ? "sample" : "example");
  const [preview, setPreview] = useState<ShapePreview>();
  const [problem, setProblem] = useState<string>();
  const [isConflict, setConflict] = useState(false);
  const [isPending, start] = useTransition();
  const toast = useToast();
  const router = useRouter();
  const address = `/api/v1/servers/${serverId}/tools/${encodeURIComponent(operation)}`;
  const key = JSON.stringify(shape);
  // What was begun with stays what is changed from, whoever saves meanwhile.
  const [base, setBase] = useState(saved);
  const [seen, setSeen] = useState(saved);
  const isDirty = key !== JSON.stringify(base);
  const show = (next: AnswerShape) => {
    setBase(next);
    setShape(next);
    setMode(modeOf(next));
  };
  if (JSON.stringify(seen) !== JSON.stringify(saved)) {
    setSeen(saved);
    if (!isDirty) show(saved);
  }
  useUnsaved({ what: "how you shaped the answer", isUnsaved: () => isDirty && mayWrite });

  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      const body = { from, shape: JSON.parse(key) as AnswerShape };
      const answer = await callRest<ShapePreview>("POST", `${address}/shape`, body, abort.signal);
      if (abort.signal.aborted) return;
      if (answer.ok) {
        setPreview(answer.value);
        setProblem(undefined);
      } else setProblem(answer.message);
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [address, from, key, sample]);

  const change = (part: Partial<AnswerShape>) =>
    setShape((before) => {
      const after = { ...before, ...part };
      return Object.fromEntries(Object.entries(after).filter(([, value]) => value !== undefined)) as AnswerShape;
    });
  const tree = preview?.view.tree;
  const suggestion = preview?.view.suggestion;
  const select = (ticked: ReadonlySet<string>, as: SelectionMode) => {
    if (!tree) return;
    const selection = selectionOf(tree, ticked, as);
    if (selection.keep?.length === 0) return setProblem("Keep at least one field.");
    change({ keep: undefined, drop: undefined, ...selection } as Partial<AnswerShape>);
  };
  const ticked = tree ? tickedOf(tree, shape) : new Set<string>();
  const fetchSample = () =>
    start(async () => {
      const tried = await callRest<TriedCall>("POST", `${address}/try`, { arguments: {}, shape: null });
      if (!tried.ok) return setProblem(tried.message);
      const { answer, outcome, result } = tried.value;
      if (outcome !== "ok" || !answer) {
        const [first] = result.content;
        return setProblem(first?.type === "text" ? first.text : "The API gave no answer to shape by.");
      }
      const { status, contentType, body } = answer;
      const kept = await callRest("PUT", `${address}/sample`, { arguments: {}, status, contentType, body });
      if (!kept.ok) return setProblem(kept.message);
      setFrom("sample");
      toast("The answer is the sample now");
      router.refresh();
    });
  /** `was`: what it had been when it was read; without it, over whatever it is. */
  const save = (next: AnswerShape, was: AnswerShape | undefined) =>
    start(async () => {
      setProblem(undefined);
      const outcome = await changeTool({
        serverId,
        operation,
        changes: { shape: stated(next) },
        ...(was ? { from: { shape: stated(was) } } : {}),
      });
      setConflict(!outcome.ok && outcome.details === "conflict");
      if (!outcome.ok && outcome.details === "conflict") return start(() => router.refresh());
      if (!outcome.ok) return setProblem(Object.values(outcome.fields)[0] ?? outcome.message);
      const { before, after } = outcome.value;
      setBase(next);
      toast("Saved in the draft", {
        label: "Undo",
        act: () => {
          setShape(before.shape ?? {});
          save(before.shape ?? {}, after.shape ?? {});
        },
      });
      router.refresh();
    });

  const getSample = needsArguments ? (
    <Link href={`${href}/try`} className={buttonClass()}>
      Call it under Try it, and keep the answer
    </Link>
  ) : (
    <Button icon={<Download size={16} aria-hidden />} isPending={isPending} onClick={fetchSample}>
      {sample ? "Call the API for a new sample" : "Call the API for a sample"}
    </Button>
  );
  if (!preview && problem)
    return (
      <EmptyState title="There is no answer to shape yet" action={isReading && mayWrite ? getSample : null}>
        {problem}
      </EmptyState>
    );
  return (
    <form
      aria-label="Answer"
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save(shape, base);
      }}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <p className="flex-1 basis-64 text-muted">
          {from === "sample" && sample ? (
            <>
              Shaped on the sample that was kept <Time at={sample} />.
            </>
          ) : (
            "Shaped on what the document says of the answer. A real one is better: call the API once."
          )}
        </p>
        {sample ? (
          <Button look="quiet" onClick={() => setFrom(from === "sample" ? "example" : "sample")}>
            {from === "sample" ? "Use the document’s example" : "Use the sample"}
          </Button>
        ) : null}
        {isReading && mayWrite ? getSample : null}
      </div>
      {problem ? <Notice kind="problem">{problem}</Notice> : null}
      {isConflict ? (
        <Notice
          kind="problem"
          title="Somebody else shaped this answer meanwhile, and nothing was saved"
          action={
            <>
              <Button isPending={isPending} onClick={() => save(shape, undefined)}>
                Keep mine
              </Button>
              <Button
                disabled={isPending}
                onClick={() => {
                  setConflict(false);
                  show(saved);
                }}
              >
                Take theirs
              </Button>
            </>
          }
        />
      ) : null}
      {preview ? (
        <div className="grid gap-5 lg:grid-cols-2">
          <div className="flex min-w-0 flex-col gap-4">
            {tree ? (
              <section className="flex flex-col gap-2">
                <div className="flex flex-wrap items-center gap-2">
                  <h3 className="flex-1 font-medium">Fields</h3>
                  {mayWrite && suggestion ? (
                    <Button
                      size="small"
                      icon={<WandSparkles size={14} aria-hidden />}
                      onClick={() => {
                        setMode("keep");
                        change({ drop: undefined, ...suggestion } as Partial<AnswerShape>);
                      }}
                    >
                      Suggest
                    </Button>
                  ) : null}
                  {mayWrite && (shape.keep || shape.drop) ? (
                    <Button
                      size="small"
                      look="quiet"
                      onClick={() => change({ keep: undefined, drop: undefined } as Partial<AnswerShape>)}
                    >
                      Keep all
                    </Button>
                  ) : null}
                </div>
                <div className="relative max-h-[480px] overflow-y-auto rounded-card border bg-surface p-1.5">
                  <FieldTree
                    tree={tree}
                    ticked={ticked}
                    names={shape.rename ?? {}}
                    isDisabled={!mayWrite}
                    onTick={(paths, isTicked) => {
                      const next = new Set(ticked);
                      for (const path of paths) isTicked ? next.add(path) : next.delete(path);
                      select(next, mode);
                    }}
                    onRename={(path, name) => {
                      const { [path]: _old, ...others } = shape.rename ?? {};
                      const rename = name ? { ...others, [path]: name } : others;
                      change({ rename: Object.keys(rename).length > 0 ? rename : undefined } as Partial<AnswerShape>);
                    }}
                  />
                </div>
                <Field
                  label="Fields that the API adds later"
                  hint="A new field can hold anything: leaving it out is the safer choice."
                >
                  {(control) => (
                    <Select
                      {...control}
                      value={mode}
                      disabled={!mayWrite}
                      onChange={(event) => {
                        const next = event.target.value as SelectionMode;
                        setMode(next);
                        select(ticked, next);
                      }}
                    >
                      <option value="keep">are left out</option>
                      <option value="drop">reach the model</option>
                    </Select>
                  )}
                </Field>
              </section>
            ) : (
              <p className="text-muted">
                The answer is no JSON, so there are no fields to choose from. A token limit still applies.
              </p>
            )}
            <div className="grid gap-3 sm:grid-cols-3">
              <Field label="Written as">
                {(control) => (
                  <Select
                    {...control}
                    value={shape.format ?? "json"}
                    disabled={!mayWrite}
                    onChange={(event) => {
                      const format = event.target.value as AnswerFormat;
                      change({ format: format === "json" ? undefined : format } as Partial<AnswerShape>);
                    }}
                  >
                    {FORMATS.map(([format, words]) => (
                      <option key={format} value={format}>
                        {words}
                      </option>
                    ))}
                  </Select>
                )}
              </Field>
              <NumberField
                label="Items of a list"
                placeholder="all"
                value={shape.itemsMax}
                isDisabled={!mayWrite}
                onChange={(itemsMax) => change({ itemsMax } as Partial<AnswerShape>)}
              />
              <NumberField
                label="Tokens at most"
                placeholder="no limit"
                value={shape.tokensMax}
                isDisabled={!mayWrite}
                onChange={(tokensMax) => change({ tokensMax } as Partial<AnswerShape>)}
              />
            </div>
            {shape.itemsMax !== undefined || shape.tokensMax !== undefined ? (
              <p className="-mt-2 text-sm text-muted">
                {isReading
                  ? "The rest of a shortened list the model asks for with a cursor, from the next publish on."
                  : "What is cut is not shown later either: a call again would do it again."}
              </p>
            ) : null}
            <details open={shape.expression !== undefined}>
              <summary className="cursor-pointer font-medium text-muted hover:text-ink">With an expression</summary>
              <div className="mt-2">
                <Field
                  label="JMESPath expression"
                  hint={
                    <>
                      For what ticking cannot do, such as <code className="font-mono">items[?state=='open'].title</code>
                      . It comes first; fields are chosen of its result.
                    </>
                  }
                >
                  {(control) => (
                    <Textarea
                      {...control}
                      value={shape.expression ?? ""}
                      disabled={!mayWrite}
                      rows={3}
                      spellCheck={false}
                      maxLength={2_000}
                      className="font-mono text-sm"
                      onChange={(event) =>
                        change({ expression: event.target.value || undefined } as Partial<AnswerShape>)
                      }
                    />
                  )}
                </Field>
              </div>
            </details>
          </div>
          <div className="flex min-w-0 flex-col gap-3">
            <TokenChange {...preview.view.tokens} />
            <Tabs
              label="The answer"
              tabs={[
                { value: "model", label: "For the model", content: <ResultText result={preview.result} /> },
                {
                  value: "api",
                  label: "From the API",
                  content: (
                    <CodeBlock
                      label="The answer as it came"
                      text={pretty(preview.answer.body)}
                      className="max-h-[480px]"
                    />
                  ),
                },
              ]}
            />
          </div>
        </div>
      ) : (
        <p className="text-muted">Loading …</p>
      )}
      {mayWrite ? (
        <div className="sticky bottom-14 z-10 -mx-1 flex flex-wrap items-center gap-2 border-t bg-canvas px-1 py-3 md:bottom-0">
          <Button type="submit" look="primary" disabled={!isDirty || problem !== undefined} isPending={isPending}>
            Save in the draft
          </Button>
          {isDirty ? (
            <Button
              look="quiet"
              onClick={() => {
                setConflict(false);
                show(saved);
              }}
            >
              Discard
            </Button>
          ) : null}
          {Object.keys(shape).length > 0 ? (
            <Button
              look="quiet"
              icon={<RotateCcw size={14} aria-hidden />}
              onClick={() => {
                setShape({});
                setMode("keep");
              }}
            >
              Shape nothing
            </Button>
          ) : null}
          <p className="flex-1 text-right text-sm text-muted">
            {isDirty ? "Not saved yet" : "Served from the next publish on"}
          </p>
        </div>
      ) : null}
    </form>
  );
}

function modeOf({ keep, drop }: AnswerShape): SelectionMode {
  return drop && !keep ? "drop" : "keep";
}

/** As an edit of the tool says it. */
function stated(shape: AnswerShape): AnswerShape | null {
  return Object.keys(shape).length > 0 ? shape : null;
}

function NumberField({
  label,
  placeholder,
  value,
  isDisabled,
  onChange,
}: {
  label: string;
  placeholder: string;
  value: number | undefined;
  isDisabled: boolean;
  onChange: (value: number | undefined) => void;
}) {
  return (
    <Field label={label}>
      {(control) => (
        <Input
          {...control}
          inputMode="numeric"
          autoComplete="off"
          placeholder={placeholder}
          value={value ?? ""}
          disabled={isDisabled}
          onChange={(event) => {
            const digits = event.target.value.replace(/\D/g, "");
            onChange(digits === "" ? undefined : Number(digits));
          }}
        />
      )}
    </Field>
  );
}
