"use client";

import type { Finding } from "@portico/openapi";
import { FileText, PlugZap } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input, Textarea } from "@/components/ui/field.tsx";
import { RadioCard } from "@/components/ui/radio-card.tsx";
import { DraftItemForm, type ErrorOf } from "./draft-item-form.tsx";
import {
  addressFor,
  type ReadOperation,
  type Resource,
  type ResourceText,
  schemeOf,
  toResource,
  toResourceText,
} from "./resource-text.ts";
import { Optional, WordsFields } from "./words-fields.tsx";

const MIME_TYPES = ["text/plain", "text/markdown", "text/html", "text/csv", "application/json"];

/** One resource: a text, or what a GET operation of the document answers. */
export function ResourceEditor({
  serverId,
  slug,
  before: opened,
  start,
  resources,
  operations,
  findings,
  mayWrite,
  onClose,
}: {
  serverId: string;
  slug: string;
  /** Absent for a new one, which begins as `start`. */
  before: Resource | undefined;
  start: Resource;
  /** All of the draft as it is now. */
  resources: Resource[];
  operations: ReadOperation[];
  findings: readonly Finding[];
  mayWrite: boolean;
  onClose: () => void;
}) {
  const [before, setBefore] = useState(opened);
  const [text, setText] = useState(() => toResourceText(opened ?? start));
  const change = (part: Partial<ResourceText>) => setText((now) => ({ ...now, ...part }));
  const resource = toResource(text);
  const theirs = before && resources.find(({ uri }) => uri === before.uri);
  return (
    <DraftItemForm
      serverId={serverId}
      list="resources"
      title={before ? `Resource ${before.name}` : "New resource"}
      before={before}
      theirs={theirs}
      item={resource}
      isDirty={!before || JSON.stringify(resource) !== JSON.stringify(toResource(toResourceText(before)))}
      findings={findings}
      mayWrite={mayWrite}
      onTakeTheirs={() => {
        if (!theirs) return;
        setBefore(theirs);
        setText(toResourceText(theirs));
      }}
      onClose={onClose}
    >
      {(errorOf) => (
        <fieldset disabled={!mayWrite} className="flex max-w-2xl min-w-0 flex-col gap-4">
          <legend className="sr-only">The resource</legend>
          <Field label="Name" error={errorOf("name")} hint="What clients list it as.">
            {(control) => (
              <Input
                {...control}
                autoFocus
                value={text.name}
                autoComplete="off"
                onChange={(event) => change({ name: event.target.value })}
              />
            )}
          </Field>
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-1 font-medium">Content</legend>
            <RadioCard
              icon={FileText}
              name="kind"
              label="A text"
              sentence="Written here and served as it is: a guide, a glossary, the rules of the house."
              checked={text.kind === "text"}
              onChange={() => change({ kind: "text" })}
            />
            <RadioCard
              icon={PlugZap}
              name="kind"
              label="What the API answers"
              sentence="Read by a GET operation whenever somebody opens it. With {places} in its address it is a template."
              checked={text.kind === "operation"}
              onChange={() => change({ kind: "operation" })}
            />
          </fieldset>
          {text.kind === "operation" ? (
            <OperationField
              text={text}
              operations={operations}
              scheme={schemeOf(slug)}
              errorOf={errorOf}
              onChange={change}
            />
          ) : null}
          <Field
            label="Address"
            error={errorOf("uri")}
            hint="A URI with a scheme of your own. Clients and models know the resource by it."
          >
            {(control) => (
              <Input
                {...control}
                value={text.uri}
                spellCheck={false}
                autoComplete="off"
                className="font-mono text-sm"
                onChange={(event) => change({ uri: event.target.value })}
              />
            )}
          </Field>
          <WordsFields
            words={text}
            errorOf={errorOf}
            titleHint="Shown in place of the name where there is room."
            descriptionHint="What is in it and when to read it."
            onChange={change}
          />
          <Field
            label="Media type"
            aside={<Optional />}
            error={errorOf("mimeType")}
            hint={text.kind === "text" ? "text/plain when left empty." : "What the API is expected to answer."}
          >
            {(control) => (
              <>
                <Input
                  {...control}
                  list={`${control.id}-types`}
                  value={text.mimeType}
                  spellCheck={false}
                  className="font-mono text-sm"
                  onChange={(event) => change({ mimeType: event.target.value })}
                />
                <datalist id={`${control.id}-types`}>
                  {MIME_TYPES.map((type) => (
                    <option key={type} value={type} />
                  ))}
                </datalist>
              </>
            )}
          </Field>
          {text.kind === "text" ? (
            <Field label="Text" error={errorOf("text")}>
              {(control) => (
                <Textarea
                  {...control}
                  rows={14}
                  value={text.text}
                  className="font-mono text-sm"
                  onChange={(event) => change({ text: event.target.value })}
                />
              )}
            </Field>
          ) : null}
        </fieldset>
      )}
    </DraftItemForm>
  );
}

/** The operation, what its address has to say, and an address that says it. */
function OperationField({
  text,
  operations,
  scheme,
  errorOf,
  onChange,
}: {
  text: ResourceText;
  operations: ReadOperation[];
  scheme: string;
  errorOf: ErrorOf;
  onChange: (part: Partial<ResourceText>) => void;
}) {
  const chosen = operations.find(({ key }) => key === text.operation.trim());
  const address = chosen && addressFor(scheme, chosen);
  return (
    <Field
      label="GET operation"
      error={errorOf("operation")}
      hint={chosen ? <Needs operation={chosen} /> : "Begin to type its path or what it does. It need not be a tool."}
      aside={
        address && address !== text.uri ? (
          <Button look="quiet" size="small" onClick={() => onChange({ uri: address })}>
            Address from its path
          </Button>
        ) : undefined
      }
    >
      {(control) => (
        <>
          <Input
            {...control}
            list={`${control.id}-operations`}
            value={text.operation}
            spellCheck={false}
            autoComplete="off"
            placeholder={operations[0]?.key}
            className="font-mono text-sm"
            onChange={(event) => onChange({ operation: event.target.value })}
          />
          <datalist id={`${control.id}-operations`}>
            {operations.map(({ key, title }) => (
              <option key={key} value={key}>
                {title}
              </option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

function Needs({ operation: { title, required, optional } }: { operation: ReadOperation }) {
  const names = (list: string[]) => list.map((name) => `{${name}}`).join(", ");
  return (
    <>
      {title}.{" "}
      {required.length > 0 ? `The address needs ${names(required)}.` : "The address needs no places for values."}
      {optional.length > 0 ? ` It can have ${names(optional)}.` : ""}
    </>
  );
}
