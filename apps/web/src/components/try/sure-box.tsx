import { KIND_WORDS, type Kind } from "@/components/tool/kind.ts";

/** What a person says before something is changed at an API. */
export function SureBox({
  kind,
  isSure,
  onChange,
}: {
  kind: Kind;
  isSure: boolean;
  onChange: (isSure: boolean) => void;
}) {
  return (
    <label className="flex gap-2 rounded-card border bg-sunken p-3">
      <input
        type="checkbox"
        className="mt-0.5 size-4 shrink-0 accent-accent"
        checked={isSure}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        {KIND_WORDS[kind]}: this really {kind === "destroying" ? "deletes something at" : "changes something at"} the
        API.
      </span>
    </label>
  );
}
