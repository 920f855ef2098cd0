"use client";

import type { Finding } from "@portico/openapi";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { ArgumentFields } from "./argument-fields.tsx";
import { DraftItemForm } from "./draft-item-form.tsx";
import { MessageFields } from "./message-fields.tsx";
import { PromptPreview } from "./prompt-preview.tsx";
import { nextId, type Prompt, type PromptText, toPrompt, toPromptText, unknownPlaces } from "./prompt-text.ts";
import { WordsFields } from "./words-fields.tsx";

/** One prompt: its words, its arguments, its messages, and beside them what a client makes of it. */
export function PromptEditor({
  serverId,
  before: opened,
  start,
  prompts,
  findings,
  mayWrite,
  onClose,
}: {
  serverId: string;
  /** Absent for a new one, which begins as `start`. */
  before: Prompt | undefined;
  start: Prompt;
  /** All of the draft as it is now. */
  prompts: Prompt[];
  findings: readonly Finding[];
  mayWrite: boolean;
  onClose: () => void;
}) {
  const [before, setBefore] = useState(opened);
  const [text, setText] = useState(() => toPromptText(opened ?? start));
  const change = (part: Partial<PromptText>) => setText((now) => ({ ...now, ...part }));
  const prompt = toPrompt(text);
  const theirs = before && prompts.find(({ name }) => name === before.name);
  const addArgument = (name: string) =>
    change({
      arguments: [
        ...text.arguments,
        { id: nextId(text.arguments), name, title: "", description: "", isRequired: false, values: "" },
      ],
    });
  return (
    <DraftItemForm
      serverId={serverId}
      list="prompts"
      title={before ? `Prompt ${before.name}` : "New prompt"}
      before={before}
      theirs={theirs}
      item={prompt}
      isDirty={!before || JSON.stringify(prompt) !== JSON.stringify(toPrompt(toPromptText(before)))}
      findings={findings}
      mayWrite={mayWrite}
      onTakeTheirs={() => {
        if (!theirs) return;
        setBefore(theirs);
        setText(toPromptText(theirs));
      }}
      onClose={onClose}
    >
      {(errorOf) => (
        <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_380px]">
          <fieldset disabled={!mayWrite} className="flex min-w-0 flex-col gap-4">
            <legend className="sr-only">The prompt</legend>
            <Field
              label="Name"
              error={errorOf("name")}
              hint="What clients call it, often as a slash command: letters, digits, dots, dashes and underscores."
            >
              {(control) => (
                <Input
                  {...control}
                  autoFocus
                  value={text.name}
                  spellCheck={false}
                  autoComplete="off"
                  className="font-mono text-sm"
                  onChange={(event) => change({ name: event.target.value })}
                />
              )}
            </Field>
            <WordsFields
              words={text}
              errorOf={errorOf}
              titleHint="Shown in place of the name where there is room."
              descriptionHint="What it is for, in a sentence."
              onChange={change}
            />
            <ArgumentFields
              list={text.arguments}
              errorOf={errorOf}
              onChange={(list) => change({ arguments: list })}
              onAdd={() => addArgument("")}
            />
            <MessageFields
              list={text.messages}
              argumentNames={text.arguments.flatMap(({ name }) => name.trim() || [])}
              errorOf={errorOf}
              onChange={(list) => change({ messages: list })}
            />
            {unknownPlaces(text).map((name) => (
              <div key={name} className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted">
                <p>
                  No argument is called <code className="font-mono text-sm">{name}</code>, so{" "}
                  <code className="font-mono text-sm">{`{{${name}}}`}</code> is sent as it stands.
                </p>
                <Button size="small" icon={<Plus size={14} aria-hidden />} onClick={() => addArgument(name)}>
                  Add argument {name}
                </Button>
              </div>
            ))}
          </fieldset>
          <PromptPreview text={text} />
        </div>
      )}
    </DraftItemForm>
  );
}
