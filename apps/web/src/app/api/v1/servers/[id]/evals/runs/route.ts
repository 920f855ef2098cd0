import { type RunEvalsInput, runEvals } from "@portico/services";
import { rest } from "@/server/rest.ts";
import { runtime } from "@/server/runtime.ts";

/** Runs the cases that are named, or all: how each ended, and what differs from what was expected. */
export const POST = rest<{ id: string }>(async ({ ctx, params, body, request: { signal } }) => {
  const { egress } = await runtime();
  return runEvals({ ctx, input: { ...body, serverId: params.id } as RunEvalsInput, egress, signal });
});
