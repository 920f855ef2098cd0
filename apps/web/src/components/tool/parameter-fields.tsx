"use client";

import type { Given, Parameter, ParameterEdit } from "@portico/openapi";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input, Select, Textarea } from "@/components/ui/field.tsx";
import {
  FACTS,
  type Filling,
  fillingOf,
  fillingsOf,
  typedValue,
  typedValues,
  valueText,
  withFilling,
} from "./parameter-edit.ts";

const DESCRIPTION_CHARS_MAX = 1_024;

/** Everything that a person can say of one parameter. */
export function ParameterFields({
  parameter,
  edit,
  isAsked,
  errors,
  isDisabled,
  onChange,
  onReset,
}: {
  parameter: Parameter;
  edit: ParameterEdit;
  /** A person is asked for it where the model leaves it out. */
  isAsked: boolean;
  errors: Record<string, string>;
  isDisabled: boolean;
  onChange: (edit: ParameterEdit, isAsked: boolean) => void;
  /** Without it, nothing differs from the document. */
  onReset: (() => void) | undefined;
}) {
  // What is emptied stays empty while it is typed in, though it stands for what the document says.
  const [emptied, setEmptied] = useState<"name" | "description">();
  const filling = fillingOf(edit);
  const given = edit.fixed ?? edit.default;
  const isModels = filling === "model" || filling === "needed" || filling === "default";
  const setFilling = (next: Filling) => {
    // Nobody is asked for what has a value already.
    onChange(withFilling(parameter, edit, next), isAsked && next === "model");
  };
  const setEdit = (next: ParameterEdit) => onChange(next, isAsked);
  const setWord = (field: "name" | "description", text: string) => {
    setEmptied(text === "" ? field : undefined);
    setEdit({ ...edit, [field]: text === parameter[field] ? "" : text });
  };
  const setGiven = (next: Given) => {
    const { fixed: _fixed, default: _default, hidden: _hidden, ...rest } = edit;
    setEdit({ ...rest, [filling === "fixed" ? "fixed" : "default"]: next });
  };
  return (
    <fieldset className="flex flex-col gap-3" disabled={isDisabled}>
      <legend className="sr-only">Parameter {parameter.key}</legend>
      {errors.parameter ? <p className="text-sm font-medium">{errors.parameter}</p> : null}
      <Field label="Filled in by" error={errors.hidden ?? errors.required ?? errors.flatten}>
        {(control) => (
          <Select {...control} value={filling} onChange={(event) => setFilling(event.target.value as Filling)}>
            {fillingsOf(parameter).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {given ? (
        <GivenFields
          {...{ parameter, given }}
          isFixed={filling === "fixed"}
          error={errors.fixed ?? errors.default}
          onChange={setGiven}
        />
      ) : null}
      {filling === "model" && parameter.isAskable ? (
        <label className="inline-flex min-h-6 items-center gap-2">
          <input
            type="checkbox"
            className="size-4 shrink-0 accent-accent"
            checked={isAsked}
            onChange={(event) => onChange(edit, event.target.checked)}
          />
          <span>
            Ask the person<span className="sr-only"> for {parameter.key}</span> when the model leaves it out
          </span>
        </label>
      ) : null}
      {isModels ? (
        <>
          <Field label="Name that the model sees" error={errors.name}>
            {(control) => (
              <Input
                {...control}
                value={emptied === "name" ? "" : (edit.name ?? parameter.name)}
                maxLength={64}
                spellCheck={false}
                className="font-mono text-sm"
                onChange={(event) => setWord("name", event.target.value)}
              />
            )}
          </Field>
          <Field label="What it is" error={errors.description}>
            {(control) => (
              <Textarea
                {...control}
                value={emptied === "description" ? "" : (edit.description ?? parameter.description ?? "")}
                rows={3}
                maxLength={Math.max(DESCRIPTION_CHARS_MAX, parameter.description?.length ?? 0)}
                onChange={(event) => setWord("description", event.target.value)}
              />
            )}
          </Field>
          {parameter.values && parameter.values.type !== "boolean" ? (
            <ValuesFields {...{ parameter, edit }} onChange={setEdit} values={parameter.values} error={errors.values} />
          ) : null}
        </>
      ) : null}
      {onReset ? (
        <div>
          <Button look="quiet" size="small" icon={<RotateCcw size={12} aria-hidden />} onClick={onReset}>
            Reset to document<span className="sr-only">: {parameter.key}</span>
          </Button>
        </div>
      ) : null}
    </fieldset>
  );
}

function GivenFields({
  parameter: { isText, values, default: preset },
  given,
  isFixed,
  error,
  onChange,
}: {
  parameter: Parameter;
  given: Given;
  isFixed: boolean;
  error: string | undefined;
  onChange: (given: Given) => void;
}) {
  const [text, setText] = useState("value" in given ? valueText(given.value) : "");
  const choices = values && !values.isList ? values.choices : undefined;
  const isPerson = "person" in given;
  const word = isFixed ? "Fixed to" : "Default";
  const kind = isText ? "" : "A number, true, false, or JSON. ";
  const hint = `${kind}${isFixed ? "No place for a key or a password: those are kept under Credentials." : ""}`;
  return (
    <div className="grid gap-3 @sm:grid-cols-2">
      {isText && !choices ? (
        <Field label={word} error={isPerson ? error : undefined}>
          {(control) => (
            <Select
              {...control}
              value={isPerson ? given.person : ""}
              onChange={(event) => {
                const person = FACTS.find(([fact]) => fact === event.target.value)?.[0];
                onChange(person ? { person } : { value: text });
              }}
            >
              <option value="">This value</option>
              {FACTS.map(([fact, label]) => (
                <option key={fact} value={fact}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ) : null}
      {isPerson ? null : choices ? (
        <Field label={word} error={error}>
          {(control) => (
            <Select
              {...control}
              className="font-mono text-sm"
              value={valueText(given.value)}
              onChange={(event) =>
                onChange({ value: choices.find((choice) => valueText(choice) === event.target.value) })
              }
            >
              {choices.includes(given.value as string) ? null : <option>{valueText(given.value)}</option>}
              {choices.map((choice) => (
                <option key={valueText(choice)}>{valueText(choice)}</option>
              ))}
            </Select>
          )}
        </Field>
      ) : (
        <Field label={isText ? "Value" : word} hint={hint.trim() === "" ? undefined : hint} error={error}>
          {(control) => (
            <Input
              {...control}
              value={text}
              spellCheck={false}
              className="font-mono text-sm"
              placeholder={preset === undefined ? undefined : valueText(preset)}
              onChange={(event) => {
                setText(event.target.value);
                onChange({ value: typedValue(event.target.value, isText) });
              }}
            />
          )}
        </Field>
      )}
    </div>
  );
}

function ValuesFields({
  parameter,
  edit,
  values: { choices, type, isList },
  error,
  onChange,
}: {
  parameter: Parameter;
  edit: ParameterEdit;
  values: NonNullable<Parameter["values"]>;
  error: string | undefined;
  onChange: (edit: ParameterEdit) => void;
}) {
  const [text, setText] = useState((edit.values ?? []).map(valueText).join("\n"));
  const set = (next: ParameterEdit["values"]) => {
    const { values: _values, ...rest } = edit;
    onChange(next ? { ...rest, values: next } : rest);
  };
  if (!choices)
    return (
      <Field label="Values it may have" hint="One a line. Empty: any." error={error}>
        {(control) => (
          <Textarea
            {...control}
            value={text}
            rows={2}
            spellCheck={false}
            className="min-h-9 font-mono text-sm"
            onChange={(event) => {
              setText(event.target.value);
              const typed = typedValues(event.target.value, type);
              set(typed.length === 0 ? undefined : typed);
            }}
          />
        )}
      </Field>
    );
  const left = new Set<unknown>(edit.values ?? choices);
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium">
        {isList ? "Values its items may have" : "Values it may have"}
        <span className="sr-only"> ({parameter.key})</span>
      </legend>
      <div className="flex max-h-40 flex-wrap gap-x-4 gap-y-1 overflow-y-auto">
        {choices.map((choice) => (
          <label key={valueText(choice)} className="inline-flex min-h-6 items-center gap-2 font-mono text-sm">
            <input
              type="checkbox"
              className="size-4 shrink-0 accent-accent"
              checked={left.has(choice)}
              onChange={(event) => {
                const next = choices.filter((one) => (one === choice ? event.target.checked : left.has(one)));
                set(next.length === choices.length ? undefined : next);
              }}
            />
            {valueText(choice)}
          </label>
        ))}
      </div>
      {error ? (
        <p role="alert" className="text-sm font-medium">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}
