import type { EvalCase } from "./suite.ts";

/** What a tool answered: MCP's CallToolResult as far as it is judged. */
export interface ToolAnswer {
  content: { type: string; text?: string | undefined }[];
  structuredContent?: unknown;
  isError?: boolean | undefined;
}

/** What an answer lacks of what was expected, one sentence each; none means that it passed. */
export function judge(expected: EvalCase["expect"], answer: ToolAnswer, durationMs: number): string[] {
  const faults: string[] = [];
  const text = answer.content.map((block) => block.text ?? "").join("\n");
  const isError = answer.isError === true;
  if (isError !== expected.isError) faults.push(isError ? `It refused: ${text.slice(0, 300)}` : "It did not refuse.");
  for (const wanted of expected.contains) {
    if (!text.toLowerCase().includes(wanted.toLowerCase()))
      faults.push(`The answer does not say ${JSON.stringify(wanted)}.`);
  }
  if (expected.matches !== undefined) faults.push(...differences(expected.matches, answer.structuredContent, ""));
  if (expected.withinMs !== undefined && durationMs > expected.withinMs) {
    faults.push(`It took ${Math.round(durationMs)} ms, more than ${expected.withinMs}.`);
  }
  return faults;
}

/**
 * Where a value lacks what a pattern names, each place by its path: `result[0].id`. Objects may have more members; lists are compared place by
 * place, up to the pattern's end.
 */
function differences(pattern: unknown, value: unknown, path: string): string[] {
  const place = path || "The answer";
  if (typeof pattern !== "object" || pattern === null) {
    return Object.is(pattern, value) ? [] : [`${place} is ${show(value)}, not ${show(pattern)}.`];
  }
  const isList = Array.isArray(pattern);
  if (typeof value !== "object" || value === null || isList !== Array.isArray(value)) {
    return [`${place} is ${show(value)}, not ${isList ? "a list" : "an object"}.`];
  }
  return Object.entries(pattern).flatMap(([key, wanted]) =>
    Object.hasOwn(value, key)
      ? differences(wanted, (value as Record<string, unknown>)[key], pathTo(path, key, isList))
      : [`${place} has no ${isList ? `item ${key}` : JSON.stringify(key)}.`],
  );
}

function pathTo(path: string, key: string, isList: boolean): string {
  if (isList) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "absent";
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
