"use client";

import type { Parameter, ParameterEdit } from "@portico/openapi";
import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { cx } from "@/components/ui/cx.ts";
import { type Edits, errorsOf, fillingOf, givenWords, valueText, withEdit } from "./parameter-edit.ts";
import { ParameterFields } from "./parameter-fields.tsx";

/** What is said of a tool's parameters, and what changed of it. */
export interface ParametersState {
  edits: Edits;
  /** Keys of those that a person is asked for. */
  asked: readonly string[];
}

const COLUMNS =
  "@[34rem]:grid @[34rem]:grid-cols-[minmax(6rem,1.6fr)_2.75rem_minmax(4rem,1fr)_2.75rem_minmax(4rem,1fr)_minmax(3.5rem,1fr)_minmax(5rem,2fr)] @[34rem]:items-baseline @[34rem]:gap-1.5";

/** The parameters of a tool: one a row, and all that can be changed of it under the row that is opened. */
export function ParametersSection({
  parameters,
  state,
  errors,
  isDisabled,
  onChange,
}: {
  parameters: readonly Parameter[];
  state: ParametersState;
  /** What is wrong, by field of the whole form. */
  errors: Record<string, string>;
  isDisabled: boolean;
  onChange: (state: ParametersState) => void;
}) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  // What was typed goes, too.
  const [resets, setResets] = useState(0);
  const reset = (change: () => void) => {
    change();
    setResets(resets + 1);
  };
  const rows = parameters.flatMap((parameter) => {
    const isFlat = state.edits[parameter.key]?.flatten === true;
    return [parameter, ...(isFlat ? (parameter.properties ?? []) : [])];
  });
  // An object that is flattened is its properties.
  const single = rows.filter(({ key }) => !state.edits[key]?.flatten);
  const shown = single.filter(({ key }) => isShown(state.edits[key] ?? {})).length;
  return (
    <section aria-label="Parameters" className="@container flex flex-col gap-2">
      <h3 className="font-medium">
        Parameters{" "}
        <span className="font-normal text-muted">
          {shown === single.length ? shown : `the model sees ${shown} of ${single.length}`}
        </span>
      </h3>
      {rows.length === 0 ? <p className="text-sm text-muted">It takes none.</p> : null}
      {rows.length > 0 ? (
        <div className="rounded-card border">
          <div aria-hidden className={cx("hidden py-1.5 pr-3 pl-8 text-xs text-muted", COLUMNS)}>
            {["Name", "In", "Type", "Shown", "Fixed to", "Default", "Description"].map((word) => (
              <span key={word}>{word}</span>
            ))}
          </div>
          <ul className="divide-y">
            {rows.map((parameter) => {
              const { key } = parameter;
              const edit = state.edits[key] ?? {};
              const wrong = errorsOf(errors, key);
              const isAsked = state.asked.includes(key);
              const isChanged = Object.keys(edit).length > 0 || isAsked;
              const others = state.asked.filter((one) => one !== key);
              const change = (next: ParameterEdit, isAsked: boolean) =>
                onChange({ edits: withEdit(state.edits, key, next), asked: isAsked ? [...others, key] : others });
              return (
                <ParameterRow
                  key={key}
                  {...{ parameter, edit, isAsked, isChanged }}
                  isInner={!parameters.includes(parameter)}
                  isOpen={open.has(key) || Object.keys(wrong).length > 0}
                  onToggle={() => setOpen(toggled(open, key))}
                >
                  <ParameterFields
                    key={resets}
                    {...{ parameter, edit, isAsked, isDisabled }}
                    errors={wrong}
                    onChange={change}
                    onReset={isChanged && !isDisabled ? () => reset(() => change({}, false)) : undefined}
                  />
                </ParameterRow>
              );
            })}
          </ul>
        </div>
      ) : null}
      {errors.askFor ? (
        <p role="alert" className="text-sm font-medium">
          {errors.askFor}
        </p>
      ) : null}
    </section>
  );
}

function isShown(edit: ParameterEdit): boolean {
  return !["fixed", "hidden", "flatten"].includes(fillingOf(edit));
}

