import { Check, CircleAlert, LoaderCircle } from "lucide-react";
import { fieldWords } from "./tool-changes.ts";
import { isUnsaved, type ToolDraft } from "./tool-drafts.ts";

/** Whether what is written of a tool is saved, and why not. */
export function SaveState({ draft, undoProblem }: { draft: ToolDraft; undoProblem: string | undefined }) {
  const trouble = troubleOf(draft);
  const isWaiting = draft.isSaving || (isUnsaved(draft) && !trouble);
  const Icon = isWaiting ? LoaderCircle : trouble || undoProblem ? CircleAlert : Check;
  return (
    <p role="status" className="flex flex-1 basis-48 gap-1.5 text-sm text-muted [overflow-wrap:anywhere]">
      <Icon size={16} aria-hidden className={`mt-0.5 shrink-0 ${isWaiting ? "motion-safe:animate-spin" : ""}`} />
      {isWaiting
        ? "Saving…"
        : trouble
          ? `Not saved: ${trouble}`
          : (undoProblem ?? (draft.saves > 0 ? "Saved" : "What you change is saved in the draft by itself."))}
    </p>
  );
}

function troubleOf({ problem, refused, conflicts }: ToolDraft): string | undefined {
  const paths = [...Object.keys(refused), ...Object.keys(conflicts)];
  if (problem) return problem;
  const [only] = paths;
  if (only === undefined) return undefined;
  if (paths.length > 1) return `${paths.map(fieldWords).join(", ")}. Everything else is.`;
  const [message] = Object.values(refused[only]?.fields ?? {});
  return message ? `the ${fieldWords(only)}. ${message}` : `somebody else changed the ${fieldWords(only)} too.`;
}
