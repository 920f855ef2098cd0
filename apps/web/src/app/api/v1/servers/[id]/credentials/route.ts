import { listCredentials, listReferences } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** `references`: the names of values in the environment that may be given as `{"type": "environment", "name": …}`. */
export const GET = rest<{ id: string }>(async ({ ctx, params }) => ({
  items: await listCredentials({ ctx, input: { serverId: params.id } }),
  references: await listReferences(ctx),
  nextCursor: null,
}));
