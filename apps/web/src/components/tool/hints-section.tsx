"use client";

import { RotateCcw } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Select } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { choose, type Documented, type Hints, type Shown, shownHints } from "./hints.ts";
import type { Kind } from "./kind.ts";

const KINDS: [Kind, string][] = [
  ["reading", "Reads only"],
  ["changing", "Changes something"],
  ["destroying", "Deletes something"],
];

const KIND_HINTS: Record<Kind, string> = {
  reading: "Whoever may only read can call it, and most clients do so without asking.",
  changing: "Most clients ask their person before they call it. It is not in the list for reading only.",
  destroying: "Most clients ask their person before, and where deletions need a permission of their own, so does this.",
};

/** What a call of the tool does, in a person's words and not by its method alone. */
export function HintsSection({
  hints,
  documented,
  isDisabled,
  error,
  onChange,
}: {
  hints: Hints;
  documented: Documented;
  isDisabled: boolean;
  error?: string | undefined;
  onChange: (hints: Hints) => void;
}) {
  const shown = shownHints(hints, documented);
  const plain = shownHints({}, documented);
  const set = (chosen: Partial<Shown>) => onChange(choose(hints, chosen, documented));
  const words = (text: string, isDocumented: boolean) => (isDocumented ? `${text}, as the document says` : text);
  const reset = (chosen: Partial<Shown>, isSame: boolean) =>
    isSame || isDisabled ? undefined : (
      <Button look="quiet" size="small" icon={<RotateCcw size={12} aria-hidden />} onClick={() => set(chosen)}>
        Reset to document
      </Button>
    );
  return (
    <section aria-label="What it does" className="flex flex-col gap-3">
      <Field
        label="What it does"
        aside={reset({ kind: plain.kind }, shown.kind === plain.kind)}
        error={error}
        hint={KIND_HINTS[shown.kind]}
      >
        {(control) => (
          <Select
            {...control}
            value={shown.kind}
            disabled={isDisabled}
            onChange={(event) => set({ kind: event.target.value as Kind })}
          >
            {KINDS.map(([kind, text]) => (
              <option key={kind} value={kind}>
                {words(text, kind === plain.kind)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {shown.kind === "reading" && plain.kind !== "reading" ? (
        <Notice title="You say that it changes nothing">
          By its document it could. From the next publish on, everybody who may only read can call it, also at the
          address for reading, and clients may call it without asking. Say so only of what really reads, such as a
          search.
        </Notice>
      ) : null}
      {shown.kind === "reading" ? null : (
        <Field
          label="Called twice"
          aside={reset({ isRepeatable: plain.isRepeatable }, hints.idempotentHint === undefined)}
          hint="Whether clients are told that the same call can be made once more, for instance after a timeout."
        >
          {(control) => (
            <Select
              {...control}
              value={shown.isRepeatable ? "yes" : "no"}
              disabled={isDisabled}
              onChange={(event) => set({ isRepeatable: event.target.value === "yes" })}
            >
              <option value="yes">Safe to repeat: the second call does nothing more</option>
              <option value="no">Not safe to repeat</option>
            </Select>
          )}
        </Field>
      )}
      <Field
        label="Reach"
        aside={reset({ isOpenWorld: plain.isOpenWorld }, shown.isOpenWorld === plain.isOpenWorld)}
        hint="Whether clients are told that what it does, or what it answers, is not the API’s alone: people, the web, other systems."
      >
        {(control) => (
          <Select
            {...control}
            value={shown.isOpenWorld ? "open" : "closed"}
            disabled={isDisabled}
            onChange={(event) => set({ isOpenWorld: event.target.value === "open" })}
          >
            <option value="open">{words("Reaches beyond the API", plain.isOpenWorld)}</option>
            <option value="closed">{words("Stays within the API", !plain.isOpenWorld)}</option>
          </Select>
        )}
      </Field>
    </section>
  );
}
