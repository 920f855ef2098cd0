import { useId } from "react";

/** What becomes of an operation that the document changed, moved or dropped, in the words of each choice. */
const WORDS = {
  changed: ["Take the new one", "Keep it as it was"],
  moved: ["Follow to the new address", "Keep the old address"],
  gone: ["Drop the tool", "Keep the tool for now"],
  goneUnpicked: ["Drop it", "Keep it for now"],
} as const;

/** Whether the draft takes what the document says of one operation now, or holds it as it was. */
export function HoldChoice({
  operation,
  what,
  isHeld,
  note,
  onChange,
}: {
  operation: string;
  what: keyof typeof WORDS;
  isHeld: boolean;
  /** What to know before choosing. */
  note?: string | undefined;
  onChange: (isHeld: boolean) => void;
}) {
  const name = useId();
  const [take, keep] = WORDS[what];
  return (
    <fieldset className="mt-2 flex min-w-0 flex-wrap items-center gap-2">
      <legend className="sr-only">{operation}</legend>
      {[
        { isHold: false, label: take },
        { isHold: true, label: keep },
      ].map(({ isHold, label }) => (
        <label
          key={label}
          className="flex min-h-8 cursor-pointer items-center gap-2 rounded-control border border-line bg-surface px-2.5 py-1 text-sm has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name={name}
            checked={isHeld === isHold}
            onChange={() => onChange(isHold)}
            className="size-4 shrink-0 accent-accent"
          />
          {label}
        </label>
      ))}
      {note ? <span className="text-sm text-muted [overflow-wrap:anywhere]">{note}</span> : null}
    </fieldset>
  );
}
