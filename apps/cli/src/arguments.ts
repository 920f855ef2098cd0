/**
 * `--arg` values as a tool's arguments. "k=v" is text unless v reads as JSON (7, true, {"a":1}, "7"); "k:=v" insists on JSON;
 * the same key twice makes a list.
 */
export function parseArguments(pairs: readonly string[]): Record<string, unknown> {
  const given = new Map<string, unknown>();
  for (const pair of pairs) {
    const match = /^([^=:]+)(:?=)([\s\S]*)$/.exec(pair);
    if (!match) throw new Error(`--arg ${pair}: write it as name=value, or name:=JSON.`);
    const [, name = "", sign, text = ""] = match;
    const value = sign === ":=" ? strictJson(name, text) : looseJson(text);
    const before = given.get(name);
    given.set(name, before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value]);
  }
  return Object.fromEntries(given);
}

/** `--args`: all arguments as one JSON object. */
export function parseObject(text: string): Record<string, unknown> {
  const value = looseJson(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error('--args: give one JSON object, such as {"status":"available"}.');
}

function looseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function strictJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`--arg ${name}: the value is not JSON (${error instanceof Error ? error.message : error}).`);
  }
}
