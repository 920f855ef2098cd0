import type { Command } from "commander";
import { ApiError } from "./api.ts";

/** An option that can be given several times. */
export const collect = (value: string, list: string[]) => [...list, value];

/** What several commands take for the arguments of a tool. */
export interface ToolArguments {
  arg: string[];
  args?: string;
}

export function withToolArguments(command: Command): Command {
  return command
    .option("--arg <name=value>", "an argument; name:=JSON for JSON; repeatable", collect, [])
    .option("--args <json>", "all arguments as one JSON object");
}

/** `--args` and `--arg` together; the latter win. */
export function readArguments({ arg, args = "{}" }: ToolArguments): Record<string, unknown> {
  return { ...parseObject(args), ...parseArguments(arg) };
}

/**
 * `--arg` values as a tool's arguments. "k=v" is text unless v reads as JSON (7, true, {"a":1}, "7"); "k:=v" insists on JSON;
 * the same key twice makes a list.
 */
export function parseArguments(pairs: readonly string[], option = "--arg"): Record<string, unknown> {
  const given = new Map<string, unknown>();
  for (const pair of pairs) {
    const match = /^([^=:]+)(:?=)([\s\S]*)$/.exec(pair);
    if (!match) throw new ApiError("usage", `${option} ${pair}: write it as name=value, or name:=JSON.`);
    const [, name = "", sign, text = ""] = match;
    const value = sign === ":=" ? strictJson(`${option} ${name}`, text) : looseJson(text);
    const before = given.get(name);
    given.set(name, before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value]);
  }
  return Object.fromEntries(given);
}

/** `--args`: all arguments as one JSON object. */
export function parseObject(text: string): Record<string, unknown> {
  const value = looseJson(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ApiError("usage", '--args: give one JSON object, such as {"status":"available"}.');
}

/** A whole number that an option or argument is; `or` says what else it could have been. */
export function wholeNumber(what: string, given: string, or = ""): number {
  if (!/^\d{1,6}$/.test(given)) throw new ApiError("usage", `${what} is a whole number${or}, and not "${given}".`);
  return Number(given);
}

/** One of a few words. */
export function oneOf<Word extends string>(what: string, given: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === given);
  if (found === undefined) throw new ApiError("usage", `${what} is ${listWords(words)}, and not "${given}".`);
  return found;
}

/** Operations of an option: a word that stands for some of them, or their keys separated by commas. */
export function operationsOr<Word extends string>(
  given: string,
  words: readonly Word[],
): Word | { operations: string[] } {
  const word = words.find((one) => one === given);
  return word ?? { operations: given.split(",").map((key) => key.trim()) };
}

function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function looseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function strictJson(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError("usage", `${what}: the value is not JSON (${error instanceof Error ? error.message : error}).`);
  }
}
