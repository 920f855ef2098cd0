"use client";

import { useState, useTransition } from "react";
import type { Outcome } from "@/server/outcome.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Field, Input } from "./field.tsx";
import { Notice } from "./notice.tsx";

/** Deletes what nothing brings back, once its name has been typed. */
export function DeleteDialog({
  noun,
  name,
  word,
  description,
  act,
}: {
  /** "server". */
  noun: string;
  name: string;
  /** What has to be typed. */
  word: string;
  description: string;
  /** Leads elsewhere when it is done; otherwise says why it is not. */
  act: (typed: string) => Promise<Outcome | undefined>;
}) {
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const run = () =>
    start(async () => {
      const outcome = await act(typed.trim());
      if (outcome && !outcome.ok) setProblem(Object.values(outcome.fields)[0] ?? outcome.message);
    });
  return (
    <Dialog
      title={`Delete ${name}`}
      description={description}
      trigger={<Button look="destroying">Delete {noun}</Button>}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        {problem ? (
          <Notice kind="problem" title={`The ${noun} was not deleted`}>
            {problem}
          </Notice>
        ) : null}
        <Field label={<>Type {word} to confirm</>}>
          {(control) => (
            <Input {...control} value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
          )}
        </Field>
        <div className="flex justify-end">
          <Button type="submit" look="destroying" disabled={typed.trim() !== word} isPending={isPending}>
            Delete {noun}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
