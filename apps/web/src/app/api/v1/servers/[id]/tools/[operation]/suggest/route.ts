import { suggestWords } from "@portico/services";
import { rest } from "@/server/rest.ts";
import { runtime } from "@/server/runtime.ts";

/** Words for a tool that a model suggests, beside what it has. Nothing is changed by it. */
export const POST = rest<{ id: string; operation: string }>(async ({ ctx, params, body, request }) => {
  const { egress } = await runtime();
  const input = { ...body, serverId: params.id, operation: params.operation } as Parameters<
    typeof suggestWords
  >[0]["input"];
  return suggestWords({ ctx, input, egress, signal: request.signal });
});
