import { flatten, typeOf } from "./dialect.ts";
import { asArray, asObject, setOwn } from "./json.ts";
import { isAlwaysSent } from "./parameters/needs.ts";
import { editOf, type ParameterEdits, spread } from "./parameters/spread.ts";
import { flatSchema } from "./parameters/values.ts";
import { clip } from "./transform/text.ts";
import type { JsonSchema, PersonFact, Tool } from "./types.ts";

/** What an argument is, to a model, that is a fact about who calls. */
export const PERSON_WORDS: Record<PersonFact, string> = {
  email: "the e-mail address of the person who calls",
  name: "the name of the person who calls",
  id: "the id of the person who calls",
};

/** An argument that is given for the model: always, or when the model leaves it out. */
export interface Preset {
  argument: string;
  isFixed: boolean;
  /** What a default is; absent where it depends on who calls. */
  value?: unknown;
  /** What a default is, in words, where it depends on who calls. */
  words?: string;
}

/**
 * The tool as a model sees it when some arguments are given for it: a fixed one is gone, one with a default may be left out and says what
 * it is then. The tool itself is not changed, and is the one to validate and call with.
 */
export function presetTool(tool: Tool, presets: readonly Preset[]): Tool {
  const { inputSchema, plan } = tool;
  const before = asObject(inputSchema.properties);
  const given = new Map(
    presets.filter(({ argument }) => Object.hasOwn(before, argument)).map((preset) => [preset.argument, preset]),
  );
  if (given.size === 0) return tool;
  const isGiven = (name: unknown) => given.has(String(name));
  const isFixed = (name: unknown) => given.get(String(name))?.isFixed === true;
  const properties: JsonSchema = {};
  for (const name of Object.keys(before)) {
    const preset = given.get(name);
    if (!preset?.isFixed)
      setOwn(
        properties,
        name,
        preset ? withDefault(inputSchema, withoutNotice(before[name], name, plan), preset) : before[name],
      );
  }
  const { required, dependentRequired, ...rest } = inputSchema;
  const needed = asArray(required).filter((name) => !isGiven(name));
  const together = Object.entries(asObject(dependentRequired)).flatMap(([name, names]) => {
    const left = asArray(names).filter((one) => !isGiven(one));
    return isFixed(name) || left.length === 0 ? [] : [[name, left] as const];
  });
  const { askFor, ...others } = tool;
  const asked = askFor?.filter((name) => !isGiven(name)) ?? [];
  return {
    ...others,
    ...(asked.length > 0 ? { askFor: asked } : {}),
    inputSchema: {
      ...rest,
      properties,
      ...(needed.length > 0 ? { required: needed } : {}),
      ...(together.length > 0 ? { dependentRequired: Object.fromEntries(together) } : {}),
    },
  };
}

const VALUE_CHARS_MAX = 100;

// In words too: not every dialect has the keyword.
function noticeOf({ value, words }: Pick<Preset, "value" | "words">): string {
  return `May be left out: it is ${words ?? clip(JSON.stringify(value), VALUE_CHARS_MAX)} then.`;
}

/** A schema without what it says of the default that the version gives: another one takes its place. */
function withoutNotice(raw: unknown, argument: string, plan: Partial<Tool["plan"]> = {}): JsonSchema {
  const { description, default: _default, ...schema } = asObject(raw);
  const given = plan.given?.find((one) => one.argument === argument);
  const notice = given && noticeOf("person" in given ? { words: PERSON_WORDS[given.person] } : given);
  if (notice === undefined || typeof description !== "string" || !description.startsWith(notice)) return asObject(raw);
  const left = description.slice(notice.length).trim();
  return left === "" ? schema : { ...schema, description: left };
}

function withDefault(root: JsonSchema, raw: unknown, { value, words }: Preset): JsonSchema {
  const schema = asObject(raw);
  const { description } = schema.description === undefined ? (flatten(schema, { root }, new Set(), 0) ?? {}) : schema;
  const notice = noticeOf({ value, ...(words === undefined ? {} : { words }) });
  return {
    ...schema,
    ...(words === undefined ? { default: value } : {}),
    description: typeof description === "string" ? `${notice} ${description}` : notice,
  };
}

/**
 * The arguments of a tool that can be given for the model, by their keys, and whether the document says that they are text. The tool is as
 * the document gives it; what its edits fix is nobody else's to give.
 */
export function presettableArguments(tool: Tool, edits: ParameterEdits = {}): { name: string; isText: boolean }[] {
  const { tool: flat, keys } = spread(tool, edits);
  return [...keys].flatMap(([name, key]) => {
    const isText = typeOf(flatSchema(flat.inputSchema, name)) === "string";
    return isAlwaysSent(editOf(edits, key)) ? [] : [{ name: key, isText }];
  });
}
