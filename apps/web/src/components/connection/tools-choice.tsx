"use client";

import type { ConnectChoice } from "@portico/services";
import { count } from "@/components/ui/figures.ts";

type Tools = ConnectChoice["tools"];

/** All tools that somebody may use, or those that only read. */
export function ToolsChoice({
  value,
  counts,
  onChange,
}: {
  value: Tools;
  counts: { all: number; reading: number } | undefined;
  onChange: (tools: Tools) => void;
}) {
  const choices = [
    { tools: "all", label: "Everything that you may use", count: counts?.all },
    { tools: "reading", label: "Reading only", count: counts?.reading },
  ] as const;
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 font-medium">What it may do</legend>
      {choices.map(({ tools, label, count: many }) => (
        <label
          key={tools}
          className="flex cursor-pointer items-center gap-2.5 rounded-control border border-line px-3 py-2.5 has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name="tools"
            value={tools}
            checked={tools === value}
            onChange={() => onChange(tools)}
            className="size-4 accent-accent"
          />
          <span className="flex-1">{label}</span>
          {many === undefined ? null : <span className="text-base text-muted">{count(many, "tool")}</span>}
        </label>
      ))}
    </fieldset>
  );
}
