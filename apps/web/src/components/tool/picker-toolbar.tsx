import type { Suggestion } from "@portico/openapi";
import { Search } from "lucide-react";
import type { Ref } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Input } from "@/components/ui/field.tsx";
import { Budget } from "./budget.tsx";
import type { TextLimits } from "./client-limits.ts";
import { SuggestionReasons } from "./suggestion-reasons.tsx";
import type { ToolRow } from "./tool-row.ts";
import type { Preset, Selection } from "./use-selection.ts";

const PRESETS: [Preset, string][] = [
  ["suggested", "Suggested"],
  ["all", "All"],
  ["reading", "Reading only"],
  ["none", "None"],
];

/** What is filtered out keeps its choice: nobody picks or drops what they do not see. */
const FILTERED: [Preset, string][] = [
  ["all", "All of these"],
  ["none", "None of these"],
];

/** Filter, quick choices, and what the choice costs. */
export function PickerToolbar({
  shown,
  isFiltered,
  filter,
  onFilter,
  selection,
  suggestion,
  limits,
  there,
  isReadOnly = false,
  field,
  onLeave,
}: {
  /** What the filter leaves. */
  shown: readonly ToolRow[];
  isFiltered: boolean;
  filter: string;
  onFilter: (filter: string) => void;
  selection: Selection;
  suggestion: Suggestion;
  /** What clients take of names and descriptions. */
  limits: TextLimits;
  /** What the server has already of other documents. */
  there?: { tools: number; tokens: number } | undefined;
  isReadOnly?: boolean;
  field?: Ref<HTMLInputElement>;
  /** Down from the filter, to what it shows. */
  onLeave?: () => void;
}) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
      <div className="flex flex-wrap items-center gap-2">
        <div className="relative w-full sm:w-56">
          <Search size={16} aria-hidden className="absolute top-2 left-2.5 text-faint" />
          <Input
            type="search"
            aria-label="Filter operations"
            placeholder="Filter"
            value={filter}
            ref={field}
            onChange={(event) => onFilter(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "ArrowDown" || !onLeave) return;
              event.preventDefault();
              onLeave();
            }}
            height="small"
            className="pl-8"
          />
        </div>
        <fieldset aria-label="Quick choices" hidden={isReadOnly} className="flex flex-wrap gap-1 [&[hidden]]:hidden">
          {(isFiltered ? FILTERED : PRESETS).map(([preset, label]) => (
            <Button
              key={preset}
              look="quiet"
              size="medium"
              className="border-line!"
              onClick={() => (isFiltered ? selection.set(shown, preset === "all") : selection.choose(preset))}
            >
              {label}
            </Button>
          ))}
          {isFiltered ? null : <SuggestionReasons suggestion={suggestion} />}
        </fieldset>
      </div>
      <Budget tools={selection.keys.size} tokens={selection.tokens} names={selection.names} {...{ limits, there }} />
    </div>
  );
}
