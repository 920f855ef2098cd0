/** Whether an app needs a second yes before it may use tools that delete. */
export function StepUpChoice({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <label className="flex cursor-pointer gap-2.5">
      <input
        type="checkbox"
        className="mt-0.5 size-4 shrink-0 accent-accent"
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        <span className="block font-medium">Deleting takes a second yes</span>
        <span className="block text-sm text-muted">
          An app is connected without the right to delete. When it first calls a tool that deletes, it has to ask its
          person for that. API keys and machines are not asked.
        </span>
      </span>
    </label>
  );
}
