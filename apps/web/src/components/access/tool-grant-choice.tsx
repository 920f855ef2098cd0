"use client";

import type { ToolGrant } from "@portico/services";
import { useId } from "react";
import { KIND_WORDS, type Kind } from "@/components/tool/kind.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { Field, Select } from "@/components/ui/field.tsx";
import { count } from "@/components/ui/figures.ts";

/** A tool as it is given to people. */
export interface GivenTool {
  operation: string;
  name: string;
  kind: Kind;
}

const kindOfGrant = (grant: ToolGrant) => (typeof grant === "string" ? grant : "chosen");

/** Which tools somebody may use: all, those that read, or some that are ticked. */
export function ToolGrantChoice({
  label,
  hint,
  tools,
  value,
  onChange,
}: {
  label: string;
  hint?: string;
  tools: GivenTool[];
  value: ToolGrant;
  onChange: (value: ToolGrant) => void;
}) {
  const groupId = useId();
  const reading = tools.filter(({ kind }) => kind === "reading");
  const chosen = typeof value === "string" ? [] : value.operations;
  const choose = (next: string) => {
    if (next === "all" || next === "reading") return onChange(next);
    // What was allowed so far is where choosing begins.
    const start = value === "reading" ? reading : tools;
    onChange({ operations: start.map(({ operation }) => operation) });
  };
  const toggle = (operation: string, isOn: boolean) =>
    onChange({ operations: isOn ? [...chosen, operation] : chosen.filter((one) => one !== operation) });
  return (
    <div className="flex flex-col gap-2">
      <Field label={label} hint={hint}>
        {(control) => (
          <Select {...control} value={kindOfGrant(value)} onChange={(event) => choose(event.target.value)}>
            <option value="all">All tools, also those that are added later</option>
            <option value="reading">Reading tools only ({reading.length})</option>
            <option value="chosen">Chosen tools</option>
          </Select>
        )}
      </Field>
      {typeof value === "string" ? null : (
        <fieldset aria-labelledby={groupId} className="rounded-card border">
          <legend id={groupId} className="sr-only">
            Chosen tools
          </legend>
          <p className="border-b px-3 py-2 text-sm text-muted" aria-live="polite">
            {count(tools.filter(({ operation }) => chosen.includes(operation)).length, "tool")} of {tools.length}
          </p>
          <div className="max-h-64 overflow-y-auto py-1">
            {tools.map(({ operation, name, kind }) => (
              <label key={operation} className="flex cursor-pointer items-center gap-2 px-3 py-1.5 hover:bg-hover">
                <input
                  type="checkbox"
                  checked={chosen.includes(operation)}
                  onChange={(event) => toggle(operation, event.target.checked)}
                  className="size-4 accent-accent"
                />
                <code className="min-w-0 flex-1 font-mono text-sm [overflow-wrap:anywhere]">{name}</code>
                <Badge tone={kind}>{KIND_WORDS[kind]}</Badge>
              </label>
            ))}
          </div>
        </fieldset>
      )}
    </div>
  );
}

/** A grant in words. */
export function grantWords(grant: ToolGrant): string {
  if (grant === "all") return "All tools";
  return grant === "reading" ? "Reading tools" : count(grant.operations.length, "chosen tool");
}
