"use client";

import { Plus, Trash2 } from "lucide-react";
import type { ErrorOf } from "@/components/offer/draft-item-form.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Input, Select } from "@/components/ui/field.tsx";
import { type InputText, nextKey } from "./own-tool-text.ts";

const TYPES: [InputText["type"], string][] = [
  ["text", "Text"],
  ["number", "Number"],
  ["yesNo", "Yes or no"],
  ["texts", "List of texts"],
];

/** What the model fills in when it uses the tool. */
export function InputRows({
  inputs,
  errorOf,
  onChange,
}: {
  inputs: InputText[];
  errorOf: ErrorOf;
  onChange: (inputs: InputText[]) => void;
}) {
  const change = (key: number, part: Partial<InputText>) =>
    onChange(inputs.map((input) => (input.key === key ? { ...input, ...part } : input)));
  return (
    <section aria-label="Inputs" className="flex flex-col gap-2">
      <h3 className="font-medium">What the model fills in</h3>
      {inputs.map((input, at) => (
        <div key={input.key} className="flex flex-col gap-2 rounded-card border bg-surface p-3">
          <div className="grid gap-2 grid-cols-[minmax(0,1fr)_minmax(0,1fr)] sm:grid-cols-[minmax(0,1fr)_9rem_6.5rem_2.25rem]">
            <Input
              aria-label={`Name of input ${at + 1}`}
              aria-invalid={errorOf(`inputs.${at}.name`) ? true : undefined}
              placeholder="name"
              value={input.name}
              spellCheck={false}
              autoComplete="off"
              className="font-mono text-sm"
              onChange={(event) => change(input.key, { name: event.target.value })}
            />
            <Select
              aria-label={`Kind of input ${at + 1}`}
              value={input.type}
              onChange={(event) => change(input.key, { type: event.target.value as InputText["type"] })}
            >
              {TYPES.map(([type, words]) => (
                <option key={type} value={type}>
                  {words}
                </option>
              ))}
            </Select>
            <label className="flex min-h-9 items-center gap-2">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={input.isRequired}
                onChange={(event) => change(input.key, { isRequired: event.target.checked })}
              />
              Required
            </label>
            <Button
              look="quiet"
              className="h-9 justify-self-end px-2.5"
              aria-label={`Remove input ${at + 1}`}
              icon={<Trash2 size={14} aria-hidden />}
              onClick={() => onChange(inputs.filter(({ key }) => key !== input.key))}
            />
          </div>
          <Input
            aria-label={`Description of input ${at + 1}`}
            placeholder="What it means, for the model"
            value={input.description}
            onChange={(event) => change(input.key, { description: event.target.value })}
          />
          {errorOf(`inputs.${at}.name`) ? <p className="text-sm font-medium">{errorOf(`inputs.${at}.name`)}</p> : null}
        </div>
      ))}
      <div>
        <Button
          icon={<Plus size={16} aria-hidden />}
          onClick={() =>
            onChange([...inputs, { key: nextKey(inputs), name: "", type: "text", description: "", isRequired: true }])
          }
        >
          Add an input
        </Button>
      </div>
    </section>
  );
}
