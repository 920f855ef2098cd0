"use client";

import { useState } from "react";
import { cx } from "@/components/ui/cx.ts";
import { Field, Input } from "@/components/ui/field.tsx";
import { fillText, type PromptText, valuesOf } from "./prompt-text.ts";

const PLACES = {
  filled: "rounded-sm bg-accent-soft px-0.5 text-accent",
  empty: "rounded-sm bg-sunken px-0.5 font-mono text-sm text-muted",
  unknown:
    "rounded-sm bg-transparent px-0.5 font-mono text-sm text-muted underline decoration-dotted underline-offset-2",
};

/** What a client makes of the prompt: the arguments to fill in, and the messages with the values in their places. */
export function PromptPreview({ text }: { text: PromptText }) {
  const [tried, setTried] = useState<Record<string, string>>({});
  const given = text.arguments.filter(({ name }) => name.trim() !== "");
  const values = new Map(given.map(({ id, name }) => [name.trim(), tried[id] ?? ""]));
  return (
    <section
      aria-label="Preview"
      className="flex flex-col gap-4 rounded-card border bg-surface p-4 lg:sticky lg:top-28 lg:max-h-[calc(100dvh-144px)] lg:overflow-y-auto"
    >
      <div>
        <h3 className="font-medium">Preview</h3>
        <p className="text-sm text-muted">As a person sees it in a client. Nothing here is saved.</p>
      </div>
      <div>
        <p className="font-medium [overflow-wrap:anywhere]">{text.title.trim() || text.name || "Without a name"}</p>
        {text.description.trim() ? <p className="text-muted [overflow-wrap:anywhere]">{text.description}</p> : null}
      </div>
      {given.map((argument) => (
        <Field
          key={argument.id}
          label={argument.title.trim() || argument.name}
          aside={argument.isRequired ? undefined : <span className="text-sm text-muted">optional</span>}
          hint={argument.description.trim() || undefined}
        >
          {(control) => (
            <>
              <Input
                {...control}
                list={`${control.id}-values`}
                value={tried[argument.id] ?? ""}
                onChange={(event) => setTried({ ...tried, [argument.id]: event.target.value })}
              />
              <datalist id={`${control.id}-values`}>
                {valuesOf(argument.values).map((value) => (
                  <option key={value} value={value} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      ))}
      <ol aria-label="Messages of the preview" className="flex flex-col gap-3">
        {text.messages.map((message) => (
          <li
            key={message.id}
            className={cx("rounded-card border p-3", message.role === "user" ? "ml-6 bg-sunken" : "mr-6")}
          >
            <p className="text-sm text-muted">{message.role === "user" ? "Person" : "Model"}</p>
            <p className="[overflow-wrap:anywhere] whitespace-pre-wrap">
              <Filled text={message.text} values={values} />
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Filled({ text, values }: { text: string; values: ReadonlyMap<string, string> }) {
  if (text === "") return <span className="text-muted">Nothing written yet</span>;
  let at = 0;
  return fillText(text, values).map((piece) => {
    const key = at;
    at += piece.text.length;
    return piece.place ? (
      <mark key={key} className={PLACES[piece.place]}>
        {piece.text}
      </mark>
    ) : (
      <span key={key}>{piece.text}</span>
    );
  });
}
