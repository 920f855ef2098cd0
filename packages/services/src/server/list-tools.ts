import { applyOverrides, type Operation, type Override } from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { type ToolView, toolView } from "../document/tool-view.ts";
import { readDocuments } from "./documents.ts";
import { findServer } from "./find-server.ts";
import { listedTokens } from "./manifest.ts";
import { readOverrides } from "./override.ts";

export interface DraftTool {
  operation: Operation;
  isSelected: boolean;
  /** Absent when the operation was skipped. */
  tool?: ToolView;
  override?: Omit<Override, "operation">;
}

/** Every operation of the draft, with the tool it becomes. A tool has as many tokens as its version counts. */
export async function listTools({ ctx, input }: Call<{ serverId: string }>): Promise<DraftTool[]> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const [compiled, overrides] = await Promise.all([
    readDocuments(ctx, server.documents),
    readOverrides(ctx.db, server.id),
  ]);
  const tools = new Map(applyOverrides(compiled.tools, overrides).map((tool) => [tool.operation, tool]));
  const generated = new Map(compiled.tools.map((tool) => [tool.operation, tool]));
  const overrideOf = new Map(overrides.map(({ operation, ...patch }) => [operation, patch]));
  const selected = new Set(server.selection as string[]);
  return compiled.operations.map((operation) => {
    const tool = tools.get(operation.key);
    const override = overrideOf.get(operation.key);
    return {
      operation,
      isSelected: selected.has(operation.key),
      ...(tool
        ? { tool: toolView({ ...tool, tokens: listedTokens(tool, server.dialect) }, generated.get(operation.key)) }
        : {}),
      ...(override ? { override } : {}),
    };
  });
}
