import {
  answerDescribe,
  answerSearch,
  buildSearchIndex,
  CALL_TOOL,
  countTags,
  DESCRIBE_TOOLS,
  type Dialect,
  type SearchIndex,
  searchModeTools,
  selectDialect,
  unknownTool,
} from "@portico/mcp";
import type { ModelTool, ProviderKind } from "@portico/models";
import { shownInput, type Tool, toDialect } from "@portico/openapi";
import { createValidator, type ToolResult } from "@portico/upstream";
import { createPause } from "../pause.ts";
import { calledTool } from "../serve/view-manifest.ts";
import type { Manifest } from "../server/manifest.ts";

const SLICE_MS = 5;

/** Whose models read tools as those of each provider do. */
const CLIENTS: Record<ProviderKind, string> = {
  openai: "openai-mcp",
  anthropic: "claude-ai",
  google: "gemini-cli",
  compatible: "",
};

/** What a model wants run: a tool with its arguments, or something that is answered without a call. */
export type Wanted = { tool: Tool; args: Record<string, unknown> } | { answer: ToolResult };

export interface OfferedTools {
  tools: ModelTool[];
  dialect: Dialect;
  want(name: string, args: Record<string, unknown>): Promise<Wanted>;
}

/** The tools of a version, or of a draft, as clients with a model of this provider get them: all of them, or the three that find others. */
export function offerTools(manifest: Manifest, kind: ProviderKind): OfferedTools {
  const dialect = selectDialect(manifest, { name: CLIENTS[kind] });
  const byName = new Map(manifest.tools.map((tool) => [tool.name, tool]));
  if (manifest.toolMode === "search") return offerSearch(manifest, byName, dialect);
  return {
    dialect,
    tools: manifest.tools.map((tool) => ({
      name: tool.name,
      description: tool.description,
      inputSchema: toDialect(shownInput(tool), dialect),
    })),
    async want(name, args): Promise<Wanted> {
      const tool = byName.get(name);
      return tool ? { tool: calledTool(tool), args } : { answer: failed(`There is no tool "${name}".`) };
    },
  };
}

function offerSearch({ title, tools }: Manifest, byName: ReadonlyMap<string, Tool>, dialect: Dialect): OfferedTools {
  const front = searchModeTools(title, tools, countTags(tools));
  const validate = createValidator();
  let building: Promise<SearchIndex> | undefined;
  const index = () => {
    building ??= buildSearchIndex(tools, createPause(SLICE_MS));
    return building;
  };
  return {
    dialect,
    tools: front.map(({ name, description, inputSchema }) => ({
      name,
      description,
      inputSchema: toDialect(inputSchema, dialect),
    })),
    async want(name, args): Promise<Wanted> {
      const one = front.find((tool) => tool.name === name);
      if (!one) {
        // Real names work as they do for clients, which remember them.
        const tool = byName.get(name);
        return tool ? { tool: calledTool(tool), args } : { answer: textual(unknownTool(await index(), name)) };
      }
      const checked = validate(one.name, one.inputSchema, args, dialect);
      if (!checked.ok) return { answer: failed(checked.problems.map(({ message }) => message).join("\n")) };
      if (name === CALL_TOOL) {
        const inner = checked.args as { name: string; arguments?: Record<string, unknown> };
        const tool = byName.get(inner.name);
        if (!tool) return { answer: textual(unknownTool(await index(), inner.name)) };
        return { tool: calledTool(tool), args: inner.arguments ?? {} };
      }
      if (name === DESCRIBE_TOOLS) {
        const names = (checked.args.names as unknown[]).map(String);
        return { answer: textual(await answerDescribe(index, byName, names, dialect, createPause(SLICE_MS))) };
      }
      return {
        answer: textual(answerSearch(await index(), checked.args as { query: string; limit?: number; tag?: string })),
      };
    },
  };
}

/** What searching answers: blocks of text, and nothing else. */
function textual({ content, isError }: Awaited<ReturnType<typeof answerDescribe>>): ToolResult {
  return { content: content as ToolResult["content"], ...(isError ? { isError } : {}) };
}

function failed(text: string): ToolResult {
  return { content: [{ type: "text", text }], isError: true };
}
