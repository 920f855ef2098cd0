import { asArray, asObject, atPointer, getOwn, isObject, setOwn } from "../json.ts";
import { ARGUMENT_CHARS_MAX, argumentName } from "../transform/argument-name.ts";
import { WHOLE_KEYWORDS } from "../transform/object-body.ts";
import type { BodyPlan, BodyProperty, JsonSchema, ParameterEdit, Tool } from "../types.ts";

/** Edits of one tool's arguments, by their keys. */
export type ParameterEdits = Readonly<Record<string, ParameterEdit>>;

/** A tool whose flattened arguments are spread out, and what each argument is known by, by its name. */
export interface Spread {
  tool: Tool;
  keys: ReadonlyMap<string, string>;
}

/**
 * The properties of flattened arguments in the place of these. A property keeps its name unless another argument has it; then the
 * name of its object stands before it. An argument that cannot be flattened stays as it is.
 */
export function spread(tool: Tool, edits: ParameterEdits): Spread {
  const properties = asObject(tool.inputSchema.properties);
  const keys = new Map(Object.keys(properties).map((name) => [name, name]));
  const objects = Object.keys(properties).flatMap((name) => {
    const object = getOwn(edits, name) && edits[name]?.flatten === true ? flattenable(tool, name) : undefined;
    return object && !("problem" in object) ? [[name, object] as const] : [];
  });
  return objects.reduce((done, [name, object]) => spreadOne(done, name, object), { tool, keys } as Spread);
}

/** The properties of an object, and which of them it needs. */
export interface Properties {
  properties: ReadonlyMap<string, JsonSchema>;
  required: ReadonlySet<string>;
}

/** What an argument is made of, or why it cannot be flattened. */
export function flattenable({ inputSchema, plan }: Tool, argument: string): Properties | { problem: string } {
  const { body } = plan;
  const isFlat = body?.mapping.kind === "flat";
  const isInBody = isFlat
    ? propertiesOf(body).some((one) => one.argument === argument && one.within === undefined)
    : body?.mapping.kind === "whole" && body.mapping.argument === argument;
  if (!body || !isInBody)
    return { problem: `"${argument}" is not part of the body; only an object there is flattened` };
  const found: Properties & { properties: Map<string, JsonSchema>; required: Set<string> } = {
    properties: new Map(),
    required: new Set(),
  };
  const isPlain = collect(getOwn(asObject(inputSchema.properties), argument), inputSchema, found, 0);
  const isComplete = [...found.required].every((name) => found.properties.has(name));
  const isBytes = body.binary === true || body.items !== undefined;
  if (!isPlain || !isComplete || isBytes || found.properties.size === 0 || found.properties.size > PROPERTIES_MAX)
    return { problem: `"${argument}" is no plain object with properties of its own, and stays one argument` };
  return found;
}

const PROPERTIES_MAX = 100;
const DEPTH_MAX = 12;

function collect(
  raw: unknown,
  root: JsonSchema,
  found: { properties: Map<string, JsonSchema>; required: Set<string> },
  depth: number,
): boolean {
  if (!isObject(raw) || depth > DEPTH_MAX) return false;
  if (WHOLE_KEYWORDS.some((keyword) => raw[keyword] !== undefined)) return false;
  const types = [raw.type].flat();
  if (!types.every((type) => type === undefined || type === "object" || type === "null")) return false;
  if (raw.additionalProperties !== undefined && raw.additionalProperties !== false) return false;
  if (typeof raw.$ref === "string" && !collect(atPointer(root, raw.$ref.slice(1)), root, found, depth + 1))
    return false;
  for (const [name, schema] of Object.entries(asObject(raw.properties))) {
    if (name === "__proto__") continue;
    const known = found.properties.get(name);
    found.properties.set(name, known && known !== schema ? { allOf: [known, schema] } : asObject(schema));
  }
  for (const name of asArray(raw.required)) if (typeof name === "string") found.required.add(name);
  return asArray(raw.allOf).every((branch) => collect(branch, root, found, depth + 1));
}

