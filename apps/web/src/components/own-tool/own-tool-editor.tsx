"use client";

import type { AnswerFormat, Finding } from "@portico/openapi";
import type { ComposedTool } from "@portico/services";
import { Plus } from "lucide-react";
import { useState } from "react";
import { DraftItemForm } from "@/components/offer/draft-item-form.tsx";
import { worstKind } from "@/components/tool/kind.ts";
import { type ProfileName, statesOf } from "@/components/try/try-as.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input, Select, Textarea } from "@/components/ui/field.tsx";
import { InputRows } from "./input-rows.tsx";
import { inputSchemaOf } from "./input-schema.ts";
import {
  type CallableOperation,
  nextKey,
  type OwnToolText,
  type StepText,
  toOwnTool,
  toOwnToolText,
} from "./own-tool-text.ts";
import { StepCard } from "./step-card.tsx";
import { TryOwnTool } from "./try-own-tool.tsx";

const STEPS_MAX = 5;

/** One tool of several calls: its words, what the model fills in, its steps, and what the model gets. */
export function OwnToolEditor({
  serverId,
  href,
  profiles,
  published,
  before: opened,
  start,
  tools,
  operations,
  findings,
  mayWrite,
  onClose,
}: {
  serverId: string;
  /** The pages of the server. */
  href: string;
  profiles: ProfileName[];
  /** The names of the own tools that are served. */
  published: readonly string[];
  /** Absent for a new one, which begins as `start`. */
  before: ComposedTool | undefined;
  start: ComposedTool;
  /** All of the draft as it is now. */
  tools: ComposedTool[];
  operations: CallableOperation[];
  findings: readonly Finding[];
  mayWrite: boolean;
  onClose: () => void;
}) {
  const [before, setBefore] = useState(opened);
  const [text, setText] = useState(() => toOwnToolText(opened ?? start));
  const change = (part: Partial<OwnToolText>) => setText((now) => ({ ...now, ...part }));
  const tool = toOwnTool(text, before);
  const theirs = before && tools.find(({ name }) => name === before.name);
  const setStep = (key: number, next: StepText) =>
    change({ steps: text.steps.map((step) => (step.key === key ? next : step)) });
  const move = (at: number, by: -1 | 1) => {
    const steps = [...text.steps];
    const [step] = steps.splice(at, 1);
    if (step) steps.splice(at + by, 0, step);
    change({ steps });
  };
  const kinds = new Map(operations.map((one) => [one.key, one.kind]));
  const kind = worstKind(text.steps.map(({ operation }) => kinds.get(operation) ?? "reading"));
  return (
    <DraftItemForm
      serverId={serverId}
      list="composedTools"
      title={before ? `Tool ${before.name}` : "New tool"}
      before={before}
      theirs={theirs}
      item={tool}
      isDirty={!before || JSON.stringify(tool) !== JSON.stringify(toOwnTool(toOwnToolText(before), before))}
      findings={findings}
      mayWrite={mayWrite}
      onTakeTheirs={() => {
        if (!theirs) return;
        setBefore(theirs);
        setText(toOwnToolText(theirs));
      }}
      onClose={onClose}
    >
      {(errorOf) => (
        <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_380px]">
          <fieldset disabled={!mayWrite} className="flex min-w-0 flex-col gap-5">
            <legend className="sr-only">The tool</legend>
            <div className="grid gap-3 sm:grid-cols-2">
              <Field label="Name" error={errorOf("name")}>
                {(control) => (
                  <Input
                    {...control}
                    autoFocus
                    value={text.name}
                    placeholder="orders_of_a_customer"
                    spellCheck={false}
                    autoComplete="off"
                    className="font-mono text-sm"
                    onChange={(event) => change({ name: event.target.value })}
                  />
                )}
              </Field>
              <Field
                label="Title"
                aside={<span className="text-sm text-muted">optional</span>}
                error={errorOf("title")}
              >
                {(control) => (
                  <Input {...control} value={text.title} onChange={(event) => change({ title: event.target.value })} />
                )}
              </Field>
            </div>
            <Field
              label="Description"
              error={errorOf("description")}
              hint="What it does, when to use it rather than the single tools, and what it gives."
            >
              {(control) => (
                <Textarea
                  {...control}
                  value={text.description}
                  rows={3}
                  maxLength={1_024}
                  onChange={(event) => change({ description: event.target.value })}
                />
              )}
            </Field>
            <InputRows inputs={text.inputs} errorOf={errorOf} onChange={(inputs) => change({ inputs })} />
            <section aria-label="Steps" className="flex flex-col gap-3">
              <h3 className="font-medium">What it does</h3>
              <p className="text-sm text-muted">
                Calls, one after the other. An argument comes from <code className="font-mono">input</code>, or from the
                answer of an earlier step by its name: <code className="font-mono">customers[0].id</code>.
              </p>
              {errorOf("steps") ? <p className="text-sm font-medium">{errorOf("steps")}</p> : null}
              {text.steps.map((step, at) => (
                <StepCard
                  key={step.key}
                  {...{ step, operations, errorOf }}
                  position={at}
                  count={text.steps.length}
                  names={["input", ...text.steps.slice(0, at).map(({ id }) => id)]}
                  onChange={(next) => setStep(step.key, next)}
                  onMove={(by) => move(at, by)}
                  onRemove={() => change({ steps: text.steps.filter(({ key }) => key !== step.key) })}
                />
              ))}
              <div>
                <Button
                  icon={<Plus size={16} aria-hidden />}
                  disabled={text.steps.length >= STEPS_MAX}
                  onClick={() =>
                    change({
                      steps: [
                        ...text.steps,
                        { key: nextKey(text.steps), id: "", operation: "", forEach: "", arguments: {} },
                      ],
                    })
                  }
                >
                  {text.steps.length >= STEPS_MAX ? `${STEPS_MAX} steps at most` : "Add a step"}
                </Button>
              </div>
            </section>
            <section aria-label="What the model gets" className="flex flex-col gap-3">
              <h3 className="font-medium">What the model gets</h3>
              <Field
                label="Put together by"
                error={errorOf("answer.expression")}
                hint={
                  <>
                    Empty: the answer of the last step. An expression takes what is needed of all, such as{" "}
                    <code className="font-mono">{"{customer: customers[0].name, totals: orders[].total}"}</code>.
                  </>
                }
              >
                {(control) => (
                  <Textarea
                    {...control}
                    value={text.expression}
                    rows={2}
                    spellCheck={false}
                    className="font-mono text-sm"
                    onChange={(event) => change({ expression: event.target.value })}
                  />
                )}
              </Field>
              <div className="grid gap-3 sm:grid-cols-3">
                <Field label="Written as">
                  {(control) => (
                    <Select
                      {...control}
                      value={text.format}
                      onChange={(event) => change({ format: event.target.value as AnswerFormat })}
                    >
                      <option value="json">JSON, on one line</option>
                      <option value="table">Table (Markdown)</option>
                      <option value="csv">CSV</option>
                      <option value="text">Lines of text</option>
                    </Select>
                  )}
                </Field>
                <Field label="Tokens at most" error={errorOf("answer.tokensMax")}>
                  {(control) => (
                    <Input
                      {...control}
                      inputMode="numeric"
                      placeholder="no limit"
                      value={text.tokensMax}
                      onChange={(event) => change({ tokensMax: event.target.value.replace(/\D/g, "") })}
                    />
                  )}
                </Field>
                <Field label="Before it begins">
                  {(control) => (
                    <Select
                      {...control}
                      value={text.askFirst ? "ask" : "send"}
                      onChange={(event) => change({ askFirst: event.target.value === "ask" })}
                    >
                      <option value="send">Send at once</option>
                      <option value="ask">Ask the person first</option>
                    </Select>
                  )}
                </Field>
              </div>
            </section>
          </fieldset>
          {mayWrite ? (
            <section
              aria-label="Try it"
              className="flex min-w-0 flex-col gap-3 rounded-card border bg-surface p-4 lg:sticky lg:top-28 lg:max-h-[calc(100dvh-8rem)] lg:overflow-y-auto"
            >
              <h3 className="font-medium">Try it</h3>
              <TryOwnTool
                {...{ serverId, href, kind, profiles }}
                name={tool.name}
                inputSchema={inputSchemaOf(tool.inputs)}
                form={tool}
                states={statesOf(before !== undefined && published.includes(before.name))}
                isPanel
              />
            </section>
          ) : null}
        </div>
      )}
    </DraftItemForm>
  );
}