function ParameterRow({
  parameter: { name, in: place, type, isRequired, description, default: documentDefault },
  edit,
  isAsked,
  isChanged,
  isInner,
  isOpen,
  onToggle,
  children,
}: {
  parameter: Parameter;
  edit: ParameterEdit;
  isAsked: boolean;
  isChanged: boolean;
  /** A property of an object that is flattened. */
  isInner: boolean;
  isOpen: boolean;
  onToggle: () => void;
  children: React.ReactNode;
}) {
  const id = useId();
  const filling = fillingOf(edit);
  const fixed = filling === "fixed" ? (edit.fixed ?? edit.default) : undefined;
  const isDefault = filling === "default" && edit.default !== undefined;
  const preset =
    isDefault && edit.default
      ? givenWords(edit.default)
      : documentDefault === undefined || !isShown(edit)
        ? undefined
        : valueText(documentDefault);
  const isNeeded = (isRequired && !isDefault) || filling === "needed";
  const only = edit.values && isShown(edit) ? `only ${edit.values.map(valueText).join(", ")}` : undefined;
  const about = edit.description ?? description;
  const renamed = edit.name && isShown(edit) ? edit.name : undefined;
  const facts = [
    place,
    type,
    ...(isNeeded && isShown(edit) ? ["required"] : []),
    ...(filling === "flatten" ? ["flattened"] : isShown(edit) ? [] : ["hidden"]),
    ...(fixed ? [`fixed to ${givenWords(fixed)}`] : []),
    ...(preset === undefined ? [] : [`default ${preset}`]),
    ...(only === undefined ? [] : [only]),
    ...(isAsked ? ["asked of the person"] : []),
  ];
  return (
    <li className="@container">
      <div
        className={cx(
          "relative flex flex-col gap-0.5 py-2 pr-3 pl-8 hover:bg-hover has-[button:focus-visible]:bg-hover",
          COLUMNS,
        )}
      >
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={`${id}-fields`}
          onClick={onToggle}
          className={cx(
            "min-w-0 text-left font-mono text-sm font-medium [overflow-wrap:anywhere] after:absolute after:inset-0",
            isInner && "pl-3",
          )}
        >
          <ChevronRight
            size={16}
            aria-hidden
            className={cx(
              "absolute top-2.5 left-2 text-muted transition-transform duration-100",
              isOpen && "rotate-90",
            )}
          />
          {renamed ?? name}
          {renamed ? <span className="font-normal text-muted"> was {name}</span> : null}
          {isChanged ? (
            <span
              title="Differs from the document"
              className="ml-1.5 inline-block size-1.5 rounded-full bg-accent align-middle"
            >
              <span className="sr-only">, differs from the document</span>
            </span>
          ) : null}
        </button>
        <div className={cx("@[34rem]:hidden", isInner && "pl-3")}>
          <p className="text-xs text-muted [overflow-wrap:anywhere]">{facts.join(" · ")}</p>
          {about ? <p className="line-clamp-2 text-sm text-muted">{about}</p> : null}
        </div>
        <Cell word="In">{place}</Cell>
        <Cell word="Type">
          {type}
          {isNeeded && isShown(edit) ? ", required" : ""}
          {only === undefined ? "" : `, ${only}`}
        </Cell>
        <Cell word="Shown">{filling === "flatten" ? "In parts" : isShown(edit) ? "Yes" : "No"}</Cell>
        <Cell word="Fixed to" isCode>
          {fixed ? givenWords(fixed) : null}
        </Cell>
        <Cell word="Default" isCode>
          {isAsked ? "Asked" : preset}
        </Cell>
        <Cell word="Description">{about}</Cell>
      </div>
      {isOpen ? (
        <div id={`${id}-fields`} className="border-t bg-sunken/50 px-3 py-3 sm:pl-8">
          {children}
        </div>
      ) : null}
    </li>
  );
}

/** One fact of a row where there is room for columns. */
function Cell({ word, isCode = false, children }: { word: string; isCode?: boolean; children: React.ReactNode }) {
  return (
    <span
      className={cx(
        "hidden min-w-0 text-xs text-muted [overflow-wrap:anywhere] @[34rem]:line-clamp-2",
        isCode && "font-mono",
      )}
    >
      {children === null || children === undefined || children === "" ? null : (
        <>
          <span className="sr-only">{word}: </span>
          {children}
        </>
      )}
    </span>
  );
}

function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}
