import { clip } from "../transform/text.ts";
import type { Tool } from "../types.ts";
import { type Finding, findingOf } from "./finding.ts";
import { groupBy, othersOf } from "./names.ts";
import { VERBS, wordsOf } from "./words.ts";

const SHORT_CHARS = 40;
const LONG_CHARS = 800;
/** What says when a tool is the right one, in whatever words. */
const WHEN =
  /\b(?:use (?:this|it|when|for|to)|used (?:to|for|when|by)|useful|when(?:ever)?\b|if you|in order to|before|after|instead of|prefer|call this|allows? you|lets you|you can|needed|required (?:to|for))/i;

/** Descriptions that are not there, say too little, too much, or what another one says. */
export function lintDescriptions(tools: readonly Tool[]): Finding[] {
  return [...tools.flatMap(lintDescription), ...lintSameDescriptions(tools)];
}

function lintDescription(tool: Tool): Finding[] {
  const { operation } = tool;
  const text = ownText(tool);
  if (text === "") {
    const description = describedByName(tool);
    return [
      findingOf("description-missing", "error", {
        operation,
        message: "Nothing says what it does.",
        ...(description ? { fix: { words: `Say “${clip(description, 80)}”`, patch: { description } } } : {}),
      }),
    ];
  }
  if (text.length < SHORT_CHARS && !WHEN.test(text))
    return [
      findingOf("description-short", "warning", {
        operation,
        message: `Its description is only “${text}”.`,
      }),
    ];
  if (text.length > LONG_CHARS) {
    const description = clip(text, LONG_CHARS);
    return [
      findingOf("description-long", "info", {
        operation,
        message: `Its description has ${text.length.toLocaleString("en")} characters; ${LONG_CHARS} are read with more care.`,
        fix: { words: "Keep its first sentences", patch: { description } },
      }),
    ];
  }
  return WHEN.test(text)
    ? []
    : [findingOf("no-when-to-use", "info", { operation, message: "Its description does not say when to use it." })];
}

/** What a person wrote of an operation: without what follows from its address, and without the sketch of the answer. */
function ownText({ description, operation }: Tool): string {
  const [first = ""] = description.split("\n");
  const text = first.trim();
  return text === operation || text === `${operation}.` ? "" : text;
}

/** A sentence of the words in the name, where they begin with a verb. */
function describedByName({ name, inputSchema }: Tool): string | undefined {
  const words = wordsOf(name);
  const [verb = "", ...rest] = words;
  if (!VERBS.has(verb) || rest.length === 0) return undefined;
  const required = Array.isArray(inputSchema.required) ? inputSchema.required.map(String) : [];
  const needs = required.length > 0 && required.length <= 4 ? ` Needs ${required.join(", ")}.` : "";
  return `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${rest.join(" ")}.${needs}`;
}

function lintSameDescriptions(tools: readonly Tool[]): Finding[] {
  const alike = groupBy(tools, (tool) => [...new Set(wordsOf(ownText(tool)))].sort().join(" "));
  return alike.flatMap((group) =>
    group.map((tool) =>
      findingOf("same-description", "warning", {
        operation: tool.operation,
        message: `Its description says the same as that of ${othersOf(group, tool)}.`,
      }),
    ),
  );
}
