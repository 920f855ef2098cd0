import type { ToolChanges, ToolEdit } from "@portico/services";

/** One value of an edit, by its path: "title", or "parameters." and a key. Those that say nothing are not in it. */
export type Values = ReadonlyMap<string, unknown>;

/** What the document says where nobody wrote something else. */
export type DocumentWords = Readonly<Partial<Record<"name" | "title" | "description" | "contentType", string>>>;

const PARAMETERS = "parameters.";
/** Without these no tool can be; any other that is emptied is the document's again. */
const NEEDED: Readonly<Record<string, string>> = {
  name: "Write a name, or reset it to the document’s.",
  description: "Write a description, or reset it to the document’s.",
};

/** What an edit says, as it would be kept: without spaces around words, and without what is as the document has it. */
export function valuesOf(edit: ToolEdit, document: DocumentWords = {}): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [field, raw] of Object.entries(edit)) {
    if (field === "parameters") {
      for (const [key, one] of Object.entries(raw as object)) if (says(one)) values.set(PARAMETERS + key, one);
      continue;
    }
    const value = typeof raw === "string" ? raw.trim() : field === "askFor" ? [...(raw as string[])].sort() : raw;
    const own = Object.hasOwn(document, field) ? document[field as keyof DocumentWords] : undefined;
    if (says(value) ? value !== own && raw !== own : value === "" && field in NEEDED) values.set(field, value);
  }
  return values;
}

function says(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/** The paths whose values differ. */
export function differing(one: Values, other: Values): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((path) => !isSame(one.get(path), other.get(path)));
}

/** Whether two values are the same JSON, whatever the order of their members. Nothing is null. */
export function isSame(one: unknown, other: unknown): boolean {
  return textOf(one) === textOf(other);
}

function textOf(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}

/** Some values as changes of an edit: what is not there is taken back. */
export function toChanges(paths: readonly string[], values: Values): ToolChanges {
  const changes: Record<string, unknown> = {};
  const parameters: Record<string, unknown> = {};
  for (const path of paths) {
    if (path.startsWith(PARAMETERS)) parameters[path.slice(PARAMETERS.length)] = values.get(path) ?? null;
    else changes[path] = values.get(path) ?? null;
  }
  return (Object.keys(parameters).length > 0 ? { ...changes, parameters } : changes) as ToolChanges;
}

/** The edit with one value in the place of what was there; nothing takes it out. */
export function withValue(edit: ToolEdit, path: string, value: unknown): ToolEdit {
  const isParameter = path.startsWith(PARAMETERS);
  const record: Record<string, unknown> = { ...(isParameter ? edit.parameters : edit) };
  const key = isParameter ? path.slice(PARAMETERS.length) : path;
  if (value === undefined || value === null) delete record[key];
  else record[key] = value;
  return (isParameter ? { ...edit, parameters: record } : record) as ToolEdit;
}

/** What is wrong with a value that need not be sent to be refused. */
export function problemOf(path: string, value: unknown): string | undefined {
  if (value === "") return NEEDED[path];
  if (path === "name" && !/^[A-Za-z0-9_-]{1,64}$/.test(String(value))) return "Use 1 to 64 letters, digits, - or _.";
  return undefined;
}

const WORDS: Readonly<Record<string, string>> = {
  name: "name",
  title: "title",
  description: "description",
  contentType: "media type",
  askFirst: "question before each call",
  askFor: "choice of what a person is asked for",
  widget: "choice of how it is shown",
  summarize: "handling of large answers",
  paging: "way of paging",
  shape: "shape of the answer",
  annotations: "word on what it does",
  timeoutSeconds: "time that a call may take",
  retries: "number of repeats",
};

/** A field in words: "the title", "the parameter limit". */
export function fieldWords(path: string): string {
  if (path.startsWith(PARAMETERS)) return `parameter ${path.slice(PARAMETERS.length)}`;
  return WORDS[path] ?? path;
}

/** A value in words, for somebody who has to choose between two. */
export function valueWords(path: string, value: unknown, document: DocumentWords): string {
  if (value === undefined || value === null) {
    const own = Object.hasOwn(document, path) ? document[path as keyof DocumentWords] : undefined;
    return own || "As the document has it";
  }
  if (value === true) return "On";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.map(String).join(", ");
  return Object.entries(value)
    .map(([member, one]) => `${member}: ${typeof one === "string" ? one : JSON.stringify(one)}`)
    .join("\n");
}
