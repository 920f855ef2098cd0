"use client";

import type { ProfileArgument } from "@portico/services";
import { Plus, X } from "lucide-react";
import { useRef, useState } from "react";
import type { GivenTool } from "@/components/access/tool-grant-choice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input, Select } from "@/components/ui/field.tsx";

/** An argument that some tools have. */
export interface KnownArgument {
  name: string;
  isText: boolean;
  operations: string[];
  /** For each operation the key of its document. */
  documents: string[];
}

/** A document that tools come from. */
export interface ProfileDocument {
  key: string;
  title: string;
}

const FACTS = [
  ["email", "The person's e-mail"],
  ["name", "The person's name"],
  ["id", "The person's id"],
] as const;

/** Arguments that are given for the model, one a row. */
export function ArgumentRows({
  rows,
  known,
  tools,
  documents,
  errors,
  onChange,
}: {
  rows: ProfileArgument[];
  known: KnownArgument[];
  tools: GivenTool[];
  documents: readonly ProfileDocument[];
  errors: Record<string, string>;
  onChange: (rows: ProfileArgument[]) => void;
}) {
  const keys = useRef(rows.map((_row, at) => at));
  const [first] = known;
  const add = () => {
    if (!first) return;
    keys.current.push(Math.max(-1, ...keys.current) + 1);
    onChange([...rows, { argument: first.name, mode: "fixed", value: "", ...ofDocument(first.documents[0]) }]);
  };
  if (!first) return <p className="text-muted">No tool of this server takes an argument.</p>;
  return (
    <div className="flex flex-col gap-3">
      {rows.map((row, at) => (
        <ArgumentRow
          key={keys.current[at]}
          {...{ row, known, tools, documents }}
          error={errorOf(errors, at)}
          onChange={(next) => onChange(rows.map((one, index) => (index === at ? next : one)))}
          onRemove={() => {
            keys.current.splice(at, 1);
            onChange(rows.filter((_one, index) => index !== at));
          }}
        />
      ))}
      <div>
        <Button onClick={add} icon={<Plus size={16} aria-hidden />}>
          Add argument
        </Button>
      </div>
    </div>
  );
}

/** Of the document that keeps its own names nothing is said. */
function ofDocument(key: string | undefined): Pick<ProfileArgument, "document"> {
  return key ? { document: key } : {};
}

function errorOf(errors: Record<string, string>, at: number): string | undefined {
  return Object.entries(errors).find(([field]) => field.startsWith(`settings.arguments.${at}.`))?.[1];
}

function ArgumentRow({
  row,
  known,
  tools,
  documents,
  error,
  onChange,
  onRemove,
}: {
  row: ProfileArgument;
  known: KnownArgument[];
  tools: GivenTool[];
  documents: readonly ProfileDocument[];
  error: string | undefined;
  onChange: (row: ProfileArgument) => void;
  onRemove: () => void;
}) {
  const about = known.find(({ name }) => name === row.argument);
  const isText = about?.isText ?? true;
  const [text, setText] = useState(textOf(row.value));
  const { argument, mode } = row;
  const where = {
    ...(row.operation === undefined ? {} : { operation: row.operation }),
    ...ofDocument(row.document),
  };
  const documentOf = new Map(about?.operations.map((operation, at) => [operation, about.documents[at] ?? ""]));
  const withTool = tools.filter(({ operation }) => documentOf.has(operation));
  const places = documents
    .map((document) => ({
      ...document,
      count: withTool.filter(({ operation }) => documentOf.get(operation) === document.key).length,
    }))
    .filter(({ key, count }) => count > 0 || documents.length === 1 || key === (row.document ?? ""));
  const setValue = (typed: string, asText = isText) => {
    setText(typed);
    onChange({ argument, mode, ...where, value: typedValue(typed, asText) });
  };
  return (
    <fieldset className="relative grid gap-3 rounded-card border bg-surface p-3 pr-11 sm:grid-cols-2">
      <legend className="sr-only">Argument {argument}</legend>
      <Field label="Argument">
        {(control) => (
          <Select
            {...control}
            value={argument}
            onChange={(event) => {
              const next = known.find(({ name }) => name === event.target.value);
              const value = row.person ? { person: row.person } : { value: typedValue(text, next?.isText ?? true) };
              const has = (key: string) => next?.documents.includes(key) ?? false;
              const document = has(row.document ?? "") ? row.document : next?.documents[0];
              onChange({ argument: event.target.value, mode, ...value, ...ofDocument(document) });
            }}
            className="font-mono"
          >
            {about ? null : <option>{argument}</option>}
            {known.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Of">
        {(control) => (
          <Select
            {...control}
            value={row.operation ?? everyTool(row.document ?? "")}
            onChange={(event) => {
              const { operation: _operation, document: _document, ...rest } = row;
              const chosen = event.target.value;
              const every = documents.find(({ key }) => everyTool(key) === chosen);
              onChange(
                every
                  ? { ...rest, ...ofDocument(every.key) }
                  : { ...rest, operation: chosen, ...ofDocument(documentOf.get(chosen)) },
              );
            }}
          >
            {places.map(({ key, title, count }) => (
              <option key={key} value={everyTool(key)}>
                Every tool {documents.length > 1 ? `of ${title} ` : ""}that has it ({count})
              </option>
            ))}
            {withTool.map(({ operation, name }) => (
              <option key={operation} value={operation}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Is">
        {(control) => (
          <Select
            {...control}
            value={mode}
            onChange={(event) => onChange({ ...row, mode: event.target.value as ProfileArgument["mode"] })}
          >
            <option value="fixed">Fixed to</option>
            <option value="default">By default</option>
          </Select>
        )}
      </Field>
      <Field label="What">
        {(control) => (
          <Select
            {...control}
            value={row.person ?? ""}
            onChange={(event) => {
              const person = FACTS.find(([fact]) => fact === event.target.value)?.[0];
              if (person) onChange({ argument, mode, ...where, person });
              else setValue(text);
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
      {row.person ? (
        error ? (
          <p role="alert" className="font-medium sm:col-span-2">
            {error}
          </p>
        ) : null
      ) : (
        <div className="sm:col-span-2">
          <Field label="Value" hint={isText ? undefined : "A number, true, false, or JSON."} error={error}>
            {(control) => (
              <Input
                {...control}
                value={text}
                onChange={(event) => setValue(event.target.value)}
                className="font-mono"
                spellCheck={false}
              />
            )}
          </Field>
        </div>
      )}
      <button
        type="button"
        onClick={onRemove}
        aria-label={`Remove the argument ${argument}`}
        className="absolute top-2 right-2 inline-flex size-8 items-center justify-center rounded-control text-muted hover:bg-hover hover:text-ink"
      >
        <X size={16} aria-hidden />
      </button>
    </fieldset>
  );
}

/** No operation is called so. */
function everyTool(document: string): string {
  return `every ${document}`;
}

function textOf(value: ProfileArgument["value"]): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What is no text is written as JSON; what is no JSON is text all the same. */
function typedValue(text: string, isText: boolean): ProfileArgument["value"] {
  if (isText) return text;
  try {
    return JSON.parse(text) as ProfileArgument["value"];
  } catch {
    return text;
  }
}
