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
import type { CallOutcome, Validate } from "@portico/upstream";
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

interface ThroughSearchOptions {
  serving: Pick<Serving, "version" | "tools" | "search">;
  validate: Validate;
  /** Notes a call that reached no API. */
  record: (call: Parameters<CallTool>[0], durationMs: number, outcome: CallOutcome["outcome"]) => void;
}

/**
 * In search mode, answers the tools that find others, and hands what `call_tool` names to the very function that runs a listed tool, which
 * records it under its real name. Real names work as they always do: clients remember them.
 */
export function throughSearch(options: ThroughSearchOptions, callTool: CallTool): CallTool {
  const { version, tools, search } = options.serving;
  if (!search) return callTool;
  return async (call) => {
    const front = search.tools.get(call.name);
    if (!front) return callTool(call);
    const startedAt = performance.now();
    const noted = (result: ToolResult): ToolResult => {
      options.record(call, performance.now() - startedAt, result.isError ? "invalid_arguments" : "ok");
      return result;
    };
    const dialect = selectDialect(version, call.client);
    // The three schemas are the same for every version.
    const checked = options.validate(`search-mode/${front.name}`, front.inputSchema, call.args, dialect);
    if (!checked.ok) return noted(failed(checked.problems.map(({ message }) => message).join("\n")));
    if (front.name === CALL_TOOL) {
      const { name, arguments: args = {} } = checked.args as { name: string; arguments?: unknown };
      return tools.has(name) ? callTool({ ...call, name, args }) : noted(unknownTool(await search.index(), name));
    }
    if (front.name === DESCRIBE_TOOLS) {
      const names = (checked.args.names as unknown[]).map(String);
      return noted(await answerDescribe(search.index, tools, names, dialect, createPause(SLICE_MS)));
    }
    return noted(answerSearch(await search.index(), checked.args as { query: string; limit?: number; tag?: string }));
  };
}

function failed(text: string): ToolResult {
  return { content: [{ type: "text", text }], isError: true };
}
