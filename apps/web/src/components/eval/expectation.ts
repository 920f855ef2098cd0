import type { EvalCaseView } from "@portico/services";

type Expectation = EvalCaseView["expect"];

/** Lines of an expectation that are shown; the form has all of it. */
const LINES_MAX = 12;

/** What is expected of an answer, a line each. */
export function expectationLines({ isError, contains, matches, withinMs }: Expectation): string[] {
  const lines = [
    isError ? "It refuses" : "It works",
    ...leaves(matches, "").map(({ path, value }) => `${path || "The answer"} is ${JSON.stringify(value)}`),
    ...contains.map((text) => `It says “${text}”`),
    ...(withinMs === undefined ? [] : [`It takes at most ${withinMs} ms`]),
  ];
  const more = lines.length - LINES_MAX;
  return more > 0 ? [...lines.slice(0, LINES_MAX), `and ${more} more`] : lines;
}

function leaves(value: unknown, path: string): { path: string; value: unknown }[] {
  if (value === undefined) return [];
  const members = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (members.length === 0) return [{ path, value }];
  return members.flatMap(([key, member]) =>
    leaves(member, Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`),
  );
}

/** A line each of a text, without empty ones. */
export function linesOf(text: string): string[] {
  return text.split("\n").flatMap((line) => line.trim() || []);
}

/** Arguments in a line, to tell cases apart by. */
export function argumentWords(args: Record<string, unknown>): string {
  return Object.entries(args)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

/** What is wrong with one field of a form, in the answer of a route. */
export function fieldProblem(details: unknown, field: string): string | undefined {
  const issues = (details as { issues?: { field: string; message: string }[] } | undefined)?.issues ?? [];
  const found = issues.find((issue) => issue.field === field || issue.field.startsWith(`${field}.`));
  return found && `${found.message.charAt(0).toUpperCase()}${found.message.slice(1)}.`;
}
