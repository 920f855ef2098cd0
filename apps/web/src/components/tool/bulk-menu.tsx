"use client";

import { ChevronDown, ListChecks } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input, Select } from "@/components/ui/field.tsx";
import { count } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { Popover } from "@/components/ui/popover.tsx";
import { type CallingLimits, timesText } from "./calling-section.tsx";
import type { ToolRow } from "./tool-row.ts";
import type { BulkEdit } from "./use-bulk-edit.ts";

const FIELDS = [
  { field: "askFirst", mark: "isAskedFirst", label: "Ask the person before each call" },
  { field: "widget", mark: "hasWidget", label: "Show answers as a widget too" },
  { field: "summarize", mark: "isSummarized", label: "Summary of large answers, of tools that read" },
] as const;

/** One change for many tools: of those that are picked, or of those that the filter shows. */
export function BulkMenu({
  picked,
  shown,
  isFiltered,
  isHeld,
  bulk,
  calling,
}: {
  picked: readonly ToolRow[];
  shown: readonly ToolRow[];
  isFiltered: boolean;
  /** Something that was written of a tool cannot be saved. */
  isHeld: boolean;
  bulk: BulkEdit;
  /** How far calls can be given time, and be made again. */
  calling: CallingLimits;
}) {
  const [chosen, setChosen] = useState<"picked" | "shown">();
  const scope = chosen ?? (isFiltered ? "shown" : "picked");
  const rows = scope === "shown" ? shown : picked;
  const isOff = isHeld || rows.length === 0;
  return (
    <Popover
      label="Change many tools"
      trigger={
        <Button icon={<ListChecks size={16} aria-hidden />} aria-busy={bulk.isPending || undefined}>
          Change many
          <ChevronDown size={16} aria-hidden />
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        {bulk.problem ? <Notice kind="problem" title={bulk.problem} /> : null}
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 font-medium">Change</legend>
          <Scope
            label={`the ${count(picked.length, "picked tool")}`}
            isChosen={scope === "picked"}
            onChoose={() => setChosen("picked")}
          />
          <Scope
            label={isFiltered ? `the ${count(shown.length, "shown tool")}` : `all ${count(shown.length, "tool")}`}
            isChosen={scope === "shown"}
            onChoose={() => setChosen("shown")}
          />
        </fieldset>
        {isHeld ? <p className="text-sm text-muted">Correct or discard what is not saved first.</p> : null}
        <div className="flex flex-col gap-2 border-t pt-3">
          {FIELDS.map(({ field, mark, label }) => (
            <Line
              key={field}
              label={label}
              has={rows.filter((row) => row[mark]).length}
              of={rows.length}
              words={["On", "Off"]}
              isOff={isOff}
              onChoose={(isOn) => bulk.change(rows, { [field]: isOn })}
            />
          ))}
          <KindLine isOff={isOff} onChoose={(annotations) => bulk.change(rows, { annotations })} />
          <TimeLine
            limits={calling}
            isOff={isOff}
            onChoose={(timeoutSeconds) => bulk.change(rows, { timeoutSeconds })}
          />
          <RetriesLine limits={calling} isOff={isOff} onChoose={(retries) => bulk.change(rows, { retries })} />
          <Line
            label="In the server"
            words={["Pick", "Drop"]}
            isOff={isOff}
            onChoose={(isPicked) => bulk.pick(rows, isPicked)}
          />
        </div>
        <p className="text-sm text-muted">It is saved in the draft at once. Clients get it when you publish.</p>
      </div>
    </Popover>
  );
}

const KINDS = [
  ["reads", { readOnlyHint: true }],
  ["changes", { readOnlyHint: false, destructiveHint: false }],
  ["deletes", { readOnlyHint: false, destructiveHint: true }],
  ["document", null],
] as const;

/** Saying of many tools what they do lets people in, or keeps them out: it is chosen, and then done. */
function KindLine({ isOff, onChoose }: { isOff: boolean; onChoose: (annotations: (typeof KINDS)[number][1]) => void }) {
  const [chosen, setChosen] = useState<(typeof KINDS)[number][0]>("document");
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
      <div className="min-w-0 flex-1">
        <Field label="What they do">
          {(control) => (
            <Select
              {...control}
              value={chosen}
              disabled={isOff}
              onChange={(event) => setChosen(event.target.value as typeof chosen)}
            >
              <option value="document">As the document says</option>
              <option value="reads">Read only: whoever may read can call them</option>
              <option value="changes">Change something</option>
              <option value="deletes">Delete something</option>
            </Select>
          )}
        </Field>
      </div>
      <Button
        className="self-end"
        disabled={isOff}
        onClick={() => onChoose(KINDS.find(([name]) => name === chosen)?.[1] ?? null)}
      >
        Set<span className="sr-only">: what they do</span>
      </Button>
    </div>
  );
}

