import { applyOverrides, type Operation, type Tool } from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { openCompiled } from "../document/revision.ts";
import { findServer } from "./find-server.ts";
import { readOverrides } from "./override.ts";

export interface DraftTool {
  operation: Operation;
  isSelected: boolean;
  /** Absent when the operation was skipped. */
  tool?: Omit<Tool, "plan">;
  override?: { name?: string; title?: string; description?: string };
}

/** Every operation of the draft, with the tool it becomes. */
export async function listTools({ ctx, input }: Call<{ serverId: string }>): Promise<DraftTool[]> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const [revision, overrides] = await Promise.all([
    ctx.db.documentRevision.findUniqueOrThrow({ where: { id: server.revisionId }, select: { compiled: true } }),
    readOverrides(ctx.db, server.id),
  ]);
  const compiled = await openCompiled(revision);
  const tools = new Map(applyOverrides(compiled.tools, overrides).map((tool) => [tool.operation, tool]));
  const overrideOf = new Map(overrides.map(({ operation, ...patch }) => [operation, patch]));
  const selected = new Set(server.selection as string[]);
  return compiled.operations.map((operation) => {
    const tool = tools.get(operation.key);
    const override = overrideOf.get(operation.key);
    return {
      operation,
      isSelected: selected.has(operation.key),
      ...(tool ? { tool: withoutPlan(tool) } : {}),
      ...(override ? { override } : {}),
    };
  });
}

function withoutPlan({ plan: _plan, ...tool }: Tool): Omit<Tool, "plan"> {
  return tool;
}
