import { flatten, typeOf } from "./dialect.ts";
import { asArray, asObject, getOwn, setOwn } from "./json.ts";
import { clip } from "./transform/text.ts";
import type { FormField, JsonObject, JsonSchema, Tool } from "./types.ts";

const DESCRIPTION_CHARS_MAX = 400;
const TITLE_CHARS_MAX = 100;
/** The formats that forms know (MCP 2025-11-25, elicitation). */
const FORM_FORMATS = new Set<unknown>(["email", "uri", "date", "date-time"]);
/** Limits that forms know, by the type that has them. */
const FORM_LIMITS: Record<string, readonly string[]> = {
  string: ["minLength", "maxLength"],
  number: ["minimum", "maximum"],
  integer: ["minimum", "maximum"],
  boolean: [],
};

/** How a person is asked for one argument, or why they cannot be. Forms hold text, numbers, yes or no, and one choice. */
export function formFieldOf(input: JsonSchema, argument: string): FormField | { problem: string } {
  const property = getOwn(asObject(input.properties), argument);
  if (property === undefined) return { problem: `the tool has no parameter "${argument}"` };
  const flat = flatten(asObject(property), { root: input }, new Set(), 0);
  const refused = (what: string) => ({
    problem: `"${argument}" is ${what}; a person can be asked only for text, numbers, yes or no, and one of several values`,
  });
  if (flat === undefined) return refused("part of a schema without end");
  if (flat.format === "password" || flat.writeOnly === true)
    return {
      problem: `"${argument}" is a secret, and MCP allows no form for those: store it as a credential of the server`,
    };
  if (flat.contentEncoding !== undefined || flat.contentMediaType !== undefined || flat.format === "binary")
    return refused("a file");
  const type = typeOf(flat);
  const choices = choicesOf(flat);
  if (type !== "boolean" && choices?.every(isScalar)) return { field: choiceField(flat, choices), choices };
  if (type === "object") return refused("an object");
  if (type === "array") return refused("a list");
  if (type === undefined || FORM_LIMITS[type] === undefined) return refused("a value of several kinds");
  return { field: scalarField(flat, type) };
}

/** The input schema as models are shown it: what a person is asked for may be left out, and says so. */
export function shownInput({ inputSchema, askFor = [] }: Pick<Tool, "inputSchema" | "askFor">): JsonSchema {
  if (askFor.length === 0) return inputSchema;
  const asked = new Set<unknown>(askFor);
  const left = (names: unknown) => asArray(names).filter((name) => !asked.has(name));
  const { required, dependentRequired, ...rest } = inputSchema;
  const needed = left(required);
  const together = Object.entries(asObject(dependentRequired)).flatMap(([name, names]) =>
    left(names).length > 0 ? [[name, left(names)] as const] : [],
  );
  const properties: JsonSchema = {};
  for (const [name, schema] of Object.entries(asObject(inputSchema.properties)))
    setOwn(properties, name, asked.has(name) ? withNotice(inputSchema, schema) : schema);
  return {
    ...rest,
    properties,
    ...(needed.length > 0 ? { required: needed } : {}),
    ...(together.length > 0 ? { dependentRequired: Object.fromEntries(together) } : {}),
  };
}

const NOTICE = "May be left out: the person is then asked for it.";

function withNotice(root: JsonSchema, raw: unknown): JsonSchema {
  const schema = asObject(raw);
  const { description } = schema.description === undefined ? (flatten(schema, { root }, new Set(), 0) ?? {}) : schema;
  return { ...schema, description: typeof description === "string" ? `${NOTICE} ${description}` : NOTICE };
}

function choicesOf(schema: JsonObject): unknown[] | undefined {
  const values = Array.isArray(schema.enum) ? schema.enum : schema.const === undefined ? [] : [schema.const];
  const choices = values.filter((value) => value !== null);
  return choices.length > 0 ? choices : undefined;
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Forms offer choices as text, whatever the API takes. */
function choiceField(schema: JsonObject, choices: unknown[]): JsonObject {
  const texts = [...new Set(choices.map(String))];
  const preset = String(schema.default);
  return { type: "string", ...wordsOf(schema), enum: texts, ...(texts.includes(preset) ? { default: preset } : {}) };
}

function scalarField(schema: JsonObject, type: string): JsonObject {
  const limits = (FORM_LIMITS[type] ?? []).flatMap((keyword) =>
    typeof schema[keyword] === "number" ? [[keyword, schema[keyword]] as const] : [],
  );
  const preset = schema.default;
  const isPreset = type === "integer" ? Number.isInteger(preset) : typeof preset === type;
  return {
    type,
    ...wordsOf(schema),
    ...Object.fromEntries(limits),
    ...(type === "string" && FORM_FORMATS.has(schema.format) ? { format: schema.format } : {}),
    ...(isPreset ? { default: preset } : {}),
  };
}

function wordsOf({ title, description }: JsonObject): JsonObject {
  return {
    ...(typeof title === "string" && title !== "" ? { title: clip(title, TITLE_CHARS_MAX) } : {}),
    ...(typeof description === "string" && description !== ""
      ? { description: clip(description, DESCRIPTION_CHARS_MAX) }
      : {}),
  };
}
