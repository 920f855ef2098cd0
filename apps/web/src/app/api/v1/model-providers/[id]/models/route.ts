import { listProviderModels } from "@portico/services";
import { rest } from "@/server/rest.ts";
import { runtime } from "@/server/runtime.ts";

/** `items` is null where the provider does not say which models it has. */
export const GET = rest<{ id: string }>(async ({ ctx, params, request }) => {
  const { egress } = await runtime();
  return { items: await listProviderModels({ ctx, input: params, egress, signal: request.signal }) };
});
