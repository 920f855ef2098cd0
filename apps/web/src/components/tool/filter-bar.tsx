"use client";

import { X } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { Choice } from "@/components/ui/choice.tsx";
import { filterQuery, GRADES, NO_FILTER, type ToolFilter } from "./tool-filter.ts";

/** What is shown of a server's tools, beside the words that are filtered by. */
export function FilterBar({
  filter,
  onFilter,
  shown,
  total,
  hasGrades,
  documents,
  methods: had,
}: {
  filter: ToolFilter;
  onFilter: (filter: ToolFilter) => void;
  shown: number;
  total: number;
  /** False while the tools are still being looked at. */
  hasGrades: boolean;
  /** What the tools come from. */
  documents: readonly { id: string; title: string }[];
  /** That they have. */
  methods: readonly string[];
}) {
  const methods = had.map((method): [string, string] => [method, method]);
  // Several can come with an address.
  if (filter.method !== "" && !had.includes(filter.method))
    methods.push([filter.method, filter.method.replaceAll(",", ", ")]);
  const choose = (field: keyof ToolFilter) => (value: string) =>
    // Of the choices that the address takes, which are those of the lists below.
    onFilter({ ...filter, [field]: value } as ToolFilter);
  const isFiltered = filterQuery(filter) !== "";
  return (
    <div className="flex flex-wrap items-center gap-2">
      {documents.length > 1 ? (
        <Choice
          label="Document"
          value={filter.document}
          onChange={choose("document")}
          options={[["", "Any document"], ...documents.map(({ id, title }): [string, string] => [id, title])]}
        />
      ) : null}
      <Choice
        label="What it does"
        value={filter.kind}
        onChange={choose("kind")}
        options={[
          ["", "Any kind"],
          ["reading", "Reading"],
          ["changing", "Changing"],
          ["destroying", "Destroying"],
        ]}
      />
      <Choice
        label="Method"
        value={filter.method}
        onChange={choose("method")}
        options={[["", "Any method"], ...methods]}
      />
      <Choice
        label="Picked"
        value={filter.picked}
        onChange={choose("picked")}
        options={[
          ["", "Picked or not"],
          ["yes", "Picked"],
          ["no", "Not picked"],
        ]}
      />
      <Choice
        label="Edited"
        value={filter.edited}
        onChange={choose("edited")}
        options={[
          ["", "Edited or not"],
          ["yes", "Edited"],
          ["no", "As the document"],
        ]}
      />
      <Choice
        label="Grade"
        value={filter.grade}
        onChange={choose("grade")}
        isDisabled={!hasGrades && filter.grade === ""}
        options={[
          ["", "Any grade"],
          ["found", "With findings"],
          ...GRADES.map((grade): [string, string] => [grade, `Grade ${grade}`]),
        ]}
      />
      {isFiltered ? (
        <Button look="quiet" icon={<X size={16} aria-hidden />} onClick={() => onFilter(NO_FILTER)}>
          Show all
        </Button>
      ) : null}
      <p role="status" className="text-muted">
        {isFiltered ? `${shown.toLocaleString("en")} of ${total.toLocaleString("en")} shown` : ""}
      </p>
    </div>
  );
}