function spreadOne({ tool, keys }: Spread, parent: string, { properties, required }: Properties): Spread {
  const { inputSchema, plan } = tool;
  const names = childNames(parent, [...properties.keys()], keys);
  const nextKeys = new Map<string, string>();
  const shown: JsonSchema = {};
  for (const [name, schema] of Object.entries(asObject(inputSchema.properties))) {
    if (name !== parent) {
      setOwn(shown, name, schema);
      nextKeys.set(name, keys.get(name) ?? name);
      continue;
    }
    for (const [child, childSchema] of properties) {
      const childName = names.get(child) as string;
      setOwn(shown, childName, childSchema);
      nextKeys.set(childName, `${parent}.${child}`);
    }
  }
  const needed = [...required].map((child) => names.get(child) as string);
  const instead = (list: readonly unknown[]) => list.flatMap((name) => (name === parent ? needed : [name]));
  const isRequired = asArray(inputSchema.required).includes(parent);
  const together: Record<string, unknown[]> = {};
  let isWanted = isRequired;
  const { [parent]: withParent = [], ...others } = asObject(inputSchema.dependentRequired) as Record<string, unknown[]>;
  for (const [name, list] of Object.entries(others)) {
    isWanted ||= list.includes(parent);
    together[name] = instead(list);
  }
  for (const name of names.values()) {
    const list = [...new Set([...(isRequired ? [] : needed), ...withParent])].filter((one) => one !== name);
    if (list.length > 0) together[name] = list;
  }
  const { required: before, dependentRequired: _before, ...rest } = inputSchema;
  const nowRequired = instead(asArray(before));
  return {
    keys: nextKeys,
    tool: {
      ...tool,
      inputSchema: {
        ...rest,
        properties: shown,
        ...(nowRequired.length > 0 ? { required: nowRequired } : {}),
        ...(Object.keys(together).length > 0 ? { dependentRequired: together } : {}),
      },
      plan: { ...plan, ...(plan.body ? { body: spreadBody(plan.body, parent, names, isWanted) } : {}) },
    },
  };
}

function spreadBody(body: BodyPlan, parent: string, names: ReadonlyMap<string, string>, isWanted: boolean): BodyPlan {
  const { mapping } = body;
  const children = (within?: string): BodyProperty[] =>
    [...names].map(([name, argument]) => ({ argument, name, ...(within === undefined ? {} : { within }) }));
  if (mapping.kind === "whole") return { ...body, mapping: { kind: "flat", properties: children() } };
  const own = mapping.properties.find(({ argument, within }) => argument === parent && within === undefined);
  if (!own) return body;
  const properties = mapping.properties.flatMap((one) => (one === own ? children(own.name) : [one]));
  const objects = isWanted ? [...(body.objects ?? []), own.name] : body.objects;
  return { ...body, mapping: { kind: "flat", properties }, ...(objects ? { objects } : {}) };
}

/** The names of an object's properties as arguments, none of which another argument has. */
function childNames(
  parent: string,
  properties: readonly string[],
  keys: ReadonlyMap<string, string>,
): Map<string, string> {
  const taken = new Set([...keys.keys()].filter((name) => name !== parent));
  const names = new Map<string, string>();
  for (const property of properties) {
    const own = argumentName(property);
    let name = own;
    for (let number = 1; taken.has(name); number++) {
      const head = number === 1 ? `${parent}_` : `${parent.slice(0, 40)}_${number}_`;
      name = argumentName(`${head}${own}`.slice(0, ARGUMENT_CHARS_MAX));
    }
    taken.add(name);
    names.set(property, name);
  }
  return names;
}

function propertiesOf(body: BodyPlan | undefined): readonly BodyProperty[] {
  return body?.mapping.kind === "flat" ? body.mapping.properties : [];
}

/** The keys of a flattened argument's properties. */
export function childKeys(argument: string, { properties }: Properties): string[] {
  return [...properties.keys()].map((name) => `${argument}.${name}`);
}

/** A value of an object by its key, never one that all objects have. */
export function editOf(edits: ParameterEdits, key: string | undefined): ParameterEdit {
  return key !== undefined && Object.hasOwn(edits, key) ? (edits[key] as ParameterEdit) : {};
}
