import { typeOf } from "../dialect.ts";
import { asObject, setOwn } from "../json.ts";
import { isArgumentName } from "../transform/argument-name.ts";
import { cleanText } from "../transform/text.ts";
import type { Given, JsonSchema, ParameterEdit, PersonFact, Tool } from "../types.ts";
import { meetingNames } from "./apply.ts";
import { hideable, isGiven, type Needs, needsOf } from "./needs.ts";
import { editOf, flattenable, type ParameterEdits, spread } from "./spread.ts";
import { choosable, fitsKind, flatSchema, misfits } from "./values.ts";

/** An edit that cannot be, and what to do about it. */
export interface ParameterProblem {
  key: string;
  field: keyof ParameterEdit | "parameter";
  message: string;
}

/** Whether an argument of a tool can have a value, which may come back as the schema wants it. */
export type Fits = (
  inputSchema: JsonSchema,
  argument: string,
  value: unknown,
) => { value: unknown } | { problem: string };

export interface CheckedParameters {
  /** The edits without what changes nothing. */
  parameters: Record<string, ParameterEdit>;
  problems: ParameterProblem[];
}

/** What a person wants of a tool's arguments, held against the tool as its body is sent. Pure; nothing is left out that has a problem. */
export function checkParameters(tool: Tool, edits: ParameterEdits, fits: Fits = fitsAsKind): CheckedParameters {
  const { tool: flat, keys } = spread(tool, edits);
  const { inputSchema } = flat;
  const nameByKey = new Map([...keys].map(([name, key]) => [key, name]));
  const of = (name: string) => editOf(edits, keys.get(name));
  const needs = needsOf(inputSchema, of);
  const checked: CheckedParameters = { parameters: {}, problems: [] };
  for (const key of Object.keys(edits).sort()) {
    const edit = editOf(edits, key);
    const name = nameByKey.get(key);
    const one: Checking = {
      ...{ tool: flat, key, edit, fits, name: name ?? key },
      refuse: (field, message) => checked.problems.push({ key, field, message }),
    };
    const kept = name === undefined ? checkWhole(tool, one) : checkOne(one);
    if (Object.keys(kept).length > 0) setOwn(checked.parameters, key, kept);
  }
  checkHidden(flat, keys, edits, needs, checked);
  checkNames(keys, edits, checked);
  return checked;
}

interface Checking {
  tool: Tool;
  key: string;
  name: string;
  edit: ParameterEdit;
  fits: Fits;
  refuse: (field: ParameterProblem["field"], message: string) => void;
}

const NAMED_MAX = 20;

/** The edit of an argument that is flattened, or that is not there. */
function checkWhole(tool: Tool, { key, edit, refuse }: Checking): ParameterEdit {
  const properties = asObject(tool.inputSchema.properties);
  if (Object.hasOwn(properties, key)) {
    const others = (Object.keys(edit) as (keyof ParameterEdit)[]).filter(
      (field) => field !== "flatten" && field !== "description" && edit[field] !== undefined && edit[field] !== false,
    );
    for (const field of others)
      refuse(
        field,
        `"${key}" is flattened, so its properties are edited in its place: remove "${field}" or do not flatten it`,
      );
    return { flatten: true };
  }
  const parent = Object.keys(properties).find((name) => key.startsWith(`${name}.`));
  const names = Object.keys(properties);
  const known = names.length > NAMED_MAX ? `${names.slice(0, NAMED_MAX).join(", ")}, …` : names.join(", ") || "none";
  refuse(
    "parameter",
    parent === undefined
      ? `the tool has no parameter "${key}"; it has ${known}`
      : `flatten "${parent}" to edit "${key}", if it has such a property`,
  );
  return edit;
}

