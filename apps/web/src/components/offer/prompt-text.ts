import type { ServerView } from "@portico/services";

export type Prompt = ServerView["prompts"][number];
export type Role = Prompt["messages"][number]["role"];

/** An argument while it is written: values stand one on a line. `id` tells rows apart. */
export interface ArgumentText {
  id: number;
  name: string;
  title: string;
  description: string;
  isRequired: boolean;
  values: string;
}

export interface MessageText {
  id: number;
  role: Role;
  text: string;
}

/** A prompt while it is written. */
export interface PromptText {
  name: string;
  title: string;
  description: string;
  arguments: ArgumentText[];
  messages: MessageText[];
}

export function toPromptText({
  name,
  title = "",
  description = "",
  arguments: given = [],
  messages,
}: Prompt): PromptText {
  return {
    name,
    title,
    description,
    arguments: given.map((argument, id) => ({
      id,
      name: argument.name,
      title: argument.title ?? "",
      description: argument.description ?? "",
      isRequired: argument.required === true,
      values: (argument.values ?? []).join("\n"),
    })),
    messages: messages.map((message, id) => ({ id, ...message })),
  };
}

/** What is saved: without what was left empty. */
export function toPrompt({ name, title, description, arguments: given, messages }: PromptText): Prompt {
  return {
    name: name.trim(),
    ...wordsOf({ title, description }),
    ...(given.length > 0 ? { arguments: given.map(toArgument) } : {}),
    messages: messages.map(({ role, text }) => ({ role, text })),
  };
}

function toArgument({ name, title, description, isRequired, values }: ArgumentText) {
  const offered = valuesOf(values);
  return {
    name: name.trim(),
    ...wordsOf({ title, description }),
    ...(isRequired ? { required: true } : {}),
    ...(offered.length > 0 ? { values: offered } : {}),
  };
}

/** The values of an argument, one on a line. */
export function valuesOf(text: string): string[] {
  return text.split("\n").flatMap((line) => line.trim() || []);
}

/** The words that somebody wrote. */
export function wordsOf<Name extends string>(words: Record<Name, string>): Partial<Record<Name, string>> {
  const written = Object.entries<string>(words).flatMap(([name, text]) => (text.trim() ? [[name, text.trim()]] : []));
  return Object.fromEntries(written) as Partial<Record<Name, string>>;
}

/** The number of the next row. */
export function nextId(rows: readonly { id: number }[]): number {
  return Math.max(-1, ...rows.map(({ id }) => id)) + 1;
}

/** A piece of a message: words, or a place for a value (filled, waiting, or of an argument that is not there). */
export type Piece = { text: string; place?: "filled" | "empty" | "unknown"; name?: string };

/** A message as clients get it, with these values in its places. An argument that was left out is nothing; what is no argument stays. */
export function fillText(text: string, values: ReadonlyMap<string, string>): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(/\{\{\s*([\w.-]+)\s*\}\}/g)) {
    const [written, name = ""] = match;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    end = match.index + written.length;
    const value = values.get(name);
    if (value === undefined) pieces.push({ text: written, place: "unknown", name });
    else if (value === "") pieces.push({ text: written, place: "empty", name });
    else pieces.push({ text: value, place: "filled", name });
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** Names in the messages that no argument has, each once. */
export function unknownPlaces({ arguments: given, messages }: PromptText): string[] {
  const values = new Map(given.map(({ name }) => [name.trim(), ""]));
  const pieces = messages.flatMap(({ text }) => fillText(text, values));
  return [...new Set(pieces.flatMap(({ place, name }) => (place === "unknown" && name ? [name] : [])))];
}
