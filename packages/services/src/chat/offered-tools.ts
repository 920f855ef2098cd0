import { CALL_TOOL, type Dialect, selectDialect } from "@portico/mcp";
import type { ModelTool, ProviderKind } from "@portico/models";
import { shownInput, type Tool, toDialect } from "@portico/openapi";
import { createValidator, type ToolResult } from "@portico/upstream";
import { askToolSearch, createToolSearch } from "../serve/tool-search.ts";
import { calledTool } from "../serve/view-manifest.ts";
import type { Manifest } from "../server/manifest.ts";

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
  const search = createToolSearch(title, tools);
  const validate = createValidator();
  return {
    dialect,
    tools: [...search.front.values()].map(({ name, description, inputSchema }) => ({
      name,
      description,
      inputSchema: toDialect(inputSchema, dialect),
    })),
    async want(name, args): Promise<Wanted> {
      // Real names work as they do for clients, which remember them.
      const asked = search.front.has(name) ? { name, args } : { name: CALL_TOOL, args: { name, arguments: args } };
      const found = await askToolSearch(search, asked, { tools: byName, dialect, validate });
      if ("answer" in found) return found;
      return { tool: calledTool(byName.get(found.call.name) as Tool), args: found.call.args };
    },
  };
}

function failed(text: string): ToolResult {
  return { content: [{ type: "text", text }], isError: true };
}