/** How long a call of many tools may take; without a number as long as all others. */
function TimeLine({
  limits: { timeoutSeconds, timeoutSecondsMax },
  isOff,
  onChoose,
}: {
  limits: CallingLimits;
  isOff: boolean;
  onChoose: (seconds: number | null) => void;
}) {
  const [digits, setDigits] = useState("");
  return (
    <form
      className="flex items-end justify-between gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        onChoose(digits === "" ? null : Number(digits));
      }}
    >
      <div className="min-w-0 flex-1">
        <Field label="Seconds a call may take" aside={<Range>{`1 to ${timeoutSecondsMax}`}</Range>}>
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              autoComplete="off"
              placeholder={`${timeoutSeconds}, like the others`}
              value={digits}
              disabled={isOff}
              onChange={(event) => setDigits(event.target.value.replace(/\D/g, "").slice(0, 6))}
            />
          )}
        </Field>
      </div>
      <Button type="submit" disabled={isOff}>
        Set<span className="sr-only">: seconds a call may take</span>
      </Button>
    </form>
  );
}

/** How often calls of many tools are made again, of those that can be repeated. */
function RetriesLine({
  limits: { retriesMax },
  isOff,
  onChoose,
}: {
  limits: CallingLimits;
  isOff: boolean;
  onChoose: (retries: number | null) => void;
}) {
  const [chosen, setChosen] = useState("");
  return (
    <div className="flex items-end justify-between gap-3">
      <div className="min-w-0 flex-1">
        <Field label="Made again" aside={<Range>of what can be repeated</Range>}>
          {(control) => (
            <Select {...control} value={chosen} disabled={isOff} onChange={(event) => setChosen(event.target.value)}>
              <option value="">As any other</option>
              {Array.from({ length: retriesMax + 1 }, (_, times) => (
                <option key={timesText(times)} value={times}>
                  {timesText(times)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Button disabled={isOff} onClick={() => onChoose(chosen === "" ? null : Number(chosen))}>
        Set<span className="sr-only">: how often it is made again</span>
      </Button>
    </div>
  );
}

function Range({ children }: { children: string }) {
  return <span className="text-sm text-muted">{children}</span>;
}

function Scope({ label, isChosen, onChoose }: { label: string; isChosen: boolean; onChoose: () => void }) {
  return (
    <label className="flex min-h-6 items-center gap-2">
      <input
        type="radio"
        name="bulk-scope"
        checked={isChosen}
        onChange={onChoose}
        className="size-4 shrink-0 accent-accent"
      />
      {label}
    </label>
  );
}

function Line({
  label,
  has,
  of,
  words,
  isOff,
  onChoose,
}: {
  label: string;
  has?: number;
  of?: number;
  words: [string, string];
  isOff: boolean;
  onChoose: (isOn: boolean) => void;
}) {
  return (
    <div className="flex items-center justify-between gap-3">
      <div className="min-w-0">
        {label}
        {of === undefined ? null : (
          <span className="block text-sm text-muted">
            {(has ?? 0).toLocaleString("en")} of {of.toLocaleString("en")}
          </span>
        )}
      </div>
      <div className="flex shrink-0 gap-1">
        {words.map((word, index) => (
          <Button key={word} size="small" disabled={isOff} onClick={() => onChoose(index === 0)}>
            {word}
            <span className="sr-only">: {label}</span>
          </Button>
        ))}
      </div>
    </div>
  );
}
