"use client";

import { Dialog } from "@/components/ui/dialog.tsx";
import { useSingleKeySetting } from "./use-single-keys.ts";

const KEYS: { keys: string[]; does: string; mayWrite?: true }[] = [
  { keys: ["/"], does: "Go to the filter" },
  { keys: ["j", "↓"], does: "Next line" },
  { keys: ["k", "↑"], does: "Line before" },
  { keys: ["x", "Space"], does: "Pick or drop the tool, or all of the group", mayWrite: true },
  { keys: ["Enter"], does: "Open the tool" },
  { keys: ["Esc"], does: "From the tool back to the list" },
  { keys: ["←", "→"], does: "Close or open the group" },
  { keys: ["Page Up", "Page Down", "Home", "End"], does: "Further at once" },
  { keys: ["?"], does: "Show these keys" },
];

/** The keys of the list of tools, and whether those that work everywhere on the page are wanted. */
export function KeysDialog({
  isOpen,
  onOpenChange,
  mayWrite,
}: {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  mayWrite: boolean;
}) {
  const [isOn, set] = useSingleKeySetting();
  return (
    <Dialog title="Keys of the list" open={isOpen} onOpenChange={onOpenChange}>
      <div className="flex flex-col gap-4">
        <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-6 gap-y-2">
          {KEYS.filter((line) => mayWrite || !line.mayWrite).map(({ keys, does }) => (
            <div key={does} className="contents">
              <dt className="flex flex-wrap gap-1">
                {keys.map((key) => (
                  <kbd key={key} className="rounded-sm border bg-sunken px-1.5 font-mono text-sm">
                    {key}
                  </kbd>
                ))}
              </dt>
              <dd className="text-muted">{does}</dd>
            </div>
          ))}
        </dl>
        <label className="flex items-start gap-2 border-t pt-4">
          <input
            type="checkbox"
            checked={isOn}
            onChange={(event) => set(event.target.checked)}
            className="mt-0.5 size-4 accent-accent"
          />
          <span>
            / and ? work everywhere on this page
            <span className="block text-sm text-muted">Turn it off if you speak to your browser.</span>
          </span>
        </label>
      </div>
    </Dialog>
  );
}
