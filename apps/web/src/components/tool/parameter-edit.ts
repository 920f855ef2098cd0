import type { Given, Parameter, ParameterEdit, PersonFact } from "@portico/openapi";

/** Who fills in a parameter, and how: one choice in the place of several marks that exclude each other. */
export type Filling = "model" | "needed" | "default" | "fixed" | "hidden" | "flatten";

export type Edits = Readonly<Record<string, ParameterEdit>>;

export const FACTS: readonly (readonly [PersonFact, string])[] = [
  ["email", "The person's e-mail"],
  ["name", "The person's name"],
  ["id", "The person's id"],
];

export function fillingOf({ flatten, fixed, hidden, default: preset, required }: ParameterEdit): Filling {
  if (flatten) return "flatten";
  if (fixed || (hidden && preset)) return "fixed";
  if (hidden) return "hidden";
  if (preset) return "default";
  return required ? "needed" : "model";
}

/** What a parameter can be filled in by, in words. */
export function fillingsOf({ isRequired, properties }: Parameter): [Filling, string][] {
  return [
    ["model", isRequired ? "The model" : "The model, when it needs to"],
    ...(isRequired ? [] : ([["needed", "The model, every time"]] as [Filling, string][])),
    ["default", "The model, or else a default"],
    ["fixed", "Nobody: it is always the same"],
    ...(isRequired ? [] : ([["hidden", "Nobody: it is hidden and not sent"]] as [Filling, string][])),
    ...(properties ? ([["flatten", "The model, one property at a time"]] as [Filling, string][]) : []),
  ];
}

/** The edit with another filling. A value that was there stays; names and words do, too. */
export function withFilling(parameter: Parameter, edit: ParameterEdit, filling: Filling): ParameterEdit {
  const { fixed, default: preset, hidden: _hidden, required: _required, flatten: _flatten, ...words } = edit;
  const given = fixed ?? preset ?? { value: parameter.default ?? parameter.values?.choices?.[0] ?? "" };
  if (filling === "flatten") return { flatten: true };
  if (filling === "fixed") return { ...words, fixed: given };
  if (filling === "default") return { ...words, default: given };
  if (filling === "hidden") return { ...words, hidden: true };
  return filling === "needed" ? { ...words, required: true } : words;
}

/** The edits with one of them in the place of what was there; without anything in it, it is gone. */
export function withEdit(edits: Edits, key: string, edit: ParameterEdit): Edits {
  const { [key]: _before, ...others } = edits;
  const fields = Object.entries(edit).filter(([, value]) => value !== undefined && value !== "");
  return fields.length === 0 ? others : { ...others, [key]: Object.fromEntries(fields) };
}

/** The same text for the same edits, in whatever order they were made. */
export function textOfEdits(edits: Edits): string {
  const sorted = Object.keys(edits)
    .sort()
    .map((key) => [key, Object.entries(edits[key] ?? {}).sort(([one], [other]) => (one < other ? -1 : 1))]);
  return JSON.stringify(sorted);
}

/** A value or a fact, as a table shows it. */
export function givenWords(given: Given): string {
  if ("person" in given) return FACTS.find(([fact]) => fact === given.person)?.[1] ?? given.person;
  return valueText(given.value);
}

export function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What is no text is written as JSON; what is no JSON is text all the same, and refused where that does not fit. */
export function typedValue(text: string, isText: boolean): unknown {
  if (isText) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Values one a line, of the type that the parameter has. */
export function typedValues(text: string, type: "string" | "number" | "integer" | "boolean"): (string | number)[] {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.map((line) => (type === "string" || Number.isNaN(Number(line)) ? line : Number(line)));
}

/** What is wrong with one parameter, by field; "parameter" for all of it. */
export function errorsOf(fields: Record<string, string>, key: string): Record<string, string> {
  const start = `parameters.${key}`;
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, message]) => {
      if (field === start) return [["parameter", message]];
      // A key may begin with another: what comes after it is a field, which has no dot but for what is inside it.
      const [name = ""] = field.startsWith(`${start}.`) ? field.slice(start.length + 1).split(".") : [];
      return FIELDS.has(name) ? [[name, message]] : [];
    }),
  );
}

const FIELDS = new Set(["hidden", "fixed", "default", "name", "description", "values", "required", "flatten"]);
