import type { Prompt, PromptArgument } from "./contract.ts";
import { isObject, type JsonObject } from "./json-rpc.ts";

/** A list entry: what a client shows before anybody chooses. */
export function promptEntry({ messages: _messages, arguments: given, ...shown }: Prompt): JsonObject {
  return { ...shown, ...(given ? { arguments: given.map(({ values: _values, ...argument }) => argument) } : {}) };
}

/** The messages with the values in place, or what is missing. Values are text, never another template. */
export function fillPrompt(prompt: Prompt, given: unknown): { messages: unknown[] } | { problem: string } {
  const values = new Map<string, string>();
  for (const argument of prompt.arguments ?? []) {
    const value = isObject(given) && Object.hasOwn(given, argument.name) ? given[argument.name] : undefined;
    if (value !== undefined && typeof value !== "string") return { problem: `${argument.name} must be a string` };
    if ((value === undefined || value === "") && argument.required) return { problem: `${argument.name} is missing` };
    values.set(argument.name, value ?? "");
  }
  return { messages: prompt.messages.map(({ role, content }) => ({ role, content: fill(content, values) })) };
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
