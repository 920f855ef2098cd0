import { type TryComposedInput, tryComposed } from "@portico/services";
import { rest } from "@/server/rest.ts";
import { runtime } from "@/server/runtime.ts";

/** Runs a tool of several calls, as it is given, drafted or served: what each step was asked, answered and found, and what a model gets. */
export const POST = rest<{ id: string }>(async ({ ctx, params, body }) => {
  const { egress } = await runtime();
  const input = { ...body, serverId: params.id } as TryComposedInput;
  return tryComposed({ ctx, input, egress });
});
