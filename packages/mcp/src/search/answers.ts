import { type Dialect, shownInput, type Tool, toDialect, toolKind } from "@portico/openapi";
import type { ToolResult } from "../contract.ts";
import { CALL_TOOL, DESCRIBE_TOOLS, DESCRIBED_MAX, RESULTS_DEFAULT, RESULTS_MAX, SEARCH_TOOLS } from "./definitions.ts";
import { firstSentence, type SearchIndex } from "./search-index.ts";

const LINE_CHARS_MAX = 160;
const TAGS_EACH_MAX = 5;
const TAGS_OFFERED_MAX = 30;
const NEAREST_MAX = 5;
/** About 15,000 tokens. One tool is always shown whole, however large. */
const DESCRIBED_CHARS_MAX = 60_000;

/** What `search_tools` answers: the tools that were found, best first, or what to try instead. */
export function answerSearch(
  index: SearchIndex,
  { query, limit = RESULTS_DEFAULT, tag }: { query: string; limit?: number; tag?: string },
): ToolResult {
  const most = Math.min(Math.max(1, Math.trunc(limit)), RESULTS_MAX);
  const within = tag === undefined || tag.trim() === "" ? undefined : tag;
  const found = index.search({ text: query, limit: most, tag: within });
  if (found.length > 0) return answer({ tools: found.map(toHit) });
  const what =
    within === undefined
      ? `No tool was found for ${quote(query)}.`
      : index.hasTag(within)
        ? `No tool with the tag ${quote(within)} was found for ${quote(query)}. Search without the tag.`
        : `There is no tag ${quote(within)}. Search without it.`;
  const tags = index.tags.slice(0, TAGS_OFFERED_MAX);
  const advice = `${what} Try other words for the same thing, or fewer${tags.length > 0 ? "; or search within one of these tags" : ""}.`;
  return answer({ tools: [], advice, ...(tags.length > 0 ? { tags } : {}) });
}

/**
 * What `describe_tools` answers: entries as tools/list would have them, in the client's dialect. The index is asked for only when a name is
 * wrong; `pause` is awaited between two tools.
 */
export async function answerDescribe(
  indexOf: () => Promise<SearchIndex>,
  tools: ReadonlyMap<string, Tool>,
  names: readonly string[],
  dialect: Dialect,
  pause: () => Promise<void> | undefined = () => undefined,
): Promise<ToolResult> {
  const wanted = [...new Set(names)];
  const described: Record<string, unknown>[] = [];
  const unknown: { name: string; nearest: string[] }[] = [];
  const left = wanted.slice(DESCRIBED_MAX);
  let chars = 0;
  for (const name of wanted.slice(0, DESCRIBED_MAX)) {
    const tool = tools.get(name);
    if (!tool) {
      unknown.push({ name: clip(name), nearest: nearest(await indexOf(), name) });
      continue;
    }
    const entry = toEntry(tool, dialect);
    const length = JSON.stringify(entry).length;
    if (described.length > 0 && chars + length > DESCRIBED_CHARS_MAX) left.push(name);
    else {
      described.push(entry);
      chars += length;
    }
    await pause();
  }
  const result = answer({
    tools: described,
    ...(unknown.length > 0 ? { unknown } : {}),
    ...(left.length > 0 ? { left: left.map(clip), advice: "Describe the tools in `left` by themselves." } : {}),
  });
  return described.length === 0 ? { ...result, isError: true } : result;
}

/** What `call_tool` answers for a name that no tool has. */
export function unknownTool(index: SearchIndex, name: string): ToolResult {
  const names = nearest(index, name);
  const advice =
    names.length > 0
      ? `The nearest names are ${names.join(", ")}. Look at one with ${DESCRIBE_TOOLS}, or find another with ${SEARCH_TOOLS}.`
      : `Find the name with ${SEARCH_TOOLS}.`;
  return {
    content: [{ type: "text", text: `There is no tool ${quote(name)} to run with ${CALL_TOOL}. ${advice}` }],
    isError: true,
  };
}

function nearest(index: SearchIndex, name: string): string[] {
  return index.search({ text: name, limit: NEAREST_MAX }).map((tool) => tool.name);
}

/** One tool among those that were found: enough to choose by. */
function toHit(tool: Tool): Record<string, unknown> {
  return {
    name: tool.name,
    ...(tool.title ? { title: tool.title } : {}),
    description: oneLine(tool.description),
    ...(tool.tags.length > 0 ? { tags: tool.tags.slice(0, TAGS_EACH_MAX) } : {}),
    hint: HINTS[toolKind(tool)],
  };
}

/** One entry of tools/list. MCP 2026-07-28, server/tools. */
function toEntry(tool: Tool, dialect: Dialect): Record<string, unknown> {
  return {
    name: tool.name,
    ...(tool.title ? { title: tool.title } : {}),
    description: tool.description,
    inputSchema: toDialect(shownInput(tool), dialect),
    annotations: tool.annotations,
    hint: HINTS[toolKind(tool)],
  };
}

const HINTS = { reading: "read", changing: "change", destroying: "delete" } as const;

function oneLine(description: string): string {
  const line = firstSentence(description).replace(/\s+/g, " ").trim();
  return line.length > LINE_CHARS_MAX ? `${line.slice(0, LINE_CHARS_MAX - 1)}…` : line;
}

/** Only text: it is for a model, which would pay for a structured copy of it as well. */
function answer(fields: Record<string, unknown>): ToolResult {
  return { content: [{ type: "text", text: JSON.stringify(fields) }] };
}

function quote(name: string): string {
  return JSON.stringify(clip(name));
}

function clip(text: string): string {
  return text.length > 128 ? `${text.slice(0, 127)}…` : text;
}
