import { testModelProvider } from "@portico/services";
import { rest } from "@/server/rest.ts";
import { runtime } from "@/server/runtime.ts";

/** A tiny real request. Answers `{ok: true, model, ms}` or `{ok: false, problem}`. */
export const POST = rest<{ id: string }>(async ({ ctx, params, body, request }) => {
  const { egress } = await runtime();
  const input = { ...body, id: params.id } as Parameters<typeof testModelProvider>[0]["input"];
  return testModelProvider({ ctx, input, egress, signal: request.signal });
});
