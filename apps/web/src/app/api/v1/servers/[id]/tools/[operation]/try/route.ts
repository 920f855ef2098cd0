import { type TryToolInput, tryTool } from "@portico/services";
import { rest } from "@/server/rest.ts";
import { runtime } from "@/server/runtime.ts";

/** Runs one tool: what was sent, what came back, what a model gets of it, and what it costs. */
export const POST = rest<{ id: string; operation: string }>(async ({ ctx, params, body }) => {
  const { egress } = await runtime();
  const input = { ...body, serverId: params.id, operation: params.operation } as TryToolInput;
  return tryTool({ ctx, input, egress });
});
