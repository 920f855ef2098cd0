"use client";

import type { ComposedTool, TriedComposed } from "@portico/services";
import { Check, Play, X } from "lucide-react";
import { useState, useTransition } from "react";
import { SaveCase } from "@/components/eval/save-case.tsx";
import { ArgumentsForm } from "@/components/try/arguments-form.tsx";
import { callRest } from "@/components/try/call-rest.ts";
import { fieldsOf, valueOfText } from "@/components/try/fields.ts";
import { ResultText } from "@/components/try/tried-view.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Field, Select } from "@/components/ui/field.tsx";
import { count, duration } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";

const SCHEMAS = {
  text: { type: "string" },
  number: { type: "number" },
  yesNo: { type: "boolean" },
  texts: { type: "array", items: { type: "string" } },
};

/** Runs the tool as it stands in the form, and shows what each step found: what expressions are written by. */
export function TryOwnTool({
  serverId,
  tool,
  isReading,
}: {
  serverId: string;
  tool: ComposedTool;
  isReading: boolean;
}) {
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [from, setFrom] = useState<"api" | "example">(isReading ? "api" : "example");
  const [call, setCall] = useState<{ tried: TriedComposed; args: Record<string, unknown> }>();
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const named = tool.inputs.filter(({ name }) => name !== "");
  const fields = fieldsOf({
    properties: Object.fromEntries(
      named.map(({ name, type, description }) => [name, { ...SCHEMAS[type], description }]),
    ),
    required: named.filter(({ required }) => required).map(({ name }) => name),
  });
  const run = () =>
    start(async () => {
      setProblem(undefined);
      const args = Object.fromEntries(
        fields.flatMap((field) => {
          const value = valueOfText(texts[field.name] ?? "", field);
          return value === undefined ? [] : [[field.name, value]];
        }),
      );
      const answer = await callRest<TriedComposed>("POST", `/api/v1/servers/${serverId}/composed-tools/try`, {
        ...{ tool, arguments: args, from },
      });
      if (!answer.ok) return setProblem(answer.message);
      setCall({ tried: answer.value, args });
    });
  const { tried } = call ?? {};
  return (
    <section aria-label="Try it" className="flex flex-col gap-3 rounded-card border bg-surface p-4">
      <h3 className="font-medium">Try it</h3>
      <ArgumentsForm
        fields={fields}
        texts={texts}
        onChange={(name, text) => setTexts((all) => ({ ...all, [name]: text }))}
      />
      <Field label="Answers from">
        {(control) => (
          <Select {...control} value={from} onChange={(event) => setFrom(event.target.value as typeof from)}>
            <option value="api">The API itself{isReading ? "" : ", which changes things"}</option>
            <option value="example">The document’s examples</option>
          </Select>
        )}
      </Field>
      <div>
        <Button
          icon={<Play size={16} aria-hidden />}
          isPending={isPending}
          disabled={tool.steps.length === 0}
          onClick={run}
        >
          Run all steps
        </Button>
      </div>
      {problem ? (
        <Notice kind="problem" title="It was not tried">
          {problem}
        </Notice>
      ) : null}
      {call && tried ? (
        <div className="flex flex-col gap-3">
          {tried.steps.map((step, at) => {
            const isOk = step.value !== undefined;
            const Icon = isOk ? Check : X;
            return (
              <details key={step.id} open={!isOk || at === tried.steps.length - 1}>
                <summary className="flex cursor-pointer flex-wrap items-center gap-x-2">
                  <Icon size={14} aria-label={isOk ? "worked" : "failed"} className={isOk ? "text-ok" : ""} />
                  <code className="font-mono text-sm font-medium">{step.id}</code>
                  <span className="text-sm text-muted">
                    {count(step.calls, "call")}
                    {step.failed > 0 ? `, ${step.failed} failed` : ""} · {duration(step.ms)}
                  </span>
                </summary>
                <div className="mt-2 flex flex-col gap-2">
                  {step.made.slice(0, 3).map(({ request }, index) =>
                    request ? (
                      // Calls of a step have no names and never move.
                      <p key={`${step.id}${index}`} className="font-mono text-xs text-muted [overflow-wrap:anywhere]">
                        {request.method} {request.url}
                      </p>
                    ) : null,
                  )}
                  {step.value === undefined ? null : (
                    <CodeBlock label={`What ${step.id} found`} text={step.value} className="max-h-56" />
                  )}
                </div>
              </details>
            );
          })}
          <h4 className="font-medium">For the model</h4>
          <ResultText result={tried.result} />
          <div>
            <SaveCase
              href={`/servers/${serverId}`}
              call={{
                ...{ tool: tool.name, name: tool.name, args: call.args },
                ...{ isError: tried.result.isError === true, answer: tried.result.structuredContent },
              }}
            />
          </div>
        </div>
      ) : null}
    </section>
  );
}
