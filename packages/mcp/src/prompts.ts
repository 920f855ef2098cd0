import type { Prompt, PromptArgument, Question } from "./contract.ts";
import { isObject, type JsonObject } from "./json-rpc.ts";
import type { PersonReply } from "./replies.ts";

/** A list entry: what a client shows before anybody chooses. */
export function promptEntry({ messages: _messages, arguments: given, ...shown }: Prompt): JsonObject {
  return { ...shown, ...(given ? { arguments: given.map(({ values: _values, ...argument }) => argument) } : {}) };
}

/**
 * The messages with the values in place, or what is wrong, with the question that would settle it while nobody was asked yet. Values are
 * text, never another template.
 */
export function fillPrompt(
  prompt: Prompt,
  given: unknown,
  reply: PersonReply | undefined,
): { messages: unknown[] } | { problem: string; question?: Question } {
  const values = new Map<string, string>();
  const missing: PromptArgument[] = [];
  for (const argument of prompt.arguments ?? []) {
    const value = argumentValue(given, argument.name) ?? argumentValue(reply?.content, argument.name);
    if (value !== undefined && typeof value !== "string") return { problem: `${argument.name} must be a string` };
    if (!value && argument.required) missing.push(argument);
    values.set(argument.name, value ?? "");
  }
  if (missing.length === 0) {
    return { messages: prompt.messages.map(({ role, content }) => ({ role, content: fill(content, values) })) };
  }
  const problem = `${missing.map(({ name }) => name).join(", ")} must be given`;
  return reply ? { problem } : { problem, question: questionFor(prompt, missing) };
}

function argumentValue(object: unknown, name: string): unknown {
  return isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}

function questionFor({ name, title = name }: Prompt, missing: PromptArgument[]): Question {
  const properties = missing.map(({ name, title, description, values }) => [
    name,
    {
      type: "string",
      ...(title ? { title } : {}),
      ...(description ? { description } : {}),
      ...(values ? { enum: values } : {}),
    },
  ]);
  return {
    method: "elicitation/create",
    params: {
      message: `“${title}” needs ${missing.length === 1 ? "a value" : "some values"}.`,
      requestedSchema: {
        type: "object",
        properties: Object.fromEntries(properties),
        required: missing.map(({ name }) => name),
      },
    },
  };
}

function fill(value: unknown, values: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") {
    return value.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (place, name: string) => values.get(name) ?? place);
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, values));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, values)]));
}

/** Most that the protocol allows in one answer. */
const COMPLETIONS_MAX = 100;

/** The values that begin like what was typed, then those that hold it (MCP 2025-11-25, completion). */
export function complete(values: readonly string[], typed: string): JsonObject {
  const wanted = typed.toLowerCase();
  const first = values.filter((value) => value.toLowerCase().startsWith(wanted));
  const others = values.filter((value) => !first.includes(value) && value.toLowerCase().includes(wanted));
  const found = [...first, ...others];
  return { values: found.slice(0, COMPLETIONS_MAX), total: found.length, hasMore: found.length > COMPLETIONS_MAX };
}

export function argumentOf(prompt: Prompt | undefined, name: string): PromptArgument | undefined {
  return prompt?.arguments?.find((argument) => argument.name === name);
}
