"use client";

import { Field, Input, Select, Textarea } from "@/components/ui/field.tsx";
import type { ArgumentField } from "./fields.ts";

/** More optional ones are there, but out of the way. */
const OPTIONAL_SHOWN = 6;

/** A field for each argument; what is left empty is left out of the call. */
export function ArgumentsForm({
  fields,
  texts,
  onChange,
}: {
  fields: ArgumentField[];
  texts: Record<string, string>;
  onChange: (name: string, text: string) => void;
}) {
  if (fields.length === 0) return <p className="text-muted">It takes no arguments.</p>;
  const required = fields.filter(({ isRequired }) => isRequired);
  const optional = fields.filter(({ isRequired }) => !isRequired);
  const filled = (field: ArgumentField) => (texts[field.name] ?? "") !== "";
  const one = (field: ArgumentField) => (
    <ArgumentControl
      key={field.name}
      field={field}
      text={texts[field.name] ?? ""}
      onChange={(text) => onChange(field.name, text)}
    />
  );
  const shown =
    optional.length <= OPTIONAL_SHOWN + 2
      ? optional
      : optional.filter((field, at) => at < OPTIONAL_SHOWN || filled(field));
  const hidden = optional.filter((field) => !shown.includes(field));
  return (
    <div className="flex flex-col gap-3">
      {required.map(one)}
      {shown.map(one)}
      {hidden.length > 0 ? (
        <details className="flex flex-col gap-3">
          <summary className="cursor-pointer font-medium text-muted hover:text-ink">
            {hidden.length} more optional {hidden.length === 1 ? "argument" : "arguments"}
          </summary>
          <div className="mt-3 flex flex-col gap-3">{hidden.map(one)}</div>
        </details>
      ) : null}
    </div>
  );
}

const KIND_HINTS: Partial<Record<ArgumentField["kind"], string>> = { list: "One a line.", json: "As JSON." };

function ArgumentControl({
  field: { name, kind, isRequired, description, choices, placeholder },
  text,
  onChange,
}: {
  field: ArgumentField;
  text: string;
  onChange: (text: string) => void;
}) {
  const hint = [description, KIND_HINTS[kind]].filter(Boolean).join(" ");
  return (
    <Field
      label={<code className="font-mono text-sm">{name}</code>}
      aside={isRequired ? <span className="text-sm text-muted">required</span> : null}
      hint={hint ? <span className="line-clamp-3">{hint}</span> : undefined}
    >
      {(control) => {
        const shared = { ...control, value: text, required: isRequired };
        const change = (event: { target: { value: string } }) => onChange(event.target.value);
        if (kind === "choice" || kind === "yesNo")
          return (
            <Select {...shared} onChange={change}>
              <option value="">{isRequired ? "Choose …" : "(left out)"}</option>
              {kind === "yesNo" ? (
                <>
                  <option value="true">yes</option>
                  <option value="false">no</option>
                </>
              ) : (
                choices.map((choice) => <option key={choice}>{choice}</option>)
              )}
            </Select>
          );
        if (kind === "long" || kind === "list" || kind === "json")
          return (
            <Textarea
              {...shared}
              rows={3}
              spellCheck={kind === "long"}
              className={kind === "json" ? "font-mono text-sm" : ""}
              placeholder={placeholder}
              onChange={change}
            />
          );
        return (
          <Input
            {...shared}
            inputMode={kind === "number" ? "decimal" : "text"}
            autoComplete="off"
            placeholder={placeholder}
            onChange={change}
          />
        );
      }}
    </Field>
  );
}
