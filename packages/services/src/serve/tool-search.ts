import {
  answerDescribe,
  answerSearch,
  buildSearchIndex,
  CALL_TOOL,
  countTags,
  DESCRIBE_TOOLS,
  type Dialect,
  type SearchIndex,
  type SearchModeTool,
  searchModeTools,
  unknownTool,
} from "@portico/mcp";
import type { Tool } from "@portico/openapi";
import type { ToolResult, Validate } from "@portico/upstream";
import { createPause } from "../pause.ts";

/** How long words are read before other requests get their turn. */
const SLICE_MS = 5;

/** What a version in search mode offers, and its index. */
export interface ToolSearch {
  /** The three tools that are listed, by name. */
  front: ReadonlyMap<string, SearchModeTool>;
  /** Built when somebody searches for the first time, and kept as long as this is. */
  index(): Promise<SearchIndex>;
}

export function createToolSearch(title: string, tools: readonly Tool[]): ToolSearch {
  let building: Promise<SearchIndex> | undefined;
  return {
    front: new Map(searchModeTools(title, tools, countTags(tools)).map((tool) => [tool.name, tool])),
    index() {
      building ??= buildSearchIndex(tools, createPause(SLICE_MS)).catch((error) => {
        building = undefined;
        throw error;
      });
      return building;
    },
  };
}

/** What one of the three tools comes to: what it answers by itself, or the call of a tool that is there. */
export type Found = { answer: ToolResult } | { call: { name: string; args: Record<string, unknown> } };

/** Answers one of the three tools. */
export async function askToolSearch(
  { front, index }: ToolSearch,
  { name, args }: { name: string; args: unknown },
  { tools, dialect, validate }: { tools: ReadonlyMap<string, Tool>; dialect: Dialect; validate: Validate },
): Promise<Found> {
  const tool = front.get(name);
  if (!tool) throw new Error(`${name} is not a tool that finds others.`);
  // The three schemas are the same for every version.
  const checked = validate(`search-mode/${name}`, tool.inputSchema, args, dialect);
  if (!checked.ok) {
    const text = checked.problems.map(({ message }) => message).join("\n");
    return { answer: { content: [{ type: "text", text }], isError: true } };
  }
  if (name === CALL_TOOL) {
    const called = checked.args as { name: string; arguments?: Record<string, unknown> };
    if (!tools.has(called.name)) return { answer: textual(unknownTool(await index(), called.name)) };
    return { call: { name: called.name, args: called.arguments ?? {} } };
  }
  if (name === DESCRIBE_TOOLS) {
    const names = (checked.args.names as unknown[]).map(String);
    return { answer: textual(await answerDescribe(index, tools, names, dialect, createPause(SLICE_MS))) };
  }
  const asked = checked.args as { query: string; limit?: number; tag?: string };
  return { answer: textual(answerSearch(await index(), asked)) };
}

/** What searching answers: blocks of text, and nothing else. */
function textual({ content, isError }: ReturnType<typeof answerSearch>): ToolResult {
  return { content: content as ToolResult["content"], ...(isError ? { isError } : {}) };
}
