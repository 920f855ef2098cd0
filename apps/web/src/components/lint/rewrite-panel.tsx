"use client";

import type { SuggestedText } from "@portico/services";
import { useId, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import type { Rewrite } from "./use-rewrite.ts";

/** What a model suggests, beside what is there now. It is text and nothing more, until a person takes it. */
export function RewritePanel({ rewrite, isHeld }: { rewrite: Rewrite; isHeld: boolean }) {
  const { suggestion, problem, isPending, accept, refuse } = rewrite;
  const lines = suggestion
    ? [
        ...(suggestion.title ? [{ id: "title", label: "Title", text: suggestion.title }] : []),
        ...(suggestion.description ? [{ id: "description", label: "Description", text: suggestion.description }] : []),
        ...suggestion.parameters.map(({ key, name, ...text }) => ({ id: `:${key}`, label: name, text })),
      ]
    : [];
  const [refused, setRefused] = useState<ReadonlySet<string>>(new Set());
  const wanted = new Set(lines.map(({ id }) => id).filter((id) => !refused.has(id)));
  const notice = problem ? (
    <Notice kind="problem" title={suggestion ? "The words were not saved" : "It did not work"}>
      {problem}
    </Notice>
  ) : null;
  if (!suggestion) return notice;
  return (
    <section aria-label="Suggested words" className="flex flex-col gap-3 rounded-card border border-control p-3">
      <div>
        <h3 className="font-medium">Suggested words</h3>
        <p className="text-sm text-muted">
          By {suggestion.model}. Read them: a model may be wrong, and the document may have talked it into something.
        </p>
      </div>
      <ul className="flex flex-col gap-3">
        {lines.map(({ id, label, text }) => (
          <Line
            key={id}
            {...{ label, text }}
            isCode={id.startsWith(":")}
            isWanted={wanted.has(id)}
            onChange={(isWanted) => {
              const next = new Set(refused);
              if (isWanted) next.delete(id);
              else next.add(id);
              setRefused(next);
            }}
          />
        ))}
      </ul>
      {notice}
      <div className="flex flex-wrap gap-2">
        <Button
          look="primary"
          isPending={isPending}
          disabled={isHeld || wanted.size === 0}
          onClick={() => accept(wanted)}
        >
          Use {wanted.size === lines.length ? "these words" : `${wanted.size} of ${lines.length}`}
        </Button>
        <Button look="quiet" onClick={refuse}>
          Refuse
        </Button>
      </div>
    </section>
  );
}

function Line({
  label,
  text: { before, after },
  isCode,
  isWanted,
  onChange,
}: {
  label: string;
  text: SuggestedText;
  isCode: boolean;
  isWanted: boolean;
  onChange: (isWanted: boolean) => void;
}) {
  const id = useId();
  return (
    <li className="flex gap-2.5">
      <input
        id={id}
        type="checkbox"
        className="mt-0.5 size-4 shrink-0 accent-accent"
        checked={isWanted}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div className="flex min-w-0 flex-col gap-0.5 text-sm [overflow-wrap:anywhere]">
        <label htmlFor={id} className={isCode ? "font-mono font-medium" : "font-medium"}>
          {label}
        </label>
        <p className="whitespace-pre-line">{after}</p>
        <p className="whitespace-pre-line text-muted">
          {before === "" ? "There is none now." : <del className="decoration-from-font">{before}</del>}
        </p>
      </div>
    </li>
  );
}
