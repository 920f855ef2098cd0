import {
  answerDescribe,
  answerSearch,
  buildSearchIndex,
  CALL_TOOL,
  type CallTool,
  countTags,
  DESCRIBE_TOOLS,
  type Dialect,
  listSearchMode,
  type SearchIndex,
  type SearchModeTool,
  searchModeTools,
  selectDialect,
  type ToolResult,
  unknownTool,
} from "@portico/mcp";
import type { Tool } from "@portico/openapi";
import { createPause } from "@portico/services";
import type { Validate } from "@portico/upstream";
import type { Serving } from "./servers.ts";

/** How long words are read before other requests get their turn. */
const SLICE_MS = 5;

/** What a version in search mode lists, and its index. */
export interface ToolSearch {
  /** The three tools that are listed, by name. */
  tools: ReadonlyMap<string, SearchModeTool>;
  list(dialect: Dialect): string;
  /** Built when somebody searches for the first time, and kept as long as the version is. */
  index(): Promise<SearchIndex>;
}

export function createToolSearch(title: string, tools: readonly Tool[]): ToolSearch {
  const front = searchModeTools(title, tools, countTags(tools));
  let building: Promise<SearchIndex> | undefined;
  return {
    tools: new Map(front.map((tool) => [tool.name, tool])),
    list: (dialect) => listSearchMode(front, dialect),
    index() {
      building ??= buildSearchIndex(tools, createPause(SLICE_MS)).catch((error) => {
        building = undefined;
        throw error;
      });
      return building;
    },
  };
}

/**
 * In search mode, answers the tools that find others, and hands what `call_tool` names to the very function that runs a listed tool.
 * Real names work as they always do: clients remember them.
 */
export function throughSearch(
  { version, tools, search }: Pick<Serving, "version" | "tools" | "search">,
  validate: Validate,
  callTool: CallTool,
): CallTool {
  if (!search) return callTool;
  return async (call) => {
    const front = search.tools.get(call.name);
    if (!front) return callTool(call);
    const dialect = selectDialect(version, call.client);
    // The three schemas are the same for every version.
    const checked = validate(`search-mode/${front.name}`, front.inputSchema, call.args, dialect);
    if (!checked.ok) return failed(checked.problems.map(({ message }) => message).join("\n"));
    if (front.name === CALL_TOOL) {
      const { name, arguments: args = {} } = checked.args as { name: string; arguments?: unknown };
      return tools.has(name) ? callTool({ ...call, name, args }) : unknownTool(await search.index(), name);
    }
    if (front.name === DESCRIBE_TOOLS) {
      const names = (checked.args.names as unknown[]).map(String);
      return answerDescribe(search.index, tools, names, dialect, createPause(SLICE_MS));
    }
    return answerSearch(await search.index(), checked.args as { query: string; limit?: number; tag?: string });
  };
}

function failed(text: string): ToolResult {
  return { content: [{ type: "text", text }], isError: true };
}
