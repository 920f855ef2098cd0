import { rollbackServer } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const POST = rest<{ id: string }>(({ ctx, params, body }) =>
  rollbackServer({ ctx, input: { id: params.id, version: Number(body.version) } }),
);