function checkOne(one: Checking): ParameterEdit {
  const { tool, key, name, edit, refuse } = one;
  const kept: ParameterEdit = {};
  if (edit.flatten === true) {
    const found = flattenable(tool, name);
    refuse("flatten", "problem" in found ? found.problem : `"${key}" is flattened with the object that it is in`);
    kept.flatten = true;
  }
  if (edit.fixed && edit.default)
    refuse("default", `"${key}" is fixed, so a default would never be used: remove one of the two`);
  if (edit.hidden) kept.hidden = true;
  if (edit.fixed) kept.fixed = checkGiven(one, "fixed", edit.fixed);
  if (edit.default) kept.default = checkGiven(one, "default", edit.default);
  if (edit.description !== undefined) {
    const description = cleanText(edit.description).trim();
    if (description !== "" && description !== flatSchema(tool.inputSchema, name).description)
      kept.description = description;
  }
  if (edit.name !== undefined && edit.name !== name) {
    kept.name = edit.name;
    if (!isArgumentName(edit.name))
      refuse("name", `"${key}" cannot be called "${edit.name}": use 1 to 64 letters, digits, dots, - or _`);
  }
  if (edit.values) kept.values = checkValues(one, edit.values);
  if (edit.required) {
    const isNeeded = asArrayOf(tool.inputSchema.required).includes(name);
    if (isGiven(edit) || edit.hidden)
      refuse("required", `the model cannot be made to give "${key}", which is given or hidden: remove one of the two`);
    if (!isNeeded || isGiven(edit) || edit.hidden) kept.required = true;
  }
  return kept;
}

function asArrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const FACTS: Record<PersonFact, string> = { email: "e-mail address", name: "name", id: "id" };

function checkGiven(
  { tool, key, name, edit, fits, refuse }: Checking,
  field: "fixed" | "default",
  given: Given,
): Given {
  if ("person" in given) {
    const flat = flatSchema(tool.inputSchema, name);
    const type = typeOf(flat);
    if ((type !== undefined && type !== "string") || flat.enum !== undefined || flat.const !== undefined)
      refuse(field, `"${key}" does not take any text, so it cannot be the ${FACTS[given.person]} of a person`);
    return given;
  }
  const found = fits(tool.inputSchema, name, given.value);
  if ("problem" in found) {
    refuse(field, `"${key}" cannot be ${preview(given.value)}: ${found.problem}`);
    return given;
  }
  const { value } = found;
  if (field === "default" && edit.values && [value].flat().some((item) => !edit.values?.some((one) => one === item)))
    refuse(field, `the default of "${key}" is not one of the values that it is restricted to: add it to these`);
  return { value };
}

function checkValues({ tool, key, name, refuse }: Checking, wanted: readonly (string | number | boolean)[]) {
  const values = [...new Set(wanted)];
  const found = choosable(tool.inputSchema, name);
  if (!found)
    refuse("values", `"${key}" cannot be restricted: only text, numbers, yes or no, and lists of these can be`);
  else if (values.length === 0) refuse("values", `choose at least one value of "${key}", or do not restrict it`);
  else {
    const wrong = misfits(found, values);
    const takes = found.choices
      ? `takes only ${found.choices.slice(0, NAMED_MAX).join(", ")}`
      : `takes ${found.type} values`;
    if (wrong.length > 0) refuse("values", `"${key}" ${takes}: remove ${wrong.map(preview).join(", ")}`);
  }
  return values;
}

function checkHidden(
  { inputSchema }: Tool,
  keys: ReadonlyMap<string, string>,
  edits: ParameterEdits,
  needs: Needs,
  { problems }: CheckedParameters,
): void {
  const names = Object.keys(asObject(inputSchema.properties));
  const isHidden = (name: string) => {
    const edit = editOf(edits, keys.get(name));
    return edit.hidden === true && !isGiven(edit) && !edit.required;
  };
  for (const [name, by] of hideable(new Set(names.filter(isHidden)), needs)) {
    if (by === true) continue;
    const key = keys.get(name) ?? name;
    const why = by === name ? "the API needs it" : `the API needs it whenever "${keys.get(by) ?? by}" is given`;
    problems.push({
      ...{ key, field: "hidden" },
      message: `"${key}" cannot be hidden, because ${why}: fix it to a value, or give it a default to be sent`,
    });
  }
}

function checkNames(keys: ReadonlyMap<string, string>, edits: ParameterEdits, { problems }: CheckedParameters): void {
  const called = new Map([...keys].map(([name, key]) => [name, editOf(edits, key).name ?? name]));
  for (const name of meetingNames(called)) {
    const key = keys.get(name) ?? name;
    problems.push({
      ...{ key, field: "name" },
      message: `"${key}" cannot be called "${called.get(name)}": another parameter has that name; choose another`,
    });
  }
}

/** A value judged by its type and by the document's list of values alone. */
function fitsAsKind(inputSchema: JsonSchema, argument: string, value: unknown): ReturnType<Fits> {
  return fitsKind(inputSchema, argument, value) ? { value } : { problem: "the document wants another kind of value" };
}

function preview(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
