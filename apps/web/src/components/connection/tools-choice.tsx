"use client";

import type { ConnectChoice, ServerDescription } from "@portico/services";
import { count } from "@/components/ui/figures.ts";
import { ToolKinds } from "./tool-kinds.tsx";

type Tools = ConnectChoice["tools"];

/** What a client may do: all tools that somebody may use, those that only read, or some that they tick. */
export function ToolsChoice({
  value,
  tools,
  onChange,
}: {
  value: Tools;
  /** Those that they may use. */
  tools: ServerDescription["tools"];
  onChange: (tools: Tools) => void;
}) {
  const reading = tools.filter(({ kind }) => kind === "reading");
  const isChosen = typeof value !== "string";
  const ticked = new Set(isChosen ? value.operations : []);
  const isOn = ({ operations }: { operations: string[] }) => operations.every((operation) => ticked.has(operation));
  const chosen = isChosen ? tools.filter(isOn) : [];
  const choices = [
    { kind: "all", label: "Everything that you may use", many: tools.length, choose: () => onChange("all") },
    { kind: "reading", label: "Reading only", many: reading.length, choose: () => onChange("reading") },
    {
      kind: "chosen",
      label: "Only some tools",
      many: isChosen ? chosen.length : undefined,
      // What only reads is where choosing begins.
      choose: () => onChange({ operations: [...new Set(reading.flatMap(({ operations }) => operations))] }),
    },
  ];
  const toggle = (some: ServerDescription["tools"], on: boolean) => {
    const next = new Set(ticked);
    for (const operation of some.flatMap(({ operations }) => operations))
      if (on) next.add(operation);
      else next.delete(operation);
    onChange({ operations: [...next] });
  };
  return (
    <div className="flex flex-col gap-3">
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-2 font-medium">What it may do</legend>
        {choices.map(({ kind, label, many, choose }) => (
          <label
            key={kind}
            className="flex cursor-pointer items-center gap-2.5 rounded-control border border-line px-3 py-2.5 has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name="tools"
              value={kind}
              checked={kind === (isChosen ? "chosen" : value)}
              onChange={choose}
              className="size-4 accent-accent"
            />
            <span className="flex-1">{label}</span>
            {many === undefined ? null : <span className="text-base text-muted">{count(many, "tool")}</span>}
          </label>
        ))}
      </fieldset>
      {isChosen ? (
        <>
          <input type="hidden" name="operations" value={JSON.stringify(value.operations)} />
          <ToolKinds tools={tools} choice={{ isOn, toggle }} />
        </>
      ) : (
        <ToolKinds tools={value === "reading" ? reading : tools} />
      )}
    </div>
  );
}
