import { tryComposed } from "@portico/services";
import { rest } from "@/server/rest.ts";
import { runtime } from "@/server/runtime.ts";

/** Runs a tool of several calls, saved or not: what each step was asked and found, and what a model gets. */
export const POST = rest<{ id: string }>(async ({ ctx, params, body }) => {
  const { egress } = await runtime();
  const input = { ...body, serverId: params.id } as Parameters<typeof tryComposed>[0]["input"];
  return tryComposed({ ctx, input, egress });
});
