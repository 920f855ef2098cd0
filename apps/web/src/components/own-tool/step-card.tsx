"use client";

import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import type { ErrorOf } from "@/components/offer/draft-item-form.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input, Select } from "@/components/ui/field.tsx";
import type { ArgumentText, CallableOperation, StepText } from "./own-tool-text.ts";
import { stepName } from "./own-tool-text.ts";
import { useArguments } from "./use-arguments.ts";

/** One call of the tool: which operation, with what, and for each item of which list. */
export function StepCard({
  step,
  position,
  count,
  operations,
  names,
  errorOf,
  onChange,
  onMove,
  onRemove,
}: {
  step: StepText;
  position: number;
  count: number;
  operations: CallableOperation[];
  /** What expressions of this step can begin with. */
  names: string[];
  errorOf: ErrorOf;
  onChange: (step: StepText) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}) {
  const fields = useArguments(operations.find(({ key }) => key === step.operation)?.address);
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  const label = `step ${position + 1}`;
  const given = (name: string): ArgumentText => step.arguments[name] ?? { mode: "none", text: "" };
  return (
    <section aria-label={`Step ${position + 1}`} className="flex flex-col gap-3 rounded-card border bg-surface p-4">
      <div className="flex items-center justify-between gap-2">
        <h4 className="font-medium">Step {position + 1}</h4>
        <div className="flex">
          <Button
            look="quiet"
            size="small"
            aria-label={`Move ${label} up`}
            disabled={position === 0}
            onClick={() => onMove(-1)}
            icon={<ArrowUp size={14} aria-hidden />}
          />
          <Button
            look="quiet"
            size="small"
            aria-label={`Move ${label} down`}
            disabled={position === count - 1}
            onClick={() => onMove(1)}
            icon={<ArrowDown size={14} aria-hidden />}
          />
          <Button
            look="quiet"
            size="small"
            aria-label={`Remove ${label}`}
            onClick={onRemove}
            icon={<Trash2 size={14} aria-hidden />}
          />
        </div>
      </div>
      <div className="grid gap-3 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <Field label="Calls" error={errorOf(`steps.${position}.operation`)}>
          {(control) => (
            <Select
              {...control}
              value={step.operation}
              className="font-mono text-sm"
              onChange={(event) => {
                const operation = event.target.value;
                const isOwn = step.id !== "" && step.id !== stepName(step.operation, []);
                onChange({
                  ...step,
                  operation,
                  arguments: {},
                  id: isOwn ? step.id : stepName(operation, names.slice(1)),
                });
              }}
            >
              <option value="">Choose an operation …</option>
              {tags.map((tag) => (
                <optgroup key={tag} label={tag || "Operations"}>
                  {operations
                    .filter((operation) => operation.tag === tag)
                    .map(({ key, title }) => (
                      <option key={key} value={key} title={title}>
                        {key}
                      </option>
                    ))}
                </optgroup>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Its answer is called" error={errorOf(`steps.${position}.id`)}>
          {(control) => (
            <Input
              {...control}
              value={step.id}
              spellCheck={false}
              autoComplete="off"
              className="font-mono text-sm"
              onChange={(event) => onChange({ ...step, id: event.target.value })}
            />
          )}
        </Field>
      </div>
      {position > 0 || step.forEach !== "" ? (
        <Field
          label="For each item of"
          error={errorOf(`steps.${position}.forEach`)}
          hint={
            <>
              Empty: it is called once. A list such as <code className="font-mono">{names.at(-1) ?? "input"}[].id</code>
              : it is called for each <code className="font-mono">item</code> of it, 25 at most.
            </>
          }
        >
          {(control) => (
            <Input
              {...control}
              value={step.forEach}
              spellCheck={false}
              autoComplete="off"
              className="font-mono text-sm"
              onChange={(event) => onChange({ ...step, forEach: event.target.value })}
            />
          )}
        </Field>
      ) : null}
      {errorOf(`steps.${position}.arguments`) ? (
        <p className="text-sm font-medium" role="alert">
          {errorOf(`steps.${position}.arguments`)}
        </p>
      ) : null}
      {fields === undefined ? <p className="text-muted">Loading …</p> : null}
      {fields && fields.length > 0 ? (
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 font-medium">Arguments</legend>
          {fields.map(({ name, isRequired, description }) => (
            <ArgumentRow
              key={name}
              {...{ name, isRequired, description, names }}
              isInEach={step.forEach !== ""}
              given={given(name)}
              error={errorOf(`steps.${position}.arguments.${name}.`) ?? errorOf(`steps.${position}.arguments.${name}`)}
              onChange={(next) => onChange({ ...step, arguments: { ...step.arguments, [name]: next } })}
            />
          ))}
        </fieldset>
      ) : null}
    </section>
  );
}

function ArgumentRow({
  name,
  isRequired,
  description,
  names,
  isInEach,
  given,
  error,
  onChange,
}: {
  name: string;
  isRequired: boolean;
  description: string | undefined;
  names: string[];
  isInEach: boolean;
  given: ArgumentText;
  error: string | undefined;
  onChange: (given: ArgumentText) => void;
}) {
  const example = isInEach ? "item.id" : `${names.at(-1) ?? "input"}.${names.length > 1 ? "id" : "name"}`;
  return (
    <div className="grid items-start gap-2 sm:grid-cols-[minmax(0,1fr)_9rem_minmax(0,1.5fr)]">
      <p className="min-w-0 pt-1.5" title={description}>
        <code className="font-mono text-sm [overflow-wrap:anywhere]">{name}</code>
        {isRequired ? <span className="text-sm text-muted"> required</span> : null}
      </p>
      <Select
        aria-label={`What ${name} is`}
        value={given.mode}
        onChange={(event) => onChange({ ...given, mode: event.target.value as ArgumentText["mode"] })}
      >
        <option value="none">is left out</option>
        <option value="value">is always</option>
        <option value="from">comes from</option>
      </Select>
      {given.mode === "none" ? (
        <span />
      ) : (
        <div className="flex flex-col gap-1">
          <Input
            aria-label={given.mode === "from" ? `Where ${name} comes from` : `Value of ${name}`}
            aria-invalid={error ? true : undefined}
            value={given.text}
            placeholder={given.mode === "from" ? example : "a text, a number or JSON"}
            spellCheck={false}
            autoComplete="off"
            className="font-mono text-sm"
            onChange={(event) => onChange({ ...given, text: event.target.value })}
          />
          {error ? <p className="text-sm font-medium">{error}</p> : null}
        </div>
      )}
    </div>
  );
}
