import type { UpgradeReview } from "@portico/services";
import { useId } from "react";
import { OperationLine } from "./operation-line.tsx";

export type Conflict = UpgradeReview["changes"]["conflicting"][number];

const FIELD_WORDS = { name: "name", title: "title", description: "description" } as const;

/** One field that the document and a person both changed: both texts, and which of them the tool gets. */
export function ConflictChoice({
  conflict: { operation, field, yours, before, after },
  tool,
  isTaken,
  onChange,
}: {
  conflict: Conflict;
  tool: string | undefined;
  isTaken: boolean;
  onChange: (isTaken: boolean) => void;
}) {
  const name = useId();
  const word = FIELD_WORDS[field as keyof typeof FIELD_WORDS] ?? field;
  const choices = [
    { isTake: false, label: "Keep mine", text: yours },
    { isTake: true, label: "Take the document's", text: after },
  ];
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-2 flex w-full flex-wrap items-baseline gap-x-2">
        <OperationLine operation={operation} tool={tool} />
        <span className="text-muted">{word}</span>
      </legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {choices.map(({ isTake, label, text }) => (
          <label
            key={label}
            className="flex min-w-0 cursor-pointer gap-2.5 rounded-control border border-line bg-surface p-2.5 has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name={name}
              checked={isTaken === isTake}
              onChange={() => onChange(isTake)}
              className="mt-0.5 size-4 shrink-0 accent-accent"
            />
            <span className="min-w-0">
              <span className="block font-medium">{label}</span>
              <Text text={text} isCode={field === "name"} />
            </span>
          </label>
        ))}
      </div>
      {before === undefined ? null : (
        <p className="text-sm text-muted [overflow-wrap:anywhere]">
          Until now the document said <q className={field === "name" ? "font-mono" : ""}>{before}</q>
        </p>
      )}
    </fieldset>
  );
}

function Text({ text, isCode }: { text: string | undefined; isCode: boolean }) {
  if (text === undefined) return <span className="block text-sm text-faint">nothing</span>;
  return (
    <span
      className={`block text-sm whitespace-pre-line text-muted [overflow-wrap:anywhere] ${isCode ? "font-mono" : ""}`}
    >
      {text}
    </span>
  );
}
