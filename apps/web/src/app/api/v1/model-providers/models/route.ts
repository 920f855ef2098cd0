import { findModels } from "@portico/services";
import { rest } from "@/server/rest.ts";
import { runtime } from "@/server/runtime.ts";

/** The models at an address, before anything is stored; `items` is null where it does not say. */
export const POST = rest(async ({ ctx, body, request }) => {
  const { egress } = await runtime();
  const input = body as Parameters<typeof findModels>[0]["input"];
  return { items: await findModels({ ctx, input, egress, signal: request.signal }) };
});
