import { asObject, getOwn, setOwn } from "../json.ts";
import { PERSON_WORDS, type Preset, presetTool } from "../preset.ts";
import { isArgumentName } from "../transform/argument-name.ts";
import { cleanText } from "../transform/text.ts";
import type { AllowedValues, CallPlan, Given, GivenArgument, JsonSchema, ParameterEdit, Tool } from "../types.ts";
import { hideable, isAlwaysSent, isGiven, needsOf } from "./needs.ts";
import { editOf, type ParameterEdits, spread } from "./spread.ts";
import { choosable, restricted } from "./values.ts";

/**
 * The tool with a person's edits of its arguments: what a model sees of them, under which names, and what is sent without it. The
 * request that comes of a call is the one that the document describes. An edit that cannot be is left out: `checkParameters` says why.
 */
export function applyParameters(tool: Tool, edits: ParameterEdits = {}): Tool {
  if (Object.keys(edits).length === 0) return tool;
  const { tool: flat, keys } = spread(tool, edits);
  const { inputSchema, plan } = flat;
  const names = Object.keys(asObject(inputSchema.properties));
  const edited = new Map(names.map((name) => [name, editOf(edits, keys.get(name))]));
  const of = (name: string) => edited.get(name) as ParameterEdit;
  const needs = needsOf(inputSchema, of);
  const wanted = new Set(names.filter((name) => of(name).hidden === true && !isGiven(of(name))));
  const hidden = hideable(wanted, needs);
  const isGone = (name: string) => hidden.get(name) === true;
  const called = finalNames(
    names.filter((name) => !isGone(name)),
    of,
  );
  const nameOf = (name: string) => called.get(name) ?? name;

  const properties: JsonSchema = {};
  for (const name of called.keys()) setOwn(properties, nameOf(name), editedSchema(inputSchema, name, of(name)));
  const required = names.filter((name) => needs.required.has(name)).map(nameOf);
  const together = [...needs.together].flatMap(([name, others]) =>
    isGone(name) || others.length === 0 ? [] : [[nameOf(name), others.map(nameOf)] as const],
  );
  const given = [...called.keys()].flatMap((name) => {
    const one = givenOf(of(name));
    return one ? [{ ...one, argument: nameOf(name), ...(needs.required.has(name) ? { isRequired: true } : {}) }] : [];
  }) as GivenArgument[];
  const allowed = [...called.keys()].flatMap((name): AllowedValues[] => {
    const { values = [] } = of(name);
    const isHeld = values.length > 0 && !isAlwaysSent(of(name)) && choosable(inputSchema, name) !== undefined;
    return isHeld ? [{ argument: nameOf(name), values }] : [];
  });
  const renamed = [...called].filter(([name, now]) => (keys.get(name) ?? name) !== now);
  const { required: _required, dependentRequired: _together, properties: _properties, ...rest } = inputSchema;
  const next: Tool = {
    ...flat,
    inputSchema: {
      ...rest,
      properties,
      ...(required.length > 0 ? { required } : {}),
      ...(together.length > 0 ? { dependentRequired: Object.fromEntries(together) } : {}),
    },
    plan: {
      ...plannedFor(plan, called),
      ...(given.length > 0 ? { given } : {}),
      ...(allowed.length > 0 ? { allowed } : {}),
    },
    ...(renamed.length > 0
      ? { renamed: Object.fromEntries(renamed.map(([name, now]) => [keys.get(name) ?? name, now])) }
      : {}),
  };
  return presetTool(next, given.map(presetOf));
}

/** What a tool calls the argument with this key; undefined when it has none, or none that a model can give. */
export function argumentOf(
  { inputSchema, renamed = {} }: Pick<Tool, "inputSchema" | "renamed">,
  key: string,
): string | undefined {
  const now = getOwn(renamed, key);
  const name = typeof now === "string" ? now : Object.values(renamed).includes(key) ? undefined : key;
  return name !== undefined && Object.hasOwn(asObject(inputSchema.properties), name) ? name : undefined;
}

/** An argument was flattened, so that what is known of it as a whole says nothing any more. */
export function isFlattened({ renamed = {} }: Pick<Tool, "renamed">, key: string): boolean {
  return Object.keys(renamed).some((one) => one.startsWith(`${key}.`));
}

/** Names as they are wanted. Of arguments that would meet, those with a new name take their old one again. */
function finalNames(names: readonly string[], of: (name: string) => ParameterEdit): Map<string, string> {
  const called = new Map(
    names.map((name) => {
      const { name: wanted } = of(name);
      // What is fixed is seen by nobody, and is to stand in no other's way.
      const isRenamed = wanted !== undefined && isArgumentName(wanted) && !isAlwaysSent(of(name));
      return [name, isRenamed ? wanted : name];
    }),
  );
  for (let meeting = meetingNames(called); meeting.length > 0; meeting = meetingNames(called))
    for (const name of meeting) called.set(name, name);
  return called;
}

/** Renamed arguments whose name another has, too. */
export function meetingNames(called: ReadonlyMap<string, string>): string[] {
  const count = new Map<string, number>();
  for (const now of called.values()) count.set(now, (count.get(now) ?? 0) + 1);
  return [...called].filter(([name, now]) => name !== now && (count.get(now) ?? 0) > 1).map(([name]) => name);
}

function givenOf(edit: ParameterEdit): (Given & { isFixed: boolean }) | undefined {
  const given = edit.fixed ?? edit.default;
  return given && { ...given, isFixed: isAlwaysSent(edit) };
}

function presetOf(one: GivenArgument): Preset {
  const { argument, isFixed } = one;
  return "person" in one
    ? { argument, isFixed, words: PERSON_WORDS[one.person] }
    : { argument, isFixed, value: one.value };
}

function editedSchema(root: JsonSchema, name: string, { description, values }: ParameterEdit): unknown {
  const schema = values ? restricted(root, name, values) : getOwn(asObject(root.properties), name);
  const text = description === undefined ? "" : cleanText(description).trim();
  return text === "" ? schema : { ...asObject(schema), description: text };
}

/** The plan of a call whose arguments have other names; what is not called any more is not sent. */
function plannedFor(plan: CallPlan, called: ReadonlyMap<string, string>): CallPlan {
  const take = <Part extends { argument: string }>(parts: readonly Part[]): Part[] =>
    parts.flatMap((part) => {
      const argument = called.get(part.argument);
      return argument === undefined ? [] : [argument === part.argument ? part : { ...part, argument }];
    });
  const { body, ...rest } = plan;
  const next: CallPlan = { ...rest, parameters: take(plan.parameters) };
  if (!body) return next;
  const { mapping } = body;
  if (mapping.kind === "flat")
    return { ...next, body: { ...body, mapping: { kind: "flat", properties: take(mapping.properties) } } };
  const [whole] = take([mapping]);
  return whole ? { ...next, body: { ...body, mapping: whole } } : next;
}
