import type { Suggestion, SuggestionRule } from "@portico/openapi";
import { CircleHelp } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { count } from "@/components/ui/figures.ts";
import { Popover } from "@/components/ui/popover.tsx";

const LEFT_OUT_WORDS: Record<SuggestionRule, (max: number) => string> = {
  "no-tool": () => "no tool can be made of them",
  deprecated: () => "the document calls them deprecated",
  "beyond-limit": (max) => `they come after the first ${max}`,
};

/** By which rules "Suggested" chooses, beside the button that does. */
export function SuggestionReasons({ suggestion }: { suggestion: Suggestion }) {
  const { max, suggested, leftOut, methodSteps } = suggestion;
  const further = methodSteps.filter(({ steps }) => steps > 0);
  return (
    <Popover
      label="How Suggested chooses"
      trigger={
        <Button look="quiet" icon={<CircleHelp size={16} aria-hidden />}>
          Why these?
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="font-medium">
          {suggested > 0
            ? `Suggested takes ${count(suggested, "operation")}, ${max} of a document at most`
            : "No rule tells these operations apart, so Suggested takes all that can be tools"}
        </p>
        <ul className="flex list-disc flex-col gap-1 pl-5">
          <li>{max} tools are few enough for every known client, and for a model to tell apart.</li>
          <li>
            Short paths come first: they tend to be what an API is about.
            {further.length > 0
              ? ` A method counts as steps of a path: ${further
                  .map(({ methods, steps }) => `${methods.join(" and ")} ${steps}`)
                  .join(", ")}. So reading comes first, and deleting late.`
              : " All of these only read."}
          </li>
        </ul>
        <div>
          <p className="font-medium">Left out</p>
          {leftOut.length > 0 ? (
            <ul className="list-disc pl-5">
              {leftOut.map(({ rule, operations }) => (
                <li key={rule}>
                  {count(operations, "operation")}: {LEFT_OUT_WORDS[rule](max)}
                </li>
              ))}
            </ul>
          ) : (
            <p className="text-muted">Nothing</p>
          )}
        </div>
      </div>
    </Popover>
  );
}
