"use client";

import { Plus, Trash2 } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input, Textarea } from "@/components/ui/field.tsx";
import type { ErrorOf } from "./draft-item-form.tsx";
import type { ArgumentText } from "./prompt-text.ts";
import { Optional } from "./words-fields.tsx";

/** What a person fills in before the prompt is sent. */
export function ArgumentFields({
  list,
  errorOf,
  onChange,
  onAdd,
}: {
  list: ArgumentText[];
  errorOf: ErrorOf;
  onChange: (list: ArgumentText[]) => void;
  onAdd: () => void;
}) {
  const change = (id: number, part: Partial<ArgumentText>) =>
    onChange(list.map((argument) => (argument.id === id ? { ...argument, ...part } : argument)));
  const error = errorOf("arguments");
  return (
    <section aria-label="Arguments" className="flex flex-col gap-2">
      <h3 className="font-medium">Arguments</h3>
      <p className="text-sm text-muted">
        What a person fills in. Each stands in the messages as <code className="font-mono">{"{{name}}"}</code>.
      </p>
      {error ? <p className="text-sm font-medium">{error}</p> : null}
      {list.map((argument, index) => (
        <div key={argument.id} className="flex flex-col gap-3 rounded-card border bg-surface p-3">
          <div className="grid gap-3 sm:grid-cols-2">
            <Field label="Argument" error={errorOf(`arguments.${index}.name`)}>
              {(control) => (
                <Input
                  {...control}
                  value={argument.name}
                  spellCheck={false}
                  autoComplete="off"
                  className="font-mono text-sm"
                  onChange={(event) => change(argument.id, { name: event.target.value })}
                />
              )}
            </Field>
            <Field label="Label" aside={<Optional />} error={errorOf(`arguments.${index}.title`)}>
              {(control) => (
                <Input
                  {...control}
                  value={argument.title}
                  onChange={(event) => change(argument.id, { title: event.target.value })}
                />
              )}
            </Field>
          </div>
          <Field label="What to fill in" aside={<Optional />} error={errorOf(`arguments.${index}.description`)}>
            {(control) => (
              <Input
                {...control}
                value={argument.description}
                onChange={(event) => change(argument.id, { description: event.target.value })}
              />
            )}
          </Field>
          <Field
            label="Values to offer"
            aside={<Optional />}
            error={errorOf(`arguments.${index}.values`) ?? errorOf(`arguments.${index}.values.`)}
            hint="One on a line. Clients complete what a person types; other values are taken too."
          >
            {(control) => (
              <Textarea
                {...control}
                rows={2}
                value={argument.values}
                className="min-h-16"
                onChange={(event) => change(argument.id, { values: event.target.value })}
              />
            )}
          </Field>
          <div className="flex items-center justify-between gap-3">
            <label className="flex items-center gap-2">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={argument.isRequired}
                onChange={(event) => change(argument.id, { isRequired: event.target.checked })}
              />
              Has to be filled in
            </label>
            <Button
              look="quiet"
              size="small"
              icon={<Trash2 size={14} aria-hidden />}
              aria-label={`Remove argument ${argument.name || index + 1}`}
              onClick={() => onChange(list.filter(({ id }) => id !== argument.id))}
            >
              Remove
            </Button>
          </div>
        </div>
      ))}
      <div>
        <Button size="small" icon={<Plus size={14} aria-hidden />} onClick={onAdd}>
          Add an argument
        </Button>
      </div>
    </section>
  );
}
