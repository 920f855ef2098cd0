import { NAME_CHARS_MAX } from "../transform/name.ts";
import type { Tool } from "../types.ts";
import { type Finding, findingOf } from "./finding.ts";
import { singular, VERBS, wordsOf } from "./words.ts";

/** Names that say nothing of what the tool does, and names that look alike. */
export function lintNames(tools: readonly Tool[]): Finding[] {
  const taken = new Set(tools.map(({ name }) => name.toLowerCase()));
  const verbless = tools.filter(({ name }) => !wordsOf(name).some((word) => VERBS.has(word)));
  return [
    ...verbless.map((tool) => {
      const name = withVerb(tool);
      const isFree = name.length <= NAME_CHARS_MAX && !taken.has(name.toLowerCase());
      if (isFree) taken.add(name.toLowerCase());
      return findingOf("name-without-verb", "warning", {
        operation: tool.operation,
        message: `The name “${tool.name}” has no verb.`,
        ...(isFree ? { fix: { words: `Call it “${name}”`, patch: { name } } } : {}),
      });
    }),
    ...lintSimilarNames(tools),
  ];
}

/** Which verb a method stands for; a reading one by whether it reads one thing or many. */
function verbOf({ plan }: Tool): string {
  const verbs: Record<string, string> = { POST: "create", PUT: "replace", PATCH: "update", DELETE: "delete" };
  const last = plan.path.at(-1);
  return verbs[plan.method] ?? (last && "parameter" in last ? "get" : "list");
}

function withVerb(tool: Tool): string {
  const verb = verbOf(tool);
  const { name } = tool;
  if (/^[a-z]+[A-Z]/.test(name) || /^[A-Z]/.test(name)) return `${verb}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return name.includes("-") && !name.includes("_") ? `${verb}-${name}` : `${verb}_${name}`;
}

const FILLERS = new Set(["a", "an", "all", "the", "of", "by", "for", "to", "in", "on", "with"]);

/** Names whose words are the same but for plurals, small words and spelling. */
function lintSimilarNames(tools: readonly Tool[]): Finding[] {
  const alike = groupBy(tools, ({ name }) =>
    wordsOf(name)
      .filter((word) => !FILLERS.has(word))
      .map(singular)
      .join(" "),
  );
  return alike.flatMap((group) =>
    group.map((tool) =>
      findingOf("similar-names", "warning", {
        operation: tool.operation,
        message: `The name “${tool.name}” is easily taken for ${othersOf(group, tool)}.`,
      }),
    ),
  );
}

const NAMED_MAX = 3;

/** The names of the others in a group, a few of them. */
export function othersOf(group: readonly Tool[], tool: Tool): string {
  const others = group.filter((one) => one !== tool).map(({ name }) => `“${name}”`);
  const more = others.length - NAMED_MAX;
  return more > 0 ? `${others.slice(0, NAMED_MAX).join(", ")} and ${more} more` : others.join(" and ");
}

/** Groups of at least two with the same mark; what has none is in no group. */
export function groupBy(tools: readonly Tool[], markOf: (tool: Tool) => string): Tool[][] {
  const groups = new Map<string, Tool[]>();
  for (const tool of tools) {
    const mark = markOf(tool);
    const group = groups.get(mark);
    if (group) group.push(tool);
    else if (mark !== "") groups.set(mark, [tool]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
