import type { JsonSchema } from "@portico/openapi";

/** How an argument is typed in. */
export type FieldKind = "text" | "long" | "number" | "choice" | "yesNo" | "list" | "json";

export interface ArgumentField {
  name: string;
  kind: FieldKind;
  isRequired: boolean;
  description?: string;
  choices: string[];
  placeholder?: string;
}

const CHOICES_MAX = 200;
const LONG_NAMES = /(^|_)(body|text|content|description|message|comment|notes?|query)$/i;

/** The fields that an input schema asks for, the required ones first. */
export function fieldsOf(schema: JsonSchema): ArgumentField[] {
  const required = new Set((schema.required as string[] | undefined) ?? []);
  const fields = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).map(([name, property]) =>
    fieldOf(name, property, required.has(name)),
  );
  return [...fields.filter(({ isRequired }) => isRequired), ...fields.filter(({ isRequired }) => !isRequired)];
}

function fieldOf(name: string, schema: JsonSchema, isRequired: boolean): ArgumentField {
  const choices = Array.isArray(schema.enum) ? schema.enum.filter((value) => value !== null).map(String) : [];
  const example = schema.default ?? (Array.isArray(schema.examples) ? schema.examples[0] : schema.example);
  return {
    name,
    kind: kindOfField(name, schema, choices),
    isRequired,
    choices,
    ...(typeof schema.description === "string" ? { description: schema.description } : {}),
    ...(example === undefined ? {} : { placeholder: textOfValue(example) }),
  };
}

function kindOfField(name: string, schema: JsonSchema, choices: string[]): FieldKind {
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter((type) => type !== "null");
  const [type] = types;
  if (choices.length > 0 && choices.length <= CHOICES_MAX) return "choice";
  if (types.length !== 1) return "json";
  if (type === "string") return LONG_NAMES.test(name) || Number(schema.maxLength) > 300 ? "long" : "text";
  if (type === "integer" || type === "number") return "number";
  if (type === "boolean") return "yesNo";
  const items = schema.items as JsonSchema | undefined;
  return type === "array" && items?.type === "string" ? "list" : "json";
}

/** A value as it stands in its field. */
export function textOfValue(value: unknown, kind: FieldKind = "text"): string {
  if (value === undefined) return "";
  if (kind === "list" && Array.isArray(value)) return value.map(String).join("\n");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The value that is meant by what stands in a field; undefined for an empty one. What is no number or JSON stays text. */
export function valueOfText(text: string, { kind, choices }: Pick<ArgumentField, "kind" | "choices">): unknown {
  if (text.trim() === "") return undefined;
  if (kind === "list")
    return text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
  if (kind === "yesNo") return text === "true";
  if (kind === "number") return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text.trim()) ? Number(text) : text;
  // A choice may be a number in the document.
  if (kind === "choice") return choices.includes(text) && isPlainNumber(text) ? Number(text) : text;
  if (kind !== "json") return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function isPlainNumber(text: string): boolean {
  return /^-?(0|[1-9]\d{0,14})$/.test(text);
}
